"""How the networks of different days read a drawing."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from datasets import journeys
from datasets.journeys import When
from datasets.models import Drawing, DrawingContent
from datasets.services import approve, freeze_version
from recognizer.journeys import readings_of
from tests.datasets.factories import make_drawing
from tests.recognizer.conftest import MakeVersion, Shipped, some_pictures
from training.judging.litert import LiteRTNetwork
from training.models import ModelVersion, Network, PublishEvent

pytestmark = pytest.mark.django_db

PICTURE = some_pictures(1, seed=5)[0]


@pytest.fixture
def answers(shipped: Callable[[str, int], Shipped]) -> Callable[[str, int], int]:
    """Return a function that says how a variant of a network reads PICTURE."""
    return lambda network, variant: int(LiteRTNetwork(shipped(network, variant).tflite).predict(PICTURE).argmax())


def drawing_of(picture: np.ndarray, label: str, *, days_ago: int = 0) -> Drawing:
    drawing = make_drawing(label, created_at=timezone.now() - timedelta(days=days_ago))
    DrawingContent.objects.filter(drawing=drawing).update(normalized=picture.tobytes())
    return Drawing.objects.select_related("content").get(pk=drawing.pk)


def published(version: object, *, days_ago: int) -> None:
    PublishEvent.objects.filter(version=version).update(created_at=timezone.now() - timedelta(days=days_ago))


@pytest.mark.parametrize(("split", "first"), [("train", When.LEARNED), ("test", When.TESTED)])
def test_the_versions_before_and_after_are_asked_each_once(
    make_version: MakeVersion, answers: Callable[[str, int], int], split: str, first: When
) -> None:
    right = str(answers(Network.DIGITS, 2))
    drawing = drawing_of(PICTURE, right, days_ago=5)
    Drawing.objects.update(split=split)
    published(make_version(Network.DIGITS, 3), days_ago=9)
    published(make_version(Network.DIGITS, 1), days_ago=6)
    approve(Drawing.objects.all(), actor=None)
    dataset = freeze_version()
    published(make_version(Network.DIGITS, 2, dataset_version=dataset), days_ago=4)
    published(make_version(Network.DIGITS, 3), days_ago=3)
    drawing.refresh_from_db()

    told = readings_of([drawing])[drawing.pk]
    assert [(reading.when, reading.name) for reading in told] == [
        (When.GIVEN, "digits 2"), (first, "digits 3"), (When.NOW, "digits 4"),
    ]  # fmt: skip
    expected = [str(answers(Network.DIGITS, variant)) for variant in (1, 2, 3)]
    assert [reading.says for reading in told] == expected
    assert [reading.is_right for reading in told] == [says == right for says in expected]


def test_a_version_that_was_live_then_and_is_now_is_told_once(make_version: MakeVersion) -> None:
    published(make_version(Network.DIGITS, 1), days_ago=9)
    drawing = drawing_of(PICTURE, "4", days_ago=5)
    assert [reading.when for reading in readings_of([drawing])[drawing.pk]] == [When.GIVEN]


def test_of_what_is_no_digit_digit_or_not_is_asked(
    make_version: MakeVersion, answers: Callable[[str, int], int]
) -> None:
    make_version(Network.DIGITS, 1)
    make_version(Network.DIGIT_OR_NOT, 1)
    drawing = drawing_of(PICTURE, "not-a-digit")
    [reading] = readings_of([drawing])[drawing.pk]
    is_digit = answers(Network.DIGIT_OR_NOT, 1) == 1
    assert (reading.when, reading.says) == (When.GIVEN, "a digit" if is_digit else "no digit")
    assert reading.is_right is not is_digit


def test_a_damaged_version_is_left_out_and_the_others_answer(make_version: MakeVersion) -> None:
    published(make_version(Network.DIGITS, 1, tflite_sha256="0" * 64), days_ago=9)
    drawing = drawing_of(PICTURE, "4", days_ago=5)
    published(make_version(Network.DIGITS, 2), days_ago=1)
    assert [reading.name for reading in readings_of([drawing])[drawing.pk]] == ["digits 2"]


def test_versions_are_read_without_their_figures_and_their_networks_loaded_once(
    make_version: MakeVersion, django_assert_num_queries
) -> None:
    published(make_version(Network.DIGITS, 1), days_ago=9)
    drawing = drawing_of(PICTURE, "4")
    readings_of([drawing])
    with django_assert_num_queries(2) as queries:  # what was published, and which datasets have the drawing
        readings_of([drawing])
    sql = " ".join(query["sql"] for query in queries.captured_queries)
    assert not [name for name in ModelVersion.HEAVY if f'"{name}"' in sql]


def test_whoever_shows_journeys_asks_here(make_version: MakeVersion) -> None:
    version = make_version(Network.DIGITS, 1)
    drawing = drawing_of(PICTURE, "4")
    [reading] = journeys.readings_of([drawing])[drawing.pk]
    assert reading.url == version.get_absolute_url()
