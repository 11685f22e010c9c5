"""What waits for the moderators, in numbers."""

from dataclasses import dataclass

from datasets.admin.paging import bounded_count
from datasets.models import Drawing, Verdict


@dataclass(frozen=True)
class Overview:
    """Public drawings; counts end at ten thousand and say so."""

    pending: int
    disputed: int  # pending, and the live networks read something else
    unread: int  # pending, and nobody has read them
    reported: int


def overview() -> Overview:
    drawings = Drawing.objects.public()
    pending = drawings.pending()
    return Overview(
        pending=bounded_count(pending),
        disputed=bounded_count(pending.filter(verdict__in=[Verdict.DISAGREES, Verdict.NO_DIGIT])),
        unread=bounded_count(pending.unread()),
        reported=bounded_count(drawings.filter(reported_at__isnull=False)),
    )
