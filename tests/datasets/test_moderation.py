"""Decisions of moderators, and the networks' opinions."""

import threading
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from datasets import locks
from datasets.errors import Conflict, InvalidInput
from datasets.models import Contributor, Decision, DecisionItem, Drawing, Vote
from datasets.services import Opinion, approve, block_contributor, delete_drawing, record_opinions, reject, relabel
from datasets.services.submission import deletion_token
from tests.datasets.factories import make_approved, make_contributor, make_drawing
from tests.datasets.locks import elsewhere, wait_until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(django_user_model):
    return django_user_model.objects.create_user("mo")


def test_approving_takes_the_claimed_label_and_is_on_record(moderator) -> None:
    drawing = make_drawing("3")
    decision = approve(Drawing.objects.all(), actor=moderator, reason="clear")
    drawing.refresh_from_db()
    assert (drawing.status, drawing.final_label) == ("approved", "3")
    assert drawing.decided_at is not None
    assert (decision.action, decision.actor, decision.reason) == ("approve", moderator, "clear")
    assert decision.items.values_list(
        "drawing", "status_before", "status_after", "label_before", "label_after"
    ).get() == (drawing.pk, "pending", "approved", "", "3")


def test_approving_keeps_the_label_that_a_moderator_gave(moderator) -> None:
    drawing = make_drawing("3")
    relabel(Drawing.objects.all(), label="8", actor=moderator)
    drawing.refresh_from_db()
    assert (drawing.status, drawing.claimed_label, drawing.final_label) == ("pending", "3", "8")
    assert drawing.decided_at is None
    approve(Drawing.objects.all(), actor=moderator)
    drawing.refresh_from_db()
    assert (drawing.status, drawing.final_label) == ("approved", "8")


def test_rejecting_keeps_the_reason_and_approving_again_clears_it(moderator) -> None:
    drawing = make_approved("3")
    decision = reject(Drawing.objects.all(), actor=moderator, reason=" a scribble ")
    drawing.refresh_from_db()
    assert (drawing.status, drawing.rejection_reason, decision.reason) == ("rejected", "a scribble", "a scribble")
    approve(Drawing.objects.all(), actor=moderator)
    drawing.refresh_from_db()
    assert (drawing.status, drawing.rejection_reason, drawing.final_label) == ("approved", "", "3")


def test_relabelling_leaves_status_reason_and_date_alone(moderator) -> None:
    drawing = make_drawing()
    reject(Drawing.objects.all(), actor=moderator, reason="blurred")
    drawing.refresh_from_db()
    decided_at = drawing.decided_at
    relabel(Drawing.objects.all(), label="not-a-digit", actor=moderator)
    drawing.refresh_from_db()
    assert (drawing.status, drawing.rejection_reason, drawing.decided_at) == ("rejected", "blurred", decided_at)
    assert drawing.final_label == "not-a-digit"


def test_only_drawings_that_change_are_on_record(moderator) -> None:
    make_approved()
    pending = make_drawing()
    decision = approve(Drawing.objects.all(), actor=moderator)
    assert [item.drawing_id for item in decision.items.all()] == [pending.pk]


@pytest.mark.parametrize("chosen", [Drawing.objects.none, Drawing.objects.approved])
def test_a_decision_that_changes_nothing_is_refused_and_not_on_record(moderator, chosen) -> None:
    make_approved()
    with pytest.raises(Conflict, match="Nothing to change") as error:
        approve(chosen(), actor=moderator)
    assert error.value.code == "nothing_to_change"
    assert not Decision.objects.exists()


def test_a_rejection_needs_a_reason_and_a_label_must_be_one(moderator) -> None:
    make_drawing()
    with pytest.raises(InvalidInput) as error:
        reject(Drawing.objects.all(), actor=moderator, reason="  ")
    assert error.value.code == "reason_missing"
    with pytest.raises(InvalidInput) as error:
        relabel(Drawing.objects.all(), label="11", actor=moderator)
    assert error.value.code == "invalid_label"
    assert Drawing.objects.pending().count() == 1


def test_a_filter_with_a_join_an_order_and_a_limit_decides_on_what_it_selects(moderator) -> None:
    eager = make_contributor(key="eager")
    drawings = [make_drawing(str(n), contributor=eager) for n in range(4)]
    make_drawing()
    chosen = Drawing.objects.filter(contributor__key="eager", claimed_label__in=["1", "2", "3"]).order_by("-id")[:2]
    approve(chosen, actor=moderator)
    assert set(Drawing.objects.approved()) == set(drawings[2:])


def test_a_whole_filter_takes_as_many_statements_as_one_drawing(moderator) -> None:
    make_drawing()
    with CaptureQueriesContext(
        connection,
    ) as for_one:
        approve(Drawing.objects.pending(), actor=moderator)
    for _ in range(20):
        make_drawing()
    with CaptureQueriesContext(connection) as for_many:
        approve(Drawing.objects.pending(), actor=moderator)
    assert len(for_many) == len(for_one)
    assert Drawing.objects.approved().count() == DecisionItem.objects.count() == 21


