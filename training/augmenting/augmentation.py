"""New training drawings from old ones: turned, zoomed, sheared, shifted, and drawn with other pens. No TensorFlow.

The result depends on the seed and the drawings alone. Copy `j` of drawing `i` is at `i * copies + j`, so that classes
follow by `np.repeat(classes, copies)`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from datasets.errors import InvalidInput
from datasets.preprocessing.normalization import CENTRE, FIT, SIDE
from datasets.preprocessing.strokes import Strokes
from training.augmenting.elastic import pulls, shares
from training.augmenting.redrawing import redrawn
from training.augmenting.simplification import simplified
from training.augmenting.unfinished import without_end
from training.augmenting.ways import places_of

Seed = int | tuple[int, ...]
Images = npt.NDArray[np.uint8]
Matrices = npt.NDArray[np.floating]

LIMITS = {
    "rotation": (0.0, 180.0),
    "zoom": (0.0, 0.8),
    "shear": (0.0, 1.0),
    "shift": (0.0, 8.0),
    "stroke_width": (0.0, 1.5),
    "pen_low": (0.1, 1.0),
    "pen_high": (1.0, 5.0),
    "elastic": (0.0, 4.0),
    "unfinished": (0.0, 0.5),
    "dotted": (0.0, 0.5),
    "outliers": (0.0, 1.0),
}
BLOCK = 64  # images at a time: their floats stay in the processor's cache, which is 1.5 times as fast
PADDED = SIDE + 3  # one pixel of paper before, two behind: nothing outside needs a test of its own
MOST_MISSING = 0.35  # of the way of the pen: of most digits the rest is still no other
PEN_RATIOS = (0.02, 0.25)  # of pen to longer side: thinner leaves nothing at 28 px, thicker is a blob
DOTTED_RATIOS = (0.03, 0.08)  # the same of dotted lines: dots of thicker pens are too few
DOTS_APART = (1.2, 2.0)  # pens, from the middle of one dot to that of the next


@dataclass(frozen=True)
class Augmentation:
    """How far copies may be from the original. Each amount is drawn evenly, up to the setting both ways."""

    rotation: float = 15.0  # degrees
    zoom: float = 0.15  # of width and height, each for itself: 0.85 to 1.15
    shear: float = 0.2  # columns a row
    shift: float = 2.5  # pixels of 28, across and down
    stroke_width: float = 0.6  # pixels of 28, thinner and thicker, for images: those of MNIST know no pen
    pen_low: float = 0.25  # times the drawing's own pen, for drawings with strokes of which all can be seen
    pen_high: float = 2.8
    elastic: float = 0.0  # pixels of 28 that a part of the drawing is pulled out of its place
    unfinished: float = 0.0  # share of the copies that lack their end, for the same
    dotted: float = 0.0  # share of the copies that are rows of dots, for the same
    outliers: float = 0.0  # made-up drawings that are no digits, as a share of those copies: for digit-or-not alone

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            if not low <= getattr(self, name) <= high:
                message = f"{name}: expected {low} to {high}; received {getattr(self, name)}"
                raise InvalidInput("invalid_augmentation", message)

    def to_json(self) -> dict[str, float]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote, or a part of it: what is missing has its default."""
        unknown = sorted(set(data) - {field.name for field in fields(cls)})
        if unknown:
            message = f"expected settings out of {', '.join(LIMITS)}; received {', '.join(unknown)}"
            raise InvalidInput("invalid_augmentation", message)
        return cls(**data)


