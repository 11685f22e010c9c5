"""Drawings are deleted while others vote on them, or are lent them: each interleaving is made by hand."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from datasets.errors import Conflict
from datasets.models import Contributor, Drawing, Lease, Vote
from datasets.services import delete_all_drawings, delete_drawing, delete_for_good, take, vote
from datasets.services.submission import deletion_token
from datasets.services.voting import Voter
from tests.datasets.factories import make_contributor, make_drawing
from tests.datasets.locks import elsewhere, wait_until_somebody_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)

DELETIONS: dict[str, Callable[[Drawing], Any]] = {
    "with its token": lambda drawing: delete_drawing(drawing.public_id, deletion_token(drawing.public_id)),
    "with all of its giver": lambda drawing: delete_all_drawings(drawing.contributor),
    "by a moderator": lambda drawing: delete_for_good(Drawing.objects.all(), actor=None, reason="a name"),
}


@pytest.fixture
def drawing() -> Drawing:
    return make_drawing(opinion_is_digit=0.9)


@pytest.fixture
def moderator(django_user_model) -> User:
    return django_user_model.objects.create_user("ann")


@pytest.fixture(params=DELETIONS.values(), ids=DELETIONS)
def delete(request: pytest.FixtureRequest) -> Callable[[Drawing], Any]:
    return request.param


def somebodys_vote(drawing: Drawing) -> Vote:
    return vote(drawing.pk, Voter(make_contributor(), ()), "7", newcomer=Contributor.Kind.VISITOR)


def lent_to(moderator: User) -> list[int]:
    return take(Drawing.objects.pending(), moderator=moderator, at_most=9)


def just_before_the_row_goes(act: Callable[[], None]) -> Any:
    """Call something once when all that hangs on a drawing is deleted, and the drawing itself is not."""
    called: list[bool] = []

    def execute(run, sql, params, many, context):
        if sql.startswith('DELETE FROM "datasets_drawing" ') and not called:
            called.append(True)
            act()
        return run(sql, params, many, context)

    return connection.execute_wrapper(execute)


@pytest.mark.parametrize("by", ["vote", "lease"])
def test_a_vote_or_a_lease_that_comes_first_is_waited_for_and_goes_with_the_drawing(
    drawing: Drawing, moderator: User, delete: Callable[[Drawing], Any], by: str
) -> None:
    outcomes: list[Any] = []
    with transaction.atomic():
        if by == "vote":
            somebodys_vote(drawing)
        else:
            assert lent_to(moderator) == [drawing.pk]
        thread = elsewhere(lambda: delete(drawing), outcomes)
        wait_until_somebody_waits_for_a_lock()
    thread.join()
    assert not isinstance(outcomes[0], Exception), outcomes
    assert not Drawing.objects.exists() and not Vote.objects.exists() and not Lease.objects.exists()


def test_who_votes_on_a_drawing_that_is_being_deleted_is_told_that_it_has_gone(
    drawing: Drawing, delete: Callable[[Drawing], Any]
) -> None:
    outcomes: list[Any] = []
    threads: list[threading.Thread] = []

    def vote_meanwhile() -> None:
        threads.append(elsewhere(lambda: somebodys_vote(drawing), outcomes))
        wait_until_somebody_waits_for_a_lock()

    with just_before_the_row_goes(vote_meanwhile):
        delete(drawing)
    threads[0].join()
    assert isinstance(outcomes[0], Conflict) and outcomes[0].code == "drawing_gone"
    assert not Drawing.objects.exists() and not Vote.objects.exists()


def test_nobody_is_lent_a_drawing_that_is_being_deleted(
    drawing: Drawing, moderator: User, delete: Callable[[Drawing], Any]
) -> None:
    outcomes: list[Any] = []
    with just_before_the_row_goes(lambda: elsewhere(lambda: lent_to(moderator), outcomes).join()):
        delete(drawing)
    assert outcomes == [[]]
    assert not Drawing.objects.exists() and not Lease.objects.exists()
