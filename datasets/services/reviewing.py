"""A moderator's answer about one drawing. It may come late, or twice: what he saw comes with it."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from datasets.errors import Conflict, InvalidInput
from datasets.models import Decision, DecisionItem, Drawing
from datasets.services.moderation import approve, reject
from datasets.services.undoing import undo


@dataclass(frozen=True)
class Answer:
    """What a moderator makes of a drawing, and the state in which he saw it."""

    drawing_id: int
    action: str  # `approve` or `reject`
    status: str
    seen: str = ""  # the label that it had; empty: he did not see it, and names one himself
    label: str = ""  # to approve it as; empty: as it is
    reported: bool = False  # whether he was told that somebody had reported it
    reason: str = ""  # of a rejection


@transaction.atomic
def decide_on_one(answer: Answer, *, moderator: User) -> Decision | None:
    """Approve or reject one drawing; return the decision, or None where the drawing is already as he wants it.

    Sent again, an answer that has been taken is the same decision. Raises InvalidInput `unknown_action`,
    `label_missing` and what the services raise, and Conflict `drawing_gone`, `decided_meanwhile`,
    `label_changed` and `reported_meanwhile`.
    """
    if answer.action not in {Decision.Action.APPROVE, Decision.Action.REJECT}:
        raise InvalidInput("unknown_action", f"Expected approve or reject; received {answer.action[:20]!r}.")
    if answer.action == Decision.Action.APPROVE and not (answer.seen or answer.label):
        raise InvalidInput("label_missing", "Expected a label, as none was seen; received none.")
    drawing = Drawing.objects.filter(pk=answer.drawing_id).select_for_update().first()
    if drawing is None:
        raise Conflict("drawing_gone", _("Its contributor has deleted it."))
    if drawing.status != answer.status:
        return _same_again(answer, moderator)
    if answer.seen and answer.seen != drawing.label and not answer.label:
        raise Conflict("label_changed", _("It has just got another label."))
    if drawing.reported_at is not None and not answer.reported:
        raise Conflict("reported_meanwhile", _("Somebody has just reported it."))
    if _is_so_already(drawing, answer):
        return None
    chosen = Drawing.objects.filter(pk=drawing.pk)
    if answer.action == Decision.Action.REJECT:
        return reject(chosen, actor=moderator, reason=answer.reason)
    return approve(chosen, actor=moderator, label=answer.label, reason=answer.reason)


@transaction.atomic
def take_back(drawing_id: int, *, moderator: User) -> Decision | None:
    """Undo what a moderator decided last about one drawing; None where he has decided nothing, or undone it already.

    Raises Conflict `decided_meanwhile` when somebody else has decided since.
    """
    item = _last_item(drawing_id)
    if item is None:
        return None
    Decision.objects.select_for_update().filter(pk=item.decision_id).first()  # as `undo` does, the decision first
    Drawing.objects.filter(pk=drawing_id).select_for_update().first()
    last = _last_item(drawing_id)
    if last is None or last.decision.action == Decision.Action.UNDO:
        return None
    only_this = last.decision.drawings_count == 1 and not last.decision.contributors_count
    if last != item or last.decision.actor != moderator or not only_this:
        raise _decided_meanwhile(last)
    return undo(last.decision, actor=moderator)


def _is_so_already(drawing: Drawing, answer: Answer) -> bool:
    if drawing.reported_at is not None:  # that he has looked is a decision
        return False
    if answer.action == Decision.Action.REJECT:
        return drawing.status == Drawing.Status.REJECTED
    return drawing.status == Drawing.Status.APPROVED and answer.label in {"", drawing.final_label}


def _same_again(answer: Answer, moderator: User) -> Decision:
    """Return the decision that an answer has led to when it came the first time."""
    item = _last_item(answer.drawing_id)
    if item is None:
        raise Conflict("decided_meanwhile", _("It has been decided meanwhile."))
    decision = item.decision
    same = decision.actor == moderator and decision.action == answer.action and item.status_before == answer.status
    if not same or answer.label not in {"", item.label_after}:
        raise _decided_meanwhile(item)
    return decision


def _last_item(drawing_id: int) -> DecisionItem | None:
    items = DecisionItem.objects.filter(drawing=drawing_id)
    return items.select_related("decision__actor").order_by("-pk").first()


def _decided_meanwhile(item: DecisionItem) -> Conflict:
    who = {"who": item.decision.actor or "-", "decision": item.decision.get_action_display()}
    return Conflict("decided_meanwhile", _("Meanwhile by %(who)s: %(decision)s.") % who)
