"""What has become of a dataset version, for the pages of the dataset."""

from datasets.lineage import Descendant
from datasets.models import DatasetVersion
from training.models import ModelVersion, VersionState


def trained_on(dataset_version: DatasetVersion) -> list[Descendant]:
    """Return the model versions that have learned from a dataset version, the newest first."""
    versions = ModelVersion.objects.trained_on(dataset_version).with_state().defer(*ModelVersion.HEAVY)
    return [
        Descendant(
            str(version),
            "" if version.room_id else version.get_absolute_url(),
            version.state == VersionState.LIVE,  # type: ignore[attr-defined]
        )
        for version in versions.order_by("-pk")
    ]
