from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from datasets import hooks


class RecognizerConfig(AppConfig):
    name = "recognizer"
    verbose_name = _("Recognizer")

    def ready(self) -> None:
        hooks.ADDRESSES.hang("recognizer.views.draw.addresses")
        hooks.READINGS.hang("recognizer.journeys.readings_of")
        hooks.SUBMITTED.hang("recognizer.tasks.score_pending")
