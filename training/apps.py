from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from datasets import hooks


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        hooks.DESCENDANTS.hang("training.versions.descendants.trained_on")
