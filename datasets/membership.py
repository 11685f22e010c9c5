"""Which versions a drawing has gone into, and what has been taken from a version since it was frozen."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, QuerySet

from datasets.lineage import Descendant, descendants_of
from datasets.models import DatasetItem, DatasetVersion, Drawing

# A rejection is dated when it begins, and hosts' clocks differ: one that a version has not seen may look older than it.
UNSURE = timedelta(hours=1)


@dataclass(frozen=True)
class Containing:
    """A dataset version with some of the drawings in question."""

    version: DatasetVersion
    drawings: int  # so many of them
    descendants: list[Descendant]  # what was made from the version: trained networks


@dataclass(frozen=True)
class Withdrawn:
    """Drawings of a version that are good for no further one."""

    rejected: int
    deleted: int

    def __bool__(self) -> bool:
        return bool(self.rejected or self.deleted)


def versions_containing(drawings: QuerySet[Drawing]) -> list[Containing]:
    """Return the dataset versions that hold any of the drawings, the newest first, with what was made from them."""
    items = DatasetItem.objects.filter(drawing__in=drawings.order_by().values("pk"))
    counts = dict(items.order_by().values_list("version").annotate(count=Count("pk")))
    versions = DatasetVersion.objects.filter(pk__in=counts).select_related("room").order_by("-pk")
    return [Containing(version, counts[version.pk], descendants_of(version)) for version in versions]


def withdrawn_since(version: DatasetVersion) -> Withdrawn:
    """Return how many drawings of a version have been rejected, and how many deleted, since it was frozen.

    At its freeze all were approved, so whatever is rejected was decided on later; that is quicker to find than what is
    in the version.
    """
    rejected = version.items.filter(
        drawing__status=Drawing.Status.REJECTED, drawing__decided_at__gte=version.created_at - UNSURE
    )
    return Withdrawn(rejected=rejected.count(), deleted=version.withdrawn())