def augment_images(images: Images, *, copies: int, seed: Seed, settings: Augmentation) -> Images:
    """Return `uint8 (n * copies, 28, 28)` of images `uint8 (n, 28, 28)`: turned about their centre, bilinear."""
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    count = len(images) * copies
    inverse = np.linalg.inv(_shapes(generator, count, settings))
    shift = generator.uniform(-settings.shift, settings.shift, (count, 2))
    # A pixel of the copy at p comes from inverse @ (p - centre - shift) + centre.
    offset = CENTRE - np.einsum("nij,nj->ni", inverse, CENTRE + shift)
    widths = generator.uniform(-settings.stroke_width, settings.stroke_width, count)
    source = np.repeat(np.arange(len(images)), copies)
    pulled = pulls(generator, count, settings.elastic) if settings.elastic else None
    augmented = np.empty((count, SIDE, SIDE), np.uint8)
    for start in range(0, count, BLOCK):
        part = slice(start, start + BLOCK)
        originals = images[source[part]]
        if settings.stroke_width:
            originals = _rewidened(originals, widths[part])
        away = None if pulled is None else (OF_PIXELS @ pulled[part]).astype(np.float32)
        augmented[part] = _resampled(originals, inverse[part], offset[part], away)
    return augmented


def augment_strokes(drawings: Sequence[Strokes], *, copies: int, seed: Seed, settings: Augmentation) -> Images:
    """Return `uint8 (n * copies, 28, 28)`: the strokes turned as vectors and drawn again with pens of many widths.

    Of drawings that `training.selection.redrawable` lets pass: an eraser would not cover what it has covered.
    They are normalized like any drawing, which undoes zoom but keeps the proportions, and then shifted by whole pixels.
    """
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    count = len(drawings) * copies
    shapes = _shapes(generator, count, settings)
    pens = np.exp(generator.uniform(np.log(settings.pen_low), np.log(settings.pen_high), count))
    shifts = generator.uniform(-settings.shift, settings.shift, (count, 2)).round().astype(int)
    ends = _ends(generator, count, settings)
    pulled = pulls(generator, count, settings.elastic / FIT) if settings.elastic else None
    dots = _dots(generator, count, settings)
    augmented = np.empty((count, SIDE, SIDE), np.uint8)
    for index, drawing in enumerate(drawings):
        plain = simplified(drawing)
        for copy in range(index * copies, (index + 1) * copies):
            begun = without_end(plain, ends[copy]) if ends[copy] else plain
            bent = begun if pulled is None else _pulled(begun, pulled[copy])
            pen_ratios = DOTTED_RATIOS if dots[copy] else PEN_RATIOS
            image = redrawn(bent, shapes[copy], pens[copy], pen_ratios=pen_ratios, dots_apart=dots[copy])
            augmented[copy] = _shifted(image, *shifts[copy])
    return augmented


def _ends(generator: np.random.Generator, count: int, settings: Augmentation) -> Matrices:
    """Return which share of its way each copy lacks: for most of them none."""
    if not settings.unfinished:
        return np.zeros(count)
    lacking = generator.random(count) < settings.unfinished
    return np.where(lacking, generator.uniform(0.0, MOST_MISSING, count), 0.0)


def _dots(generator: np.random.Generator, count: int, settings: Augmentation) -> Matrices:
    """Return how far apart the dots of each copy are, in pens; 0: it has lines, as most of them."""
    if not settings.dotted:
        return np.zeros(count)
    chosen = generator.random(count) < settings.dotted
    return np.where(chosen, generator.uniform(*DOTS_APART, count), 0.0)


def _pulled(drawing: Strokes, pulled: Matrices) -> Strokes:
    """Return the drawing with its parts pulled out of their places, by shares of its longer side."""
    points = places_of(drawing)
    low, extent = points.min(axis=0), float(np.ptp(points, axis=0).max()) or 1.0
    places = iter((points + extent * (shares((points - low) / extent) @ pulled)).tolist())
    strokes = [
        replace(stroke, points=tuple((*next(places), *time) for _, _, *time in stroke.points))
        for stroke in drawing.strokes
    ]
    return replace(drawing, strokes=tuple(strokes))


