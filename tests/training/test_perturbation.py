import numpy as np
import pytest

from datasets.preprocessing.normalization import CENTRE, normalize
from datasets.preprocessing.strokes import Stroke, Strokes, rasterize
from training.augmenting.redrawing import redrawn
from training.judging.perturbation import PENS, ROTATIONS, SHIFTS, ZOOMS, measure, resampled, turn
from training.selection import Selection

UPRIGHT = Strokes(280, 280, (Stroke(((140.0, 40.0), (140.0, 240.0)), pen=18.0),))
HOOK = Strokes(280, 280, (Stroke(((140.0, 40.0), (140.0, 240.0), (200.0, 240.0)), pen=18.0),))  # its foot to the right


def of(strokes: Strokes) -> np.ndarray:
    return normalize(rasterize(strokes))


def centre_of_mass(image: np.ndarray) -> tuple[float, float]:
    rows, columns = np.indices(image.shape)
    return (columns * image).sum() / image.sum(), (rows * image).sum() / image.sum()


class Tall:
    """Reads whether a drawing is taller than wide: class 1."""

    def predict_many(self, images: np.ndarray) -> np.ndarray:
        tall = np.array([int(np.ptp(i.nonzero()[0]) > np.ptp(i.nonzero()[1])) for i in images])
        return np.eye(2)[tall]


def sample(*drawings: Strokes | None) -> Selection:
    images = np.array([of(drawing or UPRIGHT) for drawing in drawings])
    return Selection(images, np.ones(len(images), np.uint8), [], [], np.zeros(len(images), bool), list(drawings))


def test_a_quarter_turn_lays_an_upright_bar_down() -> None:
    lying = resampled(of(UPRIGHT), degrees=90)
    assert np.ptp(lying.nonzero()[1]) > 15 > np.ptp(lying.nonzero()[0])
    assert centre_of_mass(lying) == pytest.approx((CENTRE, CENTRE), abs=0.6)


def test_turning_is_clockwise_for_images_and_for_strokes_alike() -> None:
    image, strokes = resampled(of(HOOK), degrees=45), redrawn(HOOK, turn(45), 1.0)
    agreement = np.corrcoef(image.ravel(), strokes.ravel())[0, 1]
    other_way = np.corrcoef(resampled(of(HOOK), degrees=-45).ravel(), strokes.ravel())[0, 1]
    assert agreement > 0.75 > other_way
    _, foot_y = centre_of_mass(redrawn(HOOK, turn(90), 1.0)[:, :12])
    assert foot_y > 14, "what pointed to the right at the foot points down on the left"


def test_moving_and_zooming_do_what_they_say() -> None:
    image = of(HOOK)
    assert np.array_equal(resampled(image), image)
    x, y = centre_of_mass(image)
    assert centre_of_mass(resampled(image, across=3, down=-2)) == pytest.approx((x + 3, y - 2), abs=0.1)
    half = resampled(image, zoom=0.5)
    assert np.ptp(half.nonzero()[0]) == pytest.approx(np.ptp(image.nonzero()[0]) / 2, abs=1.5)


def test_another_pen_is_thicker_in_the_normalized_image() -> None:
    assert redrawn(HOOK, turn(0), 0.4).sum() < redrawn(HOOK, turn(0), 1.0).sum() < redrawn(HOOK, turn(0), 2.5).sum()


def test_each_change_is_measured_on_the_drawings_that_it_applies_to() -> None:
    found = measure(Tall(), sample(UPRIGHT, None, None))
    assert [point.amount for point in found.rotation] == list(ROTATIONS)
    assert [point.n for point in found.shift] == [3] * len(SHIFTS)
    assert [point.amount for point in found.zoom] == list(ZOOMS)
    assert [point.n for point in found.pen] == [1] * len(PENS)
    assert all(point.accuracy == 1 for point in [*found.shift, *found.zoom, *found.pen])
    by_angle = {point.amount: point.accuracy for point in found.rotation}
    assert by_angle[0] == by_angle[10] == 1
    assert measure(Tall(), sample(UPRIGHT, None, None)) == found


def test_without_strokes_there_is_no_pen_to_change() -> None:
    assert measure(Tall(), sample(None)).pen == []
