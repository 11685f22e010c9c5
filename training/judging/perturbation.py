"""How much a network stands: the same test drawings turned, moved, zoomed and drawn with other pens.

No TensorFlow. What has strokes is turned as a vector and drawn again, like a drawing made so; the rest is turned as an
image. Moving and zooming is done to the 28x28, because normalization would undo it anywhere before.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from datasets.preprocessing.normalization import CENTRE, SIDE
from training.augmenting.redrawing import redrawn
from training.augmenting.simplification import simplified
from training.judging.evaluation import wilson_interval
from training.judging.litert import LiteRTNetwork
from training.selection import Selection

Picture = npt.NDArray[np.uint8]

ROTATIONS = (-45, -30, -20, -10, 0, 10, 20, 30, 45)  # degrees, clockwise
SHIFTS = (0, 1, 2, 3, 4)  # pixels of 28, in one of eight directions
ZOOMS = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
PENS = (0.4, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0)  # times the drawing's own
DIRECTIONS = ((1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))


@dataclass(frozen=True)
class Point:
    """Accuracy on drawings that were changed by one amount."""

    amount: float
    n: int
    accuracy: float
    interval: tuple[float, float]  # 95%, Wilson


@dataclass(frozen=True)
class Robustness:
    """Accuracy by the amount of each change; `pen` is empty where no drawing has strokes."""

    rotation: list[Point]
    shift: list[Point]
    zoom: list[Point]
    pen: list[Point]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def measure(network: LiteRTNetwork, sample: Selection, seed: int = 0) -> Robustness:
    """Return how a network reads a sample, loaded with its strokes, after each change."""
    plain = [simplified(strokes) if strokes else None for strokes in sample.strokes]
    directions = np.random.default_rng(seed).integers(len(DIRECTIONS), size=len(sample))
    drawn = [index for index, strokes in enumerate(plain) if strokes is not None]

    def turned(index: int, degrees: float) -> Picture:
        strokes = plain[index]
        if not degrees:
            return sample.images[index]
        return redrawn(strokes, turn(degrees), 1.0) if strokes else resampled(sample.images[index], degrees=degrees)

    def moved(index: int, pixels: float) -> Picture:
        across, down = DIRECTIONS[directions[index]]
        return resampled(sample.images[index], across=across * pixels, down=down * pixels)

    def with_pen(index: int, factor: float) -> Picture:
        strokes = plain[index]
        assert strokes is not None  # noqa: S101 - only those in `drawn` are asked for
        return sample.images[index] if factor == 1 else redrawn(strokes, turn(0), factor)

    def accuracies(
        change: Callable[[int, float], Picture], amounts: tuple[float, ...], indices: list[int]
    ) -> list[Point]:
        classes = sample.classes[indices]
        return [
            _point(amount, network.predict_many(np.array([change(i, amount) for i in indices])), classes)
            for amount in amounts
            if indices
        ]

    everything = list(range(len(sample)))
    return Robustness(
        rotation=accuracies(turned, ROTATIONS, everything),
        shift=accuracies(moved, SHIFTS, everything),
        zoom=accuracies(lambda index, factor: resampled(sample.images[index], zoom=factor), ZOOMS, everything),
        pen=accuracies(with_pen, PENS, drawn),
    )


def resampled(
    image: Picture, *, degrees: float = 0.0, zoom: float = 1.0, across: float = 0.0, down: float = 0.0
) -> Picture:
    """Return a 28x28 turned clockwise and zoomed about its centre of mass, and moved; bilinear, paper outside."""
    angle = np.deg2rad(degrees)
    cos, sin = np.cos(angle) / zoom, np.sin(angle) / zoom
    centre = CENTRE + 0.5  # Pillow counts from the corner of a pixel
    x, y = centre + across, centre + down
    coefficients = (cos, sin, centre - cos * x - sin * y, -sin, cos, centre + sin * x - cos * y)
    picture = Image.fromarray(image)
    moved = picture.transform((SIDE, SIDE), Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR)
    return np.asarray(moved)


def turn(degrees: float) -> npt.NDArray[np.float64]:
    """Return the matrix (2, 2) that turns (x, y) clockwise, with y down."""
    angle = np.deg2rad(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _point(amount: float, probabilities: npt.NDArray[np.floating], classes: npt.NDArray[np.integer]) -> Point:
    correct = int((probabilities.argmax(axis=1) == classes).sum())
    return Point(float(amount), len(classes), correct / len(classes), wilson_interval(correct, len(classes)))