def _shapes(generator: np.random.Generator, count: int, settings: Augmentation) -> Matrices:
    """Return `count` random matrices (2, 2) that zoom, then shear, then turn (x, y)."""
    zoom = generator.uniform(1 - settings.zoom, 1 + settings.zoom, (count, 2))
    shear = generator.uniform(-settings.shear, settings.shear, count)
    angle = np.deg2rad(generator.uniform(-settings.rotation, settings.rotation, count))
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    shape = np.zeros((count, 2, 2))
    shape[:, 0, 0], shape[:, 1, 1] = zoom.T
    shape[:, 0, 1] = shear * zoom[:, 1]
    return turn @ shape


def _rewidened(images: Images, widths: npt.NDArray[np.floating]) -> Images:
    """Return each image with strokes wider by so many pixels (or thinner): grown or eaten away by half on each side.

    A side moves by a fraction of a pixel: each pixel goes that share of the way to the most (the least) ink next to it.
    """
    ink = np.pad(images, ((0, 0), (1, 1), (1, 1))).astype(np.float32)
    places = [(0, 1), (2, 1), (1, 0), (1, 2), (1, 1)]  # above, below, left, right, itself
    around = np.stack([ink[:, row : row + SIDE, column : column + SIDE] for row, column in places])
    grows = (widths > 0)[:, None, None]
    target = np.where(grows, around.max(axis=0), around.min(axis=0))
    share = (np.abs(widths) / 2).astype(np.float32)[:, None, None]
    return (_between(around[-1], target, share) + 0.5).astype(np.uint8)


COLUMNS, ROWS = (grid.ravel().astype(np.float32) for grid in np.meshgrid(np.arange(SIDE), np.arange(SIDE)))
OF_PIXELS = shares(np.stack([COLUMNS, ROWS], axis=1) / (SIDE - 1))


def _resampled(
    images: Images, inverse: Matrices, offset: Matrices, away: npt.NDArray[np.float32] | None = None
) -> Images:
    """Return each image seen through its own affine map, bilinear, with paper outside.

    `away`, (n, 784, 2): how far beside its place on the map each pixel comes from.
    """
    matrix, start = inverse.astype(np.float32), offset.astype(np.float32)
    x, column = _places(matrix[:, 0], start[:, 0], 0 if away is None else away[:, :, 0])
    y, row = _places(matrix[:, 1], start[:, 1], 0 if away is None else away[:, :, 1])
    padded = np.zeros((len(images), PADDED, PADDED), np.float32)
    padded[:, 1 : SIDE + 1, 1 : SIDE + 1] = images
    first = row * PADDED + column + (np.arange(len(images), dtype=np.int32) * PADDED**2)[:, None]
    pixels = padded.ravel()
    upper = _between(pixels.take(first), pixels.take(first + 1), x)
    lower = _between(pixels.take(first + PADDED), pixels.take(first + PADDED + 1), x)
    return (_between(upper, lower, y) + 0.5).astype(np.uint8).reshape(images.shape)


def _places(
    matrix: npt.NDArray[np.float32], start: npt.NDArray[np.float32], away: npt.NDArray[np.float32] | int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    """Return where each pixel comes from along one axis: the fraction, and the index into the padded image."""
    place = np.clip(matrix[:, :1] * COLUMNS + matrix[:, 1:] * ROWS + start[:, None] + away, -1, SIDE)
    below = np.floor(place)
    return place - below, below.astype(np.int32) + 1


def _between(
    low: npt.NDArray[np.float32], high: npt.NDArray[np.float32], fraction: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    return low + (high - low) * fraction


def _shifted(image: Images, x: int, y: int) -> Images:
    """Return the image moved right by x and down by y whole pixels, with paper where it came from."""
    moved = np.zeros_like(image)
    moved[max(y, 0) : SIDE + min(y, 0), max(x, 0) : SIDE + min(x, 0)] = image[
        max(-y, 0) : SIDE - max(y, 0), max(-x, 0) : SIDE - max(x, 0)
    ]
    return moved
