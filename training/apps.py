import os

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from datasets import hooks


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        hooks.DESCENDANTS.hang("training.versions.descendants.trained_on")
        # TensorFlow reads it when it is loaded, later. By itself it takes oneDNN's operations only on processors with
        # instructions for neural networks; those with no more than AVX2 fit 1.8 times as fast with them.
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
