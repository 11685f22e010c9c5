"""What the live networks make of pending drawings."""

from typing import Any

import numpy as np
import pytest

from datasets.models import Drawing
from recognizer import scoring, tasks
from recognizer.serving import LivePair, Serving
from tests.recognizer.conftest import MakeVersion, some_pictures
from tests.training.factories import make_drawing
from training.models import Network

pytestmark = pytest.mark.django_db


def pending(picture: np.ndarray, **fields: Any) -> Drawing:
    return make_drawing("3", ink=picture, **{"status": "pending", "final_label": "", **fields})


def test_pending_drawings_get_the_opinion_of_the_live_pair(live_pair: LivePair) -> None:
    pictures = some_pictures(3)
    drawings = [pending(picture) for picture in pictures]
    assert scoring.score_pending() == 3
    for drawing, picture in zip(drawings, pictures, strict=True):
        drawing.refresh_from_db()
        probabilities = live_pair.digits.litert.predict(picture)
        assert drawing.opinion_digit == probabilities.argmax()
        assert drawing.opinion_confidence == pytest.approx(float(probabilities.max()))
        is_digit = live_pair.digit_or_not.litert.predict(picture)[1]
        assert drawing.opinion_is_digit == pytest.approx(float(is_digit))
        assert (drawing.opinion_digits_version, drawing.opinion_digit_or_not_version) == (1, 1)


def test_a_second_round_finds_nothing_to_do(live_pair: LivePair) -> None:
    pending(some_pictures(1)[0])
    assert scoring.score_pending() == 1
    assert scoring.score_pending() == 0


def test_a_publish_has_them_read_again(live_pair: LivePair, make_version: MakeVersion) -> None:
    drawing = pending(some_pictures(1)[0])
    scoring.score_pending()
    make_version(Network.DIGIT_OR_NOT, 2)
    assert scoring.score_pending() == 1
    drawing.refresh_from_db()
    assert (drawing.opinion_digits_version, drawing.opinion_digit_or_not_version) == (1, 2)


def test_all_are_read_in_batches(live_pair: LivePair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "DRAWINGS_AT_ONCE", 2)
    for picture in some_pictures(5):
        pending(picture)
    assert scoring.score_pending() == 5


def test_what_is_decided_or_of_another_preprocessing_is_left_alone(live_pair: LivePair) -> None:
    picture = some_pictures(1)[0]
    pending(picture, status="rejected")
    make_drawing("3", ink=picture)
    old = pending(picture)
    old.content.preprocessing_version = 99
    old.content.save()
    assert scoring.score_pending() == 0


def test_without_live_versions_nothing_is_read(fresh_serving: Serving) -> None:
    pending(some_pictures(1)[0])
    assert scoring.score_pending() == 0


def test_no_time_left_means_no_work_started(live_pair: LivePair) -> None:
    pending(some_pictures(1)[0])
    assert scoring.score_pending(seconds=0) == 0


def test_a_worker_loads_the_live_versions_by_itself(fresh_serving: Serving, make_version: MakeVersion) -> None:
    make_version(Network.DIGITS)
    make_version(Network.DIGIT_OR_NOT)
    drawing = pending(some_pictures(1)[0])
    tasks.score_pending.apply(throw=True)
    drawing.refresh_from_db()
    assert drawing.opinion_digit is not None
