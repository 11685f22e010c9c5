"""No two moderators get the same drawings."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from datasets.models import Drawing, Lease
from datasets.services import approve, free_for, give_back, held_by_others, take
from tests.datasets.factories import make_drawing

pytestmark = pytest.mark.django_db

QUEUE = Drawing.objects.pending().order_by("-pk")


@pytest.fixture
def people(django_user_model) -> tuple[Any, Any]:
    return django_user_model.objects.create_user("ann"), django_user_model.objects.create_user("bob")


def test_what_one_has_before_him_others_do_not_get(people) -> None:
    ann, bob = people
    ids = [make_drawing().pk for _ in range(5)]
    assert take(QUEUE.all(), moderator=ann, at_most=2) == [ids[4], ids[3]]
    assert take(QUEUE.all(), moderator=bob, at_most=2) == [ids[2], ids[1]]
    assert take(QUEUE.all(), moderator=bob, at_most=2, more=True) == [ids[0]]
    assert set(held_by_others(ann, QUEUE).values_list("pk", flat=True)) == set(ids[:3])
    assert set(free_for(ann, QUEUE).values_list("pk", flat=True)) == set(ids[3:])


def test_who_looks_elsewhere_gives_back_what_he_had(people) -> None:
    ann, bob = people
    three, four = make_drawing("3"), make_drawing("4")
    take(QUEUE.filter(claimed_label="3"), moderator=ann, at_most=9)
    take(QUEUE.filter(claimed_label="4"), moderator=ann, at_most=9)
    assert take(QUEUE.all(), moderator=bob, at_most=9) == [three.pk]
    give_back(ann)
    assert take(QUEUE.all(), moderator=bob, at_most=9) == [four.pk, three.pk]


def test_a_lease_ends_by_itself(people) -> None:
    ann, bob = people
    drawing = make_drawing()
    take(QUEUE.all(), moderator=ann, at_most=1)
    Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert take(QUEUE.all(), moderator=bob, at_most=1) == [drawing.pk]


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_the_same_moment_get_different_drawings(people) -> None:
    ann, bob = people
    ids = [make_drawing().pk for _ in range(6)]
    got: list[int] = []

    def ask() -> None:
        try:
            got.extend(take(QUEUE.all(), moderator=bob, at_most=3))
        finally:
            connection.close()

    with transaction.atomic():
        mine = take(QUEUE.all(), moderator=ann, at_most=3)
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join(timeout=10)
    assert (mine, got) == (ids[:2:-1], ids[2::-1])


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_share_the_queue(people) -> None:
    ids = {make_drawing().pk for _ in range(40)}
    got: dict[str, list[int]] = {"ann": [], "bob": []}
    start = threading.Barrier(2)

    def ask(person: Any) -> None:
        try:
            start.wait()
            for _ in range(10):
                got[person.username] += take(QUEUE.all(), moderator=person, at_most=3, more=True)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not set(got["ann"]) & set(got["bob"])
    assert set(got["ann"]) | set(got["bob"]) == ids


@pytest.mark.django_db(transaction=True)
def test_drawings_that_somebody_is_deciding_on_are_not_waited_for(people) -> None:
    ann, bob = people
    busy, free = make_drawing(), make_drawing()
    got: list[int] = []

    def ask() -> None:
        try:
            got.extend(take(QUEUE.all(), moderator=bob, at_most=9))
        finally:
            connection.close()

    with transaction.atomic():
        approve(Drawing.objects.filter(pk=busy.pk), actor=ann)
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join(timeout=10)
    assert got == [free.pk]
