"""Drawings made for the pages that explain: nobody's handwriting, and yet through the same arithmetic as everybody's.

Each shape is written down as lines and arcs in a box of 100 x 140, y down, and drawn with a slightly unsteady hand.
"""

import itertools
import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from datasets.pages.pictures import on_paper
from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import Stroke, Strokes, rasterize
from training.augmenting.augmentation import Augmentation, augment_strokes

Place = tuple[float, float]
Picture = npt.NDArray[np.uint8]

SIDE = 280  # of the canvas
PEN = 18.0
COPIES = 34


def _arc(x: float, y: float, across: float, down: float, start: float, end: float) -> list[Place]:
    """Return an arc from one angle to another in degrees, clockwise from three o'clock."""
    angles = np.radians(np.linspace(start, end, 28))
    return [(x + across * math.cos(a), y + down * math.sin(a)) for a in angles]


def _line(*corners: Place) -> list[Place]:
    steps = np.linspace(0, 1, 12)
    return [(x + (u - x) * t, y + (v - y) * t) for (x, y), (u, v) in itertools.pairwise(corners) for t in steps]


SHAPES: dict[str, list[list[Place]]] = {
    "0": [_arc(50, 70, 38, 64, -80, 285)],
    "1": [_line((26, 34), (54, 6), (50, 134))],
    "2": [_arc(50, 42, 38, 36, -165, 35) + _line((80, 64), (12, 132), (92, 130))],
    "3": [_arc(46, 38, 36, 32, -145, 92) + _arc(44, 102, 42, 34, -88, 150)],
    "4": [_line((60, 6), (10, 90), (94, 88)), _line((66, 50), (64, 136))],
    "5": [_line((24, 10), (18, 62)) + _arc(46, 94, 42, 40, -120, 142), _line((24, 10), (86, 7))],
    "6": [_line((72, 6), (34, 50)) + _arc(50, 98, 36, 36, -158, 195)],
    "7": [_line((10, 10), (88, 8), (42, 134)), _line((32, 74), (80, 70))],
    "8": [_arc(50, 38, 30, 31, 88, 448) + _arc(50, 102, 37, 33, -92, 268)],
    "9": [_arc(50, 42, 35, 36, -15, 345) + _line((84, 40), (72, 134))],
    "heart": [
        _line((50, 130), (14, 70))
        + _arc(31, 48, 21, 26, 165, 345)
        + _arc(70, 48, 21, 26, 195, 375)
        + _line((88, 68), (50, 130))
    ],
    "A": [_line((8, 134), (50, 6), (92, 134)), _line((26, 88), (76, 88))],
    "spiral": [[(50 + r * math.cos(r / 4.2), 70 + r * math.sin(r / 4.2)) for r in np.linspace(3, 54, 90)]],
    "hash": [
        _line((34, 14), (24, 128)),
        _line((74, 12), (66, 128)),
        _line((6, 50), (96, 46)),
        _line((4, 94), (94, 90)),
    ],
}
DIGITS = list("0123456789")
OTHERS = ["heart", "A", "spiral", "hash"]


@dataclass(frozen=True)
class Steps:
    """One drawing on its way to a network: `path` is SVG, `box` x, y, width and height of the symbol on the canvas."""

    paths: list[str]
    box: tuple[int, int, int, int]
    picture: str  # the 28x28 as a data URL
    numbers: list[list[int]]  # a part of the 28x28
    grid: range  # where the lines of the squared paper are


@cache
def drawn(name: str) -> Strokes:
    """Return a shape as strokes on the canvas, always the same."""
    random = np.random.default_rng(sum(map(ord, name)))
    scale, lean = 1.55, random.uniform(-0.12, 0.04)
    strokes = []
    for shape in SHAPES[name]:
        wobble = np.cumsum(random.normal(0, 0.35, (len(shape), 2)), axis=0)
        points = [
            (round(140 + scale * (x - 50 + dx + lean * (y - 70)), 1), round(140 + scale * (y - 70 + dy), 1))
            for (x, y), (dx, dy) in zip(shape, wobble, strict=True)
        ]
        strokes.append(Stroke(tuple(points), pen=PEN))
    return Strokes(SIDE, SIDE, tuple(strokes))


@cache
def seen(name: str) -> str:
    """Return what networks see of a shape, as a data URL: dark ink on white."""
    return on_paper(normalize(rasterize(drawn(name))).tobytes())


@cache
def steps(name: str = "5") -> Steps:
    """Return the way of a drawing from the pen to the numbers."""
    strokes = drawn(name)
    image = normalize(rasterize(strokes))
    points = [point for stroke in strokes.strokes for point in stroke.points]
    left, right = min(p[0] for p in points) - PEN / 2, max(p[0] for p in points) + PEN / 2
    top, bottom = min(p[1] for p in points) - PEN / 2, max(p[1] for p in points) + PEN / 2
    return Steps(
        paths=["M" + "L".join(f"{p[0]} {p[1]}" for p in stroke.points) for stroke in strokes.strokes],
        box=(int(left), int(top), math.ceil(right - left), math.ceil(bottom - top)),
        picture=on_paper(image.tobytes()),
        numbers=image[4:14, 8:19].tolist(),
        grid=range(0, SIDE + 1, 20),
    )


@cache
def altered(name: str = "5") -> list[str]:
    """Return copies of a shape as training alters them, as data URLs."""
    copies = augment_strokes([drawn(name)], copies=COPIES, seed=(7, ord(name[0])), settings=Augmentation())
    return [on_paper(image.tobytes()) for image in copies]
