"""Visitors' votes: one a person and drawing, blind, and what they lead to."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from datasets.errors import Conflict, DigitsiteError, InvalidInput, NotAllowed
from datasets.models import Contributor, Decision, Drawing, Vote
from datasets.services import approve, block_contributor, erase_address_hashes, relabel, undo
from datasets.services import voting as voting_module
from datasets.services.voting import Tally, Voter, next_drawing, skip_and_report, tally_of, vote
from tests.datasets.factories import make_contributor, make_drawing, make_room
from tests.datasets.locks import elsewhere, wait_until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db

VISITOR = Contributor.Kind.VISITOR


def make_open(label: str = "7", **fields: Any) -> Drawing:
    """Create a pending drawing that the live network takes for a digit."""
    return make_drawing(label, **{"opinion_is_digit": 0.9, "opinion_digit": 7, "opinion_confidence": 0.9, **fields})


def voter(*addresses: str, contributor: Contributor | None = None) -> Voter:
    return Voter(contributor or make_contributor(), addresses)


def cast(drawing: Drawing, who: Voter, answer: str = "7") -> Vote:
    return vote(drawing.pk, who, answer, newcomer=VISITOR)


def make_known(count: int, label: str = "3") -> list[Drawing]:
    """Create drawings whose answer a moderator has given."""
    drawings = [make_open(label) for _ in range(count)]
    moderator, _ = User.objects.get_or_create(username="mo")
    approve(Drawing.objects.filter(pk__in=[drawing.pk for drawing in drawings]), actor=moderator)
    return drawings


@pytest.fixture
def no_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strew in no drawings with known answers."""
    monkeypatch.setattr(voting_module, "KNOWN_AT_FIRST", 0.0)
    monkeypatch.setattr(voting_module, "KNOWN_LATER", 0.0)


@pytest.fixture
def trusted() -> Callable[[], Voter]:
    """Return a maker of voters who have had 20 known answers right."""
    known = make_known(20)

    def make() -> Voter:
        who = voter()
        for drawing in known:
            cast(drawing, who, "3")
        return who

    return make


# -- what a voter gets -------------------------------------------------------------------------------


def test_a_visitor_gets_what_is_open_to_votes_and_nothing_else() -> None:
    make_open(room=make_room())
    make_open(reported_at=timezone.now())
    make_open(opinion_is_digit=0.3)
    make_open(opinion_is_digit=None)
    make_open(status="rejected")
    make_open(status="approved", final_label="7")  # nobody knows who approved it
    assert next_drawing(voter()) is None
    drawing = make_open()
    assert next_drawing(voter()) == drawing
    assert next_drawing(voter(), besides=[drawing.pk]) is None
    assert next_drawing(Voter(None, ("home",))) == drawing


def test_nobody_gets_his_own_drawings_by_the_cookie_or_the_address_of_these_days() -> None:
    own = make_contributor()
    make_open(contributor=own)
    make_open(address_hash="school yesterday")
    assert next_drawing(voter("school today", "school yesterday", contributor=own)) is None


def test_others_behind_the_same_address_get_other_drawings() -> None:
    first, second = make_open(), make_open()
    cast(first, voter("school"))
    assert {next_drawing(voter("school")) for _ in range(10)} == {second}
    assert {next_drawing(voter("home")) for _ in range(40)} == {first, second}


def test_nobody_gets_a_drawing_again_that_he_has_voted_on_or_skipped() -> None:
    first, second = make_open(), make_open()
    who = voter()
    cast(first, who)
    cast(second, who, "skipped")
    assert next_drawing(who) is None


def test_a_drawing_is_shown_to_no_more_people_than_its_votes_need(settings) -> None:
    settings.REVIEW_VOTES = 2
    drawing = make_open()
    cast(drawing, voter())
    cast(drawing, voter(), "skipped")
    assert next_drawing(voter()) == drawing
    cast(drawing, voter(), "unclear")
    assert next_drawing(voter()) is None


def test_drawings_that_others_have_voted_on_come_first(no_tests, monkeypatch) -> None:
    monkeypatch.setattr(voting_module, "CHOSEN_FROM", 1)
    make_open()
    begun = make_open()
    cast(begun, voter())
    assert next_drawing(voter()) == begun


def test_known_answers_are_strewn_in_and_their_number_is_limited_where_nothing_waits(settings, monkeypatch) -> None:
    settings.REVIEW_KNOWN_ANSWERS = 2
    known = make_known(3)
    who = voter()
    for _ in range(2):
        drawing = next_drawing(who)
        assert drawing in known
        cast(drawing, who, "3")
    monkeypatch.setattr(voting_module, "KNOWN_LATER", 0.0)
    assert next_drawing(who) is None
    monkeypatch.setattr(voting_module, "KNOWN_LATER", 1.0)
    assert next_drawing(who) in known


