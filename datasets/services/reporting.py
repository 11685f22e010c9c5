"""What visitors find wrong with a drawing takes it off the public pages until a moderator has looked."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from datasets.errors import Conflict, InvalidInput
from datasets.locks import lose_patience
from datasets.models import Drawing, DrawingReport

LONGEST_NOTE = 300


@transaction.atomic
def report_drawing(drawing: Drawing, *, reason: str, note: str = "") -> DrawingReport:
    """Put a report on record and keep the drawing off all public pages from now on.

    Reported again, it stays away since the first time. Raises InvalidInput `invalid_reason` and `note_too_long`, and
    Conflict `drawing_gone` when it has been deleted meanwhile.
    """
    if reason not in DrawingReport.Reason.values:
        expected = ", ".join(DrawingReport.Reason.values)
        raise InvalidInput("invalid_reason", f"Expected one of {expected}; received {reason[:20]!r}.")
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(
            "note_too_long", f"Expected a note of at most {LONGEST_NOTE} characters, received {len(note)}."
        )
    lose_patience()
    if not Drawing.objects.filter(pk=drawing.pk).select_for_update().exists():
        raise Conflict("drawing_gone", "Expected a drawing that is there; this one has been deleted meanwhile.")
    kept = note.replace("\0", "")  # PostgreSQL keeps no NUL
    report = DrawingReport.objects.create(drawing=drawing, reason=reason, note=kept)
    Drawing.objects.filter(pk=drawing.pk, reported_at=None).update(reported_at=report.created_at)
    return report


@transaction.atomic
def clear_reports(drawings: QuerySet[Drawing]) -> int:
    """Note that a moderator has looked at these drawings; those that are approved are public again.

    Returns how many of them had been reported. Two statements, however many there are; it may be called in the
    transaction of the decision.
    """
    ids = list(drawings.filter(reported_at__isnull=False).values_list("pk", flat=True))
    if not ids:
        return 0
    DrawingReport.objects.open().filter(drawing__in=ids).update(looked_at=timezone.now())
    return Drawing.objects.filter(pk__in=ids).update(reported_at=None)
