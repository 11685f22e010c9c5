from django.apps import AppConfig
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from datasets.lineage import Descendant, register


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        register(self.trained_on)

    def trained_on(self, dataset_version: object) -> list[Descendant]:
        """Return the model versions that have learned from a dataset version, by themselves or through their trunk."""
        live = self.get_model("Publication")._default_manager.filter(version=OuterRef("pk"))
        learned = Q(dataset_version=dataset_version) | Q(trunk__dataset_version=dataset_version)
        versions = (
            self.get_model("ModelVersion")._default_manager.filter(learned).annotate(live=Exists(live)).order_by("-pk")
        )
        return [
            Descendant(
                str(version),
                "" if version.room_id else reverse("training:model", args=[version.network, version.number]),
                version.live,
            )
            for version in versions
        ]