def test_blocking_rejects_everything_that_came_from_the_contributor(moderator) -> None:
    vandal = make_contributor()
    make_approved(contributor=vandal)
    make_drawing(contributor=vandal)
    other = make_drawing()
    decision = block_contributor(vandal, actor=moderator, reason="scribbles")
    vandal.refresh_from_db()
    assert vandal.is_blocked and vandal.blocked_by == moderator and vandal.block_reason == "scribbles"
    assert set(vandal.drawings.values_list("status", "rejection_reason")) == {("rejected", "scribbles")}
    assert (decision.drawings_count, decision.contributors_count, decision.items.count()) == (2, 1, 2)
    assert decision.contributors.get().contributor == vandal
    other.refresh_from_db()
    assert other.status == "pending"


def test_a_contributor_without_drawings_can_be_blocked_but_once(moderator) -> None:
    vandal = make_contributor()
    assert block_contributor(vandal, actor=moderator, reason="spam").drawings_count == 0
    with pytest.raises(Conflict):
        block_contributor(vandal, actor=moderator, reason="spam")
    with pytest.raises(InvalidInput):
        block_contributor(make_contributor(), actor=moderator, reason="")
    assert Contributor.objects.filter(blocked_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_drawing_that_somebody_else_has_just_approved_is_not_rejected_with_the_pending_ones(moderator) -> None:
    contested, other = make_drawing(), make_drawing()
    rejecting = threading.Event()

    def reject_pending() -> None:
        rejecting.set()
        try:
            reject(Drawing.objects.pending(), actor=moderator, reason="noise")
        finally:
            connection.close()

    thread = threading.Thread(target=reject_pending)
    with transaction.atomic():
        approve(Drawing.objects.filter(pk=contested.pk), actor=moderator)
        thread.start()
        rejecting.wait()
        wait_until_somebody_waits_for_a_lock()
    thread.join()
    contested.refresh_from_db()
    other.refresh_from_db()
    assert (contested.status, other.status) == ("approved", "rejected")
    assert DecisionItem.objects.filter(drawing=contested).count() == 1


def test_opinions_are_recorded_in_one_statement(django_assert_num_queries) -> None:
    drawings = [make_drawing() for _ in range(3)]
    opinions = [Opinion(drawing.pk, 7, 0.75, 0.5, 12, 5) for drawing in drawings[:2]]
    with django_assert_num_queries(1):
        assert record_opinions([*opinions, Opinion(0, 1, 1, 1, 12, 5)]) == 2
    drawings[0].refresh_from_db()
    assert (drawings[0].opinion_digit, drawings[0].opinion_confidence, drawings[0].opinion_is_digit) == (7, 0.75, 0.5)
    assert (drawings[0].opinion_digits_version, drawings[0].opinion_digit_or_not_version) == (12, 5)
    assert list(Drawing.objects.unread()) == [drawings[2]]


def test_no_opinions_are_no_statement(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert record_opinions([]) == 0


@pytest.mark.django_db(transaction=True)
def test_opinions_do_not_wait_for_a_moderator(moderator) -> None:
    decided, free = make_drawing(), make_drawing()
    recorded: list[int] = []

    def score() -> None:
        try:
            recorded.append(record_opinions([Opinion(drawing.pk, 1, 0.5, 0.5, 1, 1) for drawing in (decided, free)]))
        finally:
            connection.close()

    with transaction.atomic():
        approve(Drawing.objects.filter(pk=decided.pk), actor=moderator)
        thread = threading.Thread(target=score)
        thread.start()
        thread.join(timeout=5)
    assert recorded == [1]


@pytest.mark.django_db(transaction=True)
def test_blocking_locks_what_he_drew_and_what_he_voted_on_in_the_order_of_their_ids() -> None:
    """So that it waits without holding what somebody else, who goes by the ids too, will want next."""
    vandal, outcomes = make_contributor(), []
    drawn, voted_on = make_drawing(contributor=vandal), make_drawing()
    Vote.objects.create(drawing=voted_on, contributor=vandal, answer="3")
    with transaction.atomic():
        Drawing.objects.select_for_update().get(pk=drawn.pk)
        thread = elsewhere(lambda: block_contributor(vandal, actor=None, reason="scribbles"), outcomes)
        wait_until_somebody_waits_for_a_lock()
        Drawing.objects.select_for_update(nowait=True).get(pk=voted_on.pk)
    thread.join()
    assert isinstance(outcomes[0], Decision), outcomes


@pytest.mark.django_db(transaction=True)
def test_a_visitor_does_not_wait_for_a_long_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PATIENCE_SECONDS", 0.1)
    drawing = make_drawing()
    outcomes: list[Any] = []
    with transaction.atomic():
        approve(Drawing.objects.all(), actor=None)
        elsewhere(lambda: delete_drawing(drawing.public_id, deletion_token(drawing.public_id)), outcomes).join()
    assert isinstance(outcomes[0], OperationalError)
    assert Drawing.objects.approved().exists()
