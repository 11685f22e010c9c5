"""What has become of dataset versions, for the pages of the dataset."""

from collections import defaultdict

from datasets.lineage import Descendant
from datasets.models import DatasetVersion
from training.models import ModelVersion, VersionState


def trained_on(dataset_versions: list[DatasetVersion]) -> dict[int, list[Descendant]]:
    """Return the model versions that have learned from each dataset version, by its id, the newest first.

    By themselves, or through the version that they went on from, or the one that this had gone on from, and so on.
    """
    if not dataset_versions:
        return {}
    sources = _sources({version.pk for version in dataset_versions})
    versions = ModelVersion.objects.filter(pk__in=sources).with_state().defer(*ModelVersion.HEAVY)
    learned = defaultdict(list)
    for version in versions.order_by("-pk"):
        descendant = Descendant(
            str(version),
            "" if version.room_id else version.get_absolute_url(),
            version.state == VersionState.LIVE,  # type: ignore[attr-defined]
        )
        for source in sources[version.pk]:
            learned[source].append(descendant)
    return learned


def _sources(wanted: set[int]) -> dict[int, set[int]]:
    """Return by model version's id which of these dataset versions (ids) it has learned from, where there are any."""
    rows = ModelVersion.objects.order_by("pk").values_list("pk", "trunk_id", "dataset_version_id")
    sources: dict[int, set[int]] = {}
    for pk, trunk, dataset_version in rows:  # a trunk is older than what goes on from it
        found = {dataset_version} & wanted | (sources.get(trunk, set()) if trunk else set())
        if found:
            sources[pk] = found
    return sources
