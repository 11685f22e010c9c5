from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from datasets import journeys


class RecognizerConfig(AppConfig):
    name = "recognizer"
    verbose_name = _("Recognizer")

    def ready(self) -> None:
        journeys.register("recognizer.journeys.readings_of")
