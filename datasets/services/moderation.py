"""What moderators decide: each action is one decision on record, on one drawing or on a hundred thousand.

First it is written down what the decision changes on each drawing; then the drawings are changed as it says. Both are
single statements, so no row is read into this process, and the drawings are locked from the first to the end.
`datasets.services.undoing` takes decisions back.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from datasets.errors import Conflict, InvalidInput
from datasets.labels import Label
from datasets.models import Contributor, DecidedContributor, Decision, Drawing, Vote
from datasets.services.locking import lock_contributors, lock_drawings
from datasets.services.reporting import clear_reports
from datasets.services.tallying import recount_votes_of

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
# where somebody else was first, its conditions are judged again by what he left. Whatever comes of a drawing
# that was reported, it has been looked at.
RECORD = """
    INSERT INTO datasets_decisionitem (
        decision_id, drawing_id, status_before, status_after, label_before, label_after,
        rejection_reason_before, decided_at_before, reported_at_before
    )
    SELECT * FROM (
        SELECT %s, pk, status AS before, {status} AS after, final_label AS old, {label} AS new,
            rejection_reason, decided_at, reported_at AS reported
        FROM ({drawings}) AS drawing
    ) AS change
    WHERE before <> after OR old <> new OR reported IS NOT NULL
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


def approve(drawings: QuerySet[Drawing], *, actor: User | None, reason: str = "", label: str = "") -> Decision:
    """Take the drawings into the dataset: as `label`, else as a moderator labelled them, else as they were claimed.

    Raises Conflict `nothing_to_change` when all of them are approved already, or there are none, and InvalidInput
    `invalid_label`.
    """
    return _decide(Decision.Action.APPROVE, drawings, actor, reason, label=label and _known(label))


def reject(drawings: QuerySet[Drawing], *, actor: User | None, reason: str) -> Decision:
    """Keep the drawings out of the dataset, or out of its next versions.

    Raises Conflict `nothing_to_change` and InvalidInput `reason_missing`.
    """
    return _decide(Decision.Action.REJECT, drawings, actor, given(reason))


def relabel(drawings: QuerySet[Drawing], *, label: str, actor: User | None, reason: str = "") -> Decision:
    """Say what the drawings show; whether they are approved stays as it is.

    Raises InvalidInput `invalid_label`, and Conflict as `approve` does.
    """
    return _decide(Decision.Action.RELABEL, drawings, actor, reason, label=_known(label))


@transaction.atomic
def block_contributors(
    contributors: QuerySet[Contributor] | Iterable[Contributor],
    *,
    actor: User | None,
    reason: str,
    reject: bool = True,
    also: Iterable[int] = (),
) -> Decision:
    """Take nothing more from the contributors and, with `reject`, reject all that came from them, approved or not.

    However many they are, it is one decision, and one `undo` takes it back. Those who are blocked already stay as they
    are; what they drew is rejected with the rest. The drawings (ids) in `also` are rejected in any case.
    Raises Conflict `already_blocked` when all are, or there are none, and InvalidInput `reason_missing`.
    """
    why = given(reason)
    chosen = lock_contributors(Contributor.objects.filter(pk__in=_ids(contributors)))
    drawings = Q(pk__in=list(also))
    if reject:
        drawings |= Q(contributor__in=chosen)
    lock_drawings(drawings | voted_on_by(chosen))
    changed = [contributor for contributor in chosen if not contributor.is_blocked]
    if not changed:
        raise Conflict("already_blocked", "Expected contributors who may draw; received none that is not blocked yet.")
    decision = Decision.objects.create(action=Decision.Action.BLOCK, actor=actor, reason=why)
    record_contributors(decision, dict.fromkeys(changed, why), blocked=True)
    _change(decision, Drawing.objects.filter(drawings))
    return decision


def block_contributor(contributor: Contributor, *, actor: User | None, reason: str, reject: bool = True) -> Decision:
    """Block one; see `block_contributors`."""
    return block_contributors([contributor], actor=actor, reason=reason, reject=reject)


@transaction.atomic
def unblock_contributor(contributor: Contributor, *, actor: User | None, reason: str) -> Decision:
    """Let a contributor draw again; what was rejected stays rejected (undoing the block restores it as well).

    Raises Conflict `not_blocked` and InvalidInput `reason_missing`.
    """
    why = given(reason)
    blocked = lock_contributors(Contributor.objects.filter(pk=contributor.pk, blocked_at__isnull=False))
    if not blocked:
        raise Conflict("not_blocked", f"Expected a contributor who is blocked; {contributor} is not.")
    decision = Decision.objects.create(action=Decision.Action.UNBLOCK, actor=actor, reason=why)
    record_contributors(decision, dict.fromkeys(blocked, ""), blocked=False)
    return decision


def voted_on_by(contributors: Iterable[Contributor]) -> Q:
    """Return which drawings these have voted on: their votes are counted anew when they are blocked or let in again."""
    ids = [contributor.pk for contributor in contributors]
    return Q(pk__in=Vote.objects.filter(contributor__in=ids).order_by().values("drawing"))


def record_contributors(decision: Decision, reasons: dict[Contributor, str], *, blocked: bool) -> None:
    """Block the contributors, each for his reason, or let them draw again, and write down that it was so."""
    DecidedContributor.objects.bulk_create(
        DecidedContributor(decision=decision, contributor=who, blocked=blocked, block_reason_before=who.block_reason)
        for who in reasons
    )
    for contributor, why in reasons.items():
        contributor.blocked_at = timezone.now() if blocked else None
        contributor.blocked_by = decision.actor if blocked else None
        contributor.block_reason = why if blocked else ""
    Contributor.objects.bulk_update(reasons, ["blocked_at", "blocked_by", "block_reason"], batch_size=1000)
    recount_votes_of(reasons)
    decision.contributors_count = len(reasons)
    decision.save(update_fields=["contributors_count"])


def given(reason: str) -> str:
    """Return a reason as it is kept; raises InvalidInput `reason_missing`."""
    if not reason.strip():
        raise InvalidInput("reason_missing", "Expected a reason, for the record; received none.")
    return reason.strip()[:LONGEST_REASON]


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
        decision.drawings_count = cursor.rowcount
        cursor.execute(APPLY, {"decision": decision.pk, "reason": decision.reason, "now": timezone.now()})
    clear_reports(Drawing.objects.filter(decisions__decision=decision))
    decision.save(update_fields=["drawings_count"])
    return decision.drawings_count


def _locked(drawings: QuerySet[Drawing]) -> QuerySet[Drawing, Any]:
    ordered = drawings if drawings.query.is_sliced else drawings.order_by("pk")
    return ordered.select_for_update(of=("self",)).values(
        "pk", "status", "final_label", "claimed_label", "rejection_reason", "decided_at", "reported_at"
    )


def _ids(contributors: QuerySet[Contributor] | Iterable[Contributor]) -> Any:
    if isinstance(contributors, QuerySet):
        return contributors.values("pk")
    return [contributor.pk for contributor in contributors]


def _known(label: str) -> str:
    if label not in Label.values:
        raise InvalidInput("invalid_label", f"Expected one of {', '.join(Label.values)}; received {label[:20]!r}.")
    return label