def test_nobody_is_tested_on_what_he_drew_or_on_what_no_person_approved_as_a_digit() -> None:
    own = make_contributor()
    make_open("3", contributor=own)
    ambiguous = make_open("3", ambiguous=True)
    none = make_open("not-a-digit")
    approve(Drawing.objects.all(), actor=User.objects.create_user("mo"))
    approve(Drawing.objects.filter(pk=make_open("4").pk), actor=None, reason="by votes")
    who = voter(contributor=own)
    assert next_drawing(who) is None
    assert next_drawing(voter()).contributor == own
    assert not {ambiguous, none} & {next_drawing(voter()) for _ in range(10)}


# -- one voice ---------------------------------------------------------------------------------------


def test_a_second_vote_is_refused_by_cookie_and_by_address() -> None:
    drawing = make_open()
    who = voter("home")
    cast(drawing, who)
    for second in (who, Voter(who.contributor, ("office",)), voter("home"), voter("home today", "home")):
        with pytest.raises(Conflict) as error:
            cast(drawing, second, "1")
        assert error.value.code == "already_voted"
    assert drawing.votes.count() == 1


def test_a_vote_on_ones_own_drawing_is_refused() -> None:
    own = make_contributor()
    for drawing, who in (
        (make_open(contributor=own), voter(contributor=own)),
        (make_open(address_hash="h"), voter("h")),
    ):
        with pytest.raises(NotAllowed) as error:
            cast(drawing, who)
        assert error.value.code == "own_drawing"


def test_the_blocked_neither_vote_nor_count(settings) -> None:
    drawing = make_open()
    vandal, honest = voter(), voter()
    cast(drawing, vandal, "1")
    cast(drawing, honest, "7")
    moderator = User.objects.create_user("mo")
    decision = block_contributor(vandal.known, actor=moderator, reason="spam")
    assert summary(drawing) == (1, "7", 1.0)
    vandal.known.refresh_from_db()
    for ask in (lambda: next_drawing(vandal), lambda: cast(make_open(), vandal)):
        with pytest.raises(NotAllowed) as error:
            ask()
        assert error.value.code == "contributor_blocked"
    undo(decision, actor=moderator)
    assert summary(drawing) == (2, "", 0.5)


def test_what_is_no_answer_or_not_open_is_refused() -> None:
    with pytest.raises(InvalidInput):
        cast(make_open(), voter(), "11")
    gone = [make_open(status="rejected"), make_open(reported_at=timezone.now()), make_open(room=make_room())]
    for drawing in gone:
        with pytest.raises(Conflict) as error:
            cast(drawing, voter())
        assert error.value.code == "drawing_gone"
    assert not Vote.objects.exists()


def test_who_votes_without_a_cookie_becomes_a_contributor() -> None:
    given = vote(make_open().pk, Voter(None, ("home",)), "7", newcomer=VISITOR)
    assert given.contributor is not None and given.contributor.kind == "visitor"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", ["cookie", "address"])
def test_of_two_votes_of_one_person_at_the_same_moment_one_counts(same: str) -> None:
    drawing = make_open()
    hand = make_contributor()
    start = threading.Barrier(6)
    outcomes: list[str] = []

    def send(number: int) -> None:
        who = voter(f"address {number}", contributor=hand) if same == "cookie" else voter("school")
        start.wait()
        try:
            cast(drawing, who)
            outcomes.append("taken")
        except DigitsiteError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["already_voted"] * 5 + ["taken"]
    assert summary(drawing) == (1, "7", 1.0)


@pytest.mark.django_db(transaction=True)
def test_votes_of_several_people_at_the_same_moment_all_count(settings) -> None:
    settings.REVIEW_VOTES = 10
    drawing = make_open()
    start = threading.Barrier(5)

    def send(answer: str) -> None:
        who = voter()
        start.wait()
        try:
            cast(drawing, who, answer)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[answer]) for answer in "77717"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert summary(drawing) == (5, "7", 0.8)


@pytest.mark.django_db(transaction=True)
def test_who_is_blocked_while_he_votes_is_waited_for_and_does_not_count() -> None:
    drawing, hand, outcomes = make_open(), make_contributor(), []
    with transaction.atomic():
        block_contributor(hand, actor=None, reason="clicks at random")
        thread = elsewhere(lambda: cast(drawing, voter(contributor=hand)), outcomes)
        wait_until_somebody_waits_for_a_lock()
    thread.join()
    assert isinstance(outcomes[0], NotAllowed) and outcomes[0].code == "contributor_blocked"
    assert not Vote.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_vote_at_the_moment_when_another_voter_is_blocked_counts() -> None:
    drawing, hand, outcomes = make_open(), make_contributor(), []
    cast(drawing, voter(contributor=hand), "1")
    with transaction.atomic():
        cast(drawing, voter())
        thread = elsewhere(lambda: block_contributor(hand, actor=None, reason="clicks at random"), outcomes)
        wait_until_somebody_waits_for_a_lock()
    thread.join()
    assert isinstance(outcomes[0], Decision), outcomes
    assert summary(drawing) == (1, "7", 1.0)


