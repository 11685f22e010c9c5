"""What moderators decide: each action is one decision on record, on one drawing or on a hundred thousand.

First it is written down what the decision changes on each drawing; then the drawings are changed as it says. Both are
single statements, so no row is read into this process, and the drawings are locked from the first to the end.
"""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from datasets.errors import Conflict, InvalidInput
from datasets.labels import Label
from datasets.models import Contributor, Decision, Drawing

LONGEST_REASON = 200

# What a decision makes of `status` and of `final_label`, in SQL; %s is the label that was given, or empty.
AS_IT_IS = "COALESCE(NULLIF(%s, ''), final_label)"
AFTER = {
    Decision.Action.APPROVE: ("'approved'", "COALESCE(NULLIF(%s, ''), NULLIF(final_label, ''), claimed_label)"),
    Decision.Action.REJECT: ("'rejected'", AS_IT_IS),
    Decision.Action.RELABEL: ("status", AS_IT_IS),
    Decision.Action.BLOCK: ("'rejected'", AS_IT_IS),
}
# `drawings` locks the rows in the order of their ids, so that two moderators wait for one another instead of for ever;
# where somebody else was first, its conditions are judged again by what he left.
RECORD = """
    INSERT INTO datasets_decisionitem
        (decision_id, drawing_id, status_before, status_after, label_before, label_after)
    SELECT * FROM (
        SELECT %s, pk, status AS before, {status} AS after, final_label AS old, {label} AS new
        FROM ({drawings}) AS drawing
    ) AS change
    WHERE before <> after OR old <> new
"""
APPLY = """
    UPDATE datasets_drawing AS drawing
    SET status = item.status_after,
        final_label = item.label_after,
        decided_at = CASE WHEN item.status_after = item.status_before THEN decided_at ELSE %(now)s END,
        rejection_reason = CASE item.status_after
            WHEN item.status_before THEN rejection_reason
            WHEN 'rejected' THEN %(reason)s
            ELSE ''
        END
    FROM datasets_decisionitem AS item
    WHERE item.decision_id = %(decision)s AND item.drawing_id = drawing.id
"""


def approve(drawings: QuerySet[Drawing], *, actor: User | None, reason: str = "") -> Decision:
    """Take the drawings into the dataset, under the label that a moderator gave them or else the claimed one.

    Raises Conflict `nothing_to_change` when all of them are approved already, or there are none.
    """
    return _decide(Decision.Action.APPROVE, drawings, actor, reason)


def reject(drawings: QuerySet[Drawing], *, actor: User | None, reason: str) -> Decision:
    """Keep the drawings out of the dataset, or out of its next versions; raises as `approve` and `reason_missing`."""
    return _decide(Decision.Action.REJECT, drawings, actor, _given(reason))


def relabel(drawings: QuerySet[Drawing], *, label: str, actor: User | None, reason: str = "") -> Decision:
    """Say what the drawings show; whether they are approved stays as it is.

    Raises InvalidInput `invalid_label`, and Conflict as `approve` does.
    """
    if label not in Label.values:
        raise InvalidInput("invalid_label", f"Expected one of {', '.join(Label.values)}; received {label[:20]!r}.")
    return _decide(Decision.Action.RELABEL, drawings, actor, reason, label=label)


@transaction.atomic
def block_contributor(contributor: Contributor, *, actor: User | None, reason: str) -> Decision:
    """Take nothing more from a contributor, and reject all that came from him, approved or not.

    Raises Conflict `already_blocked` and InvalidInput `reason_missing`.
    """
    unblocked = Contributor.objects.filter(pk=contributor.pk, blocked_at=None)
    why = _given(reason)
    if not unblocked.update(blocked_at=timezone.now(), blocked_by=actor, block_reason=why):
        raise Conflict("already_blocked", f"Expected a contributor who may draw; {contributor} is blocked already.")
    decision = Decision.objects.create(action=Decision.Action.BLOCK, actor=actor, contributor=contributor, reason=why)
    _change(decision, Drawing.objects.filter(contributor=contributor))
    return decision


@transaction.atomic
def _decide(
    action: Decision.Action, drawings: QuerySet[Drawing], actor: User | None, reason: str, label: str = ""
) -> Decision:
    decision = Decision.objects.create(action=action, actor=actor, reason=reason[:LONGEST_REASON])
    if not _change(decision, drawings, label):
        raise Conflict(
            "nothing_to_change",
            f"Nothing to change: expected drawings that are not {decision.get_action_display()} yet, received none.",
        )
    return decision


def _change(decision: Decision, drawings: QuerySet[Drawing], label: str = "") -> int:
    """Record and do what the decision means for the drawings; return how many it changes."""
    try:
        locked, params = _locked(drawings).query.sql_with_params()
    except EmptyResultSet:
        return 0
    status_after, label_after = AFTER[Decision.Action(decision.action)]
    record = RECORD.format(status=status_after, label=label_after, drawings=locked)
    with connection.cursor() as cursor:
        cursor.execute(record, [decision.pk, label, *params])
        changed = cursor.rowcount
        cursor.execute(APPLY, {"decision": decision.pk, "reason": decision.reason, "now": timezone.now()})
    return changed


def _locked(drawings: QuerySet[Drawing]) -> QuerySet[Drawing, Any]:
    ordered = drawings if drawings.query.is_sliced else drawings.order_by("pk")
    return ordered.select_for_update().values("pk", "status", "final_label", "claimed_label")


def _given(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput("reason_missing", "Expected a reason, for the record; received none.")
    return reason.strip()[:LONGEST_REASON]
