"""Which versions a drawing has gone into, and what has been taken from a version since it was frozen."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, QuerySet

from datasets.lineage import Descendant, descendants_of_each
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
    [found] = _told([dict(items.order_by().values_list("version").annotate(count=Count("pk")))])
    return found


def versions_by_group(groups: list[Collection[int]]) -> list[list[Containing]]:
    """Return the same for each of several groups of drawings (ids), asked for once: for a page that shows them all."""
    drawings = set[int]().union(*groups)
    homes = defaultdict(list)
    for version, drawing in (
        DatasetItem.objects.filter(drawing__in=drawings).order_by().values_list("version", "drawing")
    ):
        homes[drawing].append(version)
    return _told([Counter(version for drawing in group for version in homes[drawing]) for group in groups])


def _told(counts: list[Mapping[int, int]]) -> list[list[Containing]]:
    """Return the versions of each group, the newest first; `counts` are its drawings by version's id."""
    found = DatasetVersion.objects.filter(pk__in=set[int]().union(*counts)).select_related("room").order_by("-pk")
    versions = list(found)
    made = descendants_of_each(versions)
    return [[Containing(one, count[one.pk], made[one.pk]) for one in versions if one.pk in count] for count in counts]


def withdrawn_since(version: DatasetVersion) -> Withdrawn:
    """Return how many drawings of a version have been rejected, and how many deleted, since it was frozen.

    At its freeze all were approved, so whatever is rejected was decided on later; that is quicker to find than what is
    in the version.
    """
    rejected = version.items.filter(
        drawing__status=Drawing.Status.REJECTED, drawing__decided_at__gte=version.created_at - UNSURE
    )
    return Withdrawn(rejected=rejected.count(), deleted=version.withdrawn())