# -- what votes lead to ------------------------------------------------------------------------------


def summary(drawing: Drawing) -> tuple[int, str, float | None]:
    drawing.refresh_from_db()
    return drawing.votes_count, drawing.votes_label, drawing.votes_share


def test_the_drawing_tells_how_many_have_voted_and_what_most_say() -> None:
    drawing = make_open("7")
    assert summary(drawing) == (0, "", None)
    cast(drawing, voter(), "1")
    assert summary(drawing) == (1, "1", 1.0)
    cast(drawing, voter(), "skipped")
    cast(drawing, voter(), "7")
    assert summary(drawing) == (2, "", 0.5)
    cast(drawing, voter(), "7")
    assert summary(drawing) == (3, "7", pytest.approx(2 / 3))
    assert (drawing.status, drawing.final_label) == ("pending", "")


def test_only_answers_that_were_known_measure_a_voter() -> None:
    [known] = make_known(1, "3")
    who, careless = voter(), voter()
    cast(known, who, "3")
    cast(known, careless, "8")
    cast(make_open(), who, "7")
    skipped = voter()
    cast(known, skipped, "skipped")
    assert (tally_of(who.known), tally_of(careless.known)) == (Tally(1, 1), Tally(0, 1))
    assert tally_of(skipped.known) == tally_of(None) == Tally(0, 0)


def test_who_hits_twenty_by_guessing_is_not_trusted() -> None:
    assert Tally(right=20, answered=20).is_trusted
    assert Tally(right=20, answered=22).is_trusted
    assert not Tally(right=19, answered=19).is_trusted
    assert not Tally(right=20, answered=100).is_trusted


def test_votes_only_recommend_unless_it_is_set_otherwise(trusted) -> None:
    drawing = make_open("7")
    for _ in range(3):
        cast(drawing, trusted(), "7")
    assert summary(drawing) == (3, "7", 1.0)
    assert drawing.status == "pending"


def test_two_of_three_trusted_votes_for_the_claim_approve_on_record(settings, trusted) -> None:
    settings.REVIEW_APPROVES = True
    drawing = make_open("7")
    cast(drawing, trusted(), "7")
    cast(drawing, trusted(), "1")
    drawing.refresh_from_db()
    assert drawing.status == "pending"
    cast(drawing, trusted(), "7")
    drawing.refresh_from_db()
    assert (drawing.status, drawing.final_label) == ("approved", "7")
    decision = Decision.objects.latest("pk")
    assert (decision.action, decision.actor, decision.drawings_count) == ("approve", None, 1)
    assert decision.reason == "by votes: 2 of 3 trusted visitors say 7, as was claimed"


def test_votes_never_relabel_and_untrusted_ones_never_approve(settings, trusted) -> None:
    settings.REVIEW_APPROVES = True
    misread, unproven, relabelled, disputed = (make_open("7") for _ in range(4))
    relabel(Drawing.objects.filter(pk=relabelled.pk), label="1", actor=User.objects.get(username="mo"))
    for _ in range(3):
        cast(misread, trusted(), "1")
        cast(unproven, voter(), "7")
        cast(relabelled, trusted(), "7")
    for answer in ("1", "unclear", "7", "7"):
        cast(disputed, trusted(), answer)
    assert set(Drawing.objects.pending()) == {misread, unproven, relabelled, disputed}
    assert not Drawing.objects.pending().filter(final_label="7").exists()


def test_the_vote_of_a_program_is_not_trusted(settings, trusted) -> None:
    settings.REVIEW_APPROVES = True
    drawing = make_open("7")
    for _ in range(2):
        who = trusted()
        Contributor.objects.filter(pk=who.known.pk).update(kind="program")
        cast(drawing, who, "7")
    drawing.refresh_from_db()
    assert drawing.status == "pending"


def test_a_reported_drawing_is_shown_to_nobody(settings) -> None:
    drawing = make_open()
    skip_and_report(drawing.pk, voter(), newcomer=VISITOR)
    assert drawing.reports.get().reason == "offensive"
    assert next_drawing(voter()) is None
    assert summary(drawing) == (0, "", None)


def test_where_a_vote_came_from_is_forgotten_after_two_days() -> None:
    old, new = cast(make_open(), voter("home")), cast(make_open(), voter("home"))
    Vote.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=48))
    assert erase_address_hashes() == 1
    assert list(Vote.objects.order_by("pk").values_list("address_hash", flat=True)) == ["", "home"]
    assert new.address_hash == "home"
