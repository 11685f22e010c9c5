"""Made-up drawings that are no digits, for the training of digit-or-not."""

import numpy as np
import pytest

from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import rasterize
from tests.training.pictures import drawn
from training.augmenting.augmentation import Augmentation
from training.augmenting.configuration import RunConfig
from training.augmenting.outliers import KINDS, heap, made_up
from training.augmenting.shards import expand
from training.selection import Selection

CONFIG = RunConfig(copies=4, augmentation=Augmentation(outliers=0.5))


def selection(with_strokes: list[bool], of_class: int) -> Selection:
    drawings = drawn(1)
    strokes = [drawings[place] if wanted else None for place, wanted in enumerate(with_strokes)]
    count = len(strokes)
    images = np.full((count, 28, 28), 9, np.uint8)
    return Selection(images, np.full(count, of_class, np.uint8), [], [], np.zeros(count, bool), strokes)


def test_outliers_have_ink_differ_and_follow_from_their_seed():
    drawings = drawn(1)
    images, origins = made_up(drawings, 60, np.random.default_rng(1))
    again, _ = made_up(drawings, 60, np.random.default_rng(1))
    assert np.array_equal(images, again)
    assert images.shape == (60, 28, 28) and len(np.unique(images, axis=0)) == 60
    assert (images.max(axis=(1, 2)) > 100).all()
    assert set(origins) <= set(range(len(drawings))) and len(set(origins)) > 5


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_lies_on_its_canvas(kind):
    drawings = drawn(1)
    for seed in range(20):
        made = kind(np.random.default_rng(seed), drawings[seed % len(drawings)])
        places = np.array([point for stroke in made.strokes for point in stroke.points])
        assert places.min() == pytest.approx(0) and np.ptp(places, axis=0).max() == pytest.approx(made.width)
        assert normalize(rasterize(made)).any()


def test_a_heap_has_the_drawing_in_it_more_than_once():
    drawings = drawn(1)
    for drawing in drawings:
        count, left_over = divmod(len(heap(np.random.default_rng(1), drawing).strokes), len(drawing.strokes))
        assert count in (2, 3) and not left_over


def test_digit_or_not_learns_that_outliers_are_no_digits():
    made = expand(selection([True, False, True, True], of_class=1), CONFIG, 0, "digit-or-not")
    assert made.images.shape == (4 * 5 + 6, 28, 28)  # of three with strokes, four copies each: half as many
    assert made.classes.tolist() == [1] * 20 + [0] * 6
    assert set(made.origins[20:]) <= {0, 2, 3}, "a drawing that is deleted takes them with it"


@pytest.mark.parametrize(("network", "with_strokes"), [("digits", True), ("digit-or-not", False)])
def test_there_are_none_for_digits_and_none_beside_images_without_strokes(network, with_strokes):
    made = expand(selection([with_strokes] * 3, of_class=1), CONFIG, 0, network)
    assert len(made.images) == 3 * 5 and made.classes.tolist() == [1] * 15
