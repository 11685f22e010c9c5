"""What has become of dataset versions, for the pages of the dataset."""

from collections import defaultdict

from django.db.models import F

from datasets.lineage import Descendant
from datasets.models import DatasetVersion
from training.models import ModelVersion, VersionState


def trained_on(dataset_versions: list[DatasetVersion]) -> dict[int, list[Descendant]]:
    """Return the model versions that have learned from each dataset version, by its id, the newest first."""
    versions = ModelVersion.objects.trained_on(dataset_versions).with_state().defer(*ModelVersion.HEAVY)
    learned = defaultdict(list)
    for version in versions.annotate(of_trunk=F("trunk__dataset_version")).order_by("-pk"):
        descendant = Descendant(
            str(version),
            "" if version.room_id else version.get_absolute_url(),
            version.state == VersionState.LIVE,  # type: ignore[attr-defined]
        )
        for source in {version.dataset_version_id, version.of_trunk} - {None}:
            learned[source].append(descendant)
    return learned
