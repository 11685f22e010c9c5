"""Decisions that are taken back, on record, for what nobody has decided on again since."""

import pytest
from django.db import transaction

from datasets.errors import Conflict, InvalidInput
from datasets.models import Contributor, Decision, Drawing
from datasets.services import (
    approve,
    block_contributor,
    block_contributors,
    reject,
    relabel,
    report_drawing,
    unblock_contributor,
    undo,
)
from tests.datasets.factories import make_approved, make_contributor, make_drawing
from tests.datasets.locks import elsewhere, wait_until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(django_user_model):
    return django_user_model.objects.create_user("mo")


def one(drawing: Drawing):
    return Drawing.objects.filter(pk=drawing.pk)


def state(drawing: Drawing) -> tuple:
    drawing.refresh_from_db()
    return drawing.status, drawing.final_label, drawing.rejection_reason, drawing.decided_at


def test_undoing_restores_what_was_there_before_and_is_on_record(moderator) -> None:
    rejected, pending = make_drawing("3"), make_drawing("4")
    reject(one(rejected), actor=moderator, reason="blurred")
    before = state(rejected), state(pending)
    decision = approve(Drawing.objects.all(), actor=moderator, label="8")
    undone = undo(decision, actor=moderator, reason="a slip")
    assert (state(rejected), state(pending)) == before
    assert (undone.action, undone.undoes, undone.drawings_count, undone.reason) == ("undo", decision, 2, "a slip")
    assert undone.items.values_list("status_before", "status_after", "label_before", "label_after").get(
        drawing=rejected
    ) == ("approved", "rejected", "8", "")
    decision.refresh_from_db()
    assert decision.is_undone


def test_what_was_decided_again_stays_as_it_is(moderator) -> None:
    again, other = make_drawing(), make_drawing()
    decision = reject(Drawing.objects.all(), actor=moderator, reason="blurred")
    relabel(one(again), label="1", actor=moderator)
    assert undo(decision, actor=moderator).drawings_count == 1
    assert (state(again)[:2], state(other)[0]) == (("rejected", "1"), "pending")


def test_a_decision_is_undone_once_and_its_undo_can_be_undone(moderator) -> None:
    drawing = make_drawing("3")
    decision = approve(one(drawing), actor=moderator)
    after = state(drawing)
    undone = undo(decision, actor=moderator)
    with pytest.raises(Conflict, match="undone already"):
        undo(decision, actor=moderator)
    undo(undone, actor=moderator)
    assert state(drawing) == after


def test_nothing_left_to_undo_is_said_and_not_on_record(moderator) -> None:
    decision = approve(one(make_drawing()), actor=moderator)
    reject(Drawing.objects.all(), actor=moderator, reason="after all")
    with pytest.raises(Conflict) as error:
        undo(decision, actor=moderator)
    assert error.value.code == "nothing_to_undo"
    assert Decision.objects.count() == 2


def test_a_decision_keeps_its_count_when_a_drawing_is_deleted(moderator) -> None:
    gone, other = make_drawing(), make_drawing()
    decision = approve(Drawing.objects.all(), actor=moderator)
    one(gone).delete()
    decision.refresh_from_db()
    assert (decision.drawings_count, decision.items.count()) == (2, 1)
    assert undo(decision, actor=moderator).drawings_count == 1
    assert state(other)[0] == "pending"


@pytest.mark.parametrize("decide", [approve, lambda drawings, **by: relabel(drawings, label="7", **by)])
def test_a_report_is_done_with_when_a_moderator_decides_and_open_again_when_he_takes_it_back(moderator, decide) -> None:
    drawing = make_approved("7")
    report = report_drawing(drawing, reason="wrong-label")
    decision = decide(one(drawing), actor=moderator)  # changes nothing else
    report.refresh_from_db()
    assert one(drawing).publicly_shown().exists() and report.looked_at is not None
    undo(decision, actor=moderator)
    report.refresh_from_db()
    assert not one(drawing).publicly_shown().exists() and report.looked_at is None


def test_many_contributors_are_blocked_by_one_decision_and_let_in_by_one(moderator) -> None:
    vandals = [make_contributor() for _ in range(3)]
    scribbles = [make_drawing(contributor=vandal) for vandal in vandals] + [make_approved(contributor=vandals[0])]
    block_contributor(vandals[2], actor=moderator, reason="before", reject=False)
    decision = block_contributors(Contributor.objects.all(), actor=moderator, reason="a raid")
    assert (decision.contributors_count, decision.drawings_count) == (2, 4)
    assert not Contributor.objects.filter(blocked_at=None).exists()
    undo(decision, actor=moderator)
    assert set(Contributor.objects.filter(blocked_at=None)) == set(vandals[:2])
    assert [state(drawing)[0] for drawing in scribbles] == ["pending"] * 3 + ["approved"]
    assert Contributor.objects.get(pk=vandals[2].pk).block_reason == "before"


def test_contributors_can_be_blocked_without_touching_their_drawings(moderator) -> None:
    drawing = make_drawing()
    block_contributor(drawing.contributor, actor=moderator, reason="later", reject=False)
    assert state(drawing)[0] == "pending"


def test_somebody_is_let_in_again_with_a_reason_but_his_drawings_stay_rejected(moderator) -> None:
    drawing = make_drawing()
    contributor = drawing.contributor
    with pytest.raises(Conflict):
        unblock_contributor(contributor, actor=moderator, reason="sorry")
    block_contributor(contributor, actor=moderator, reason="scribbles")
    with pytest.raises(InvalidInput):
        unblock_contributor(contributor, actor=moderator, reason=" ")
    decision = unblock_contributor(contributor, actor=moderator, reason="it was a child")
    contributor.refresh_from_db()
    assert (contributor.is_blocked, contributor.blocked_by, contributor.block_reason) == (False, None, "")
    assert state(drawing)[0] == "rejected"
    undo(decision, actor=moderator)
    contributor.refresh_from_db()
    assert (contributor.is_blocked, contributor.block_reason) == (True, "scribbles")


def test_whom_somebody_has_let_in_since_stays_in(moderator) -> None:
    contributor = make_contributor()
    decision = block_contributor(contributor, actor=moderator, reason="scribbles")
    unblock_contributor(contributor, actor=moderator, reason="it was a child")
    with pytest.raises(Conflict):
        undo(decision, actor=moderator)
    contributor.refresh_from_db()
    assert not contributor.is_blocked


@pytest.mark.django_db(transaction=True)
def test_a_decision_that_is_made_while_an_undo_waits_for_it_is_not_undone(moderator) -> None:
    contested, other = make_drawing("1"), make_drawing("2")
    decision = approve(Drawing.objects.all(), actor=moderator)
    with transaction.atomic():
        relabel(one(contested), label="7", actor=moderator)
        thread = elsewhere(lambda: undo(decision, actor=moderator), [])
        wait_until_somebody_waits_for_a_lock()
    thread.join()
    assert (state(contested)[:2], state(other)[0]) == (("approved", "7"), "pending")
