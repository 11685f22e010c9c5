"""Take a decision back: a new decision on record, for what nobody has decided on again since."""

from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from datasets.errors import Conflict
from datasets.models import Contributor, DecidedContributor, Decision
from datasets.services.locking import lock_contributors, lock_drawings
from datasets.services.moderation import LONGEST_REASON, record_contributors, voted_on_by

RECORD = """
    INSERT INTO datasets_decisionitem (
        decision_id, drawing_id, status_before, status_after, label_before, label_after,
        rejection_reason_before, decided_at_before, reported_at_before
    )
    SELECT %(undo)s, item.drawing_id, drawing.status, item.status_before, drawing.final_label, item.label_before,
        drawing.rejection_reason, drawing.decided_at, drawing.reported_at
    FROM datasets_decisionitem AS item
    JOIN datasets_drawing AS drawing ON drawing.id = item.drawing_id
    WHERE item.decision_id = %(decision)s
        AND NOT EXISTS (
            SELECT FROM datasets_decisionitem AS later
            WHERE later.drawing_id = item.drawing_id AND later.id > item.id
        )
"""
RESTORE = """
    UPDATE datasets_drawing AS drawing
    SET status = item.status_before,
        final_label = item.label_before,
        rejection_reason = item.rejection_reason_before,
        decided_at = item.decided_at_before,
        reported_at = COALESCE(drawing.reported_at, item.reported_at_before)
    FROM datasets_decisionitem AS item, datasets_decisionitem AS undone
    WHERE item.decision_id = %(decision)s AND item.drawing_id = drawing.id
        AND undone.decision_id = %(undo)s AND undone.drawing_id = drawing.id
"""
REOPEN = """
    UPDATE datasets_drawingreport AS report
    SET looked_at = NULL
    FROM datasets_decisionitem AS item, datasets_decisionitem AS undone
    WHERE item.decision_id = %(decision)s AND item.reported_at_before IS NOT NULL
        AND report.drawing_id = item.drawing_id AND report.looked_at >= %(at)s
        AND undone.decision_id = %(undo)s AND undone.drawing_id = item.drawing_id
"""


@transaction.atomic
def undo(decision: Decision, *, actor: User | None, reason: str = "") -> Decision:
    """Restore status, label, reason and reports of the drawings, and the block of the contributors, as they were.

    Drawings and contributors on whom somebody has decided again since stay as they are. An undo can be undone as well.
    Raises Conflict `already_undone`, and `nothing_to_undo` when all have been decided on again or are deleted.
    """
    # One at a time, also when two moderators press the button together.
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    if Decision.objects.filter(undoes=decision).exists():
        raise Conflict("already_undone", "Expected a decision that stands; received one that is undone already.")
    new = Decision.objects.create(
        action=Decision.Action.UNDO, undoes=decision, actor=actor, reason=reason.strip()[:LONGEST_REASON]
    )
    chosen = Contributor.objects.filter(pk__in=decision.contributors.values("contributor"))
    hands = {hand.pk: hand for hand in lock_contributors(chosen)}
    # Items are numbered under this lock, so of two on one drawing the greater is the later one; decisions may be
    # numbered the other way round.
    lock_drawings(Q(pk__in=decision.items.values("drawing")) | voted_on_by(hands.values()))
    if not _restore_contributors(decision, new, hands) + _restore_drawings(decision, new):
        raise Conflict(
            "nothing_to_undo",
            "Expected a decision that stands; everything it changed has been decided on again, or is deleted.",
        )
    return new


def _restore_drawings(decision: Decision, new: Decision) -> int:
    ids: dict[str, Any] = {"decision": decision.pk, "undo": new.pk, "at": decision.created_at}
    with connection.cursor() as cursor:
        cursor.execute(RECORD, ids)
        new.drawings_count = cursor.rowcount
        cursor.execute(RESTORE, ids)
        cursor.execute(REOPEN, ids)
    new.save(update_fields=["drawings_count"])
    return new.drawings_count


def _restore_contributors(decision: Decision, new: Decision, hands: dict[int, Contributor]) -> int:
    """A decision blocks all its contributors or unblocks them all; its undo does the contrary."""
    later = DecidedContributor.objects.filter(contributor=OuterRef("contributor"), pk__gt=OuterRef("pk"))
    undone = list(decision.contributors.filter(~Exists(later)))
    if undone:
        reasons = {hands[row.contributor_id]: row.block_reason_before for row in undone}
        record_contributors(new, reasons, blocked=not undone[0].blocked)
    return new.contributors_count
