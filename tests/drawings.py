"""Drawings made for the tests: ten digits and some symbols that are none, with as many variants as wanted.

Each shape is written down as an artist would: lines and arcs in a box of 100 x 140, y down. A variant leans, stretches
and trembles a little, under a seed.
"""

import itertools
import math

import numpy as np

Point = tuple[float, float]

WIDTH = HEIGHT = 280  # of the canvas


def arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float, points: int = 24) -> list[Point]:
    """Return an arc from one angle to another, in degrees, clockwise from three o'clock."""
    angles = np.radians(np.linspace(start, end, points))
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


def line(*corners: Point) -> list[Point]:
    """Return the corners joined by lines of ten points each."""
    points: list[Point] = []
    for (x1, y1), (x2, y2) in itertools.pairwise(corners):
        points += [(x1 + (x2 - x1) * t, y1 + (y2 - y1) * t) for t in np.linspace(0, 1, 10)]
    return points


SHAPES: dict[str, list[list[list[Point]]]] = {
    "0": [[arc(50, 70, 42, 66, -90, 270)], [arc(50, 70, 34, 66, -60, 300)]],
    "1": [[line((50, 4), (50, 136))], [line((28, 30), (52, 4), (52, 136))]],
    "2": [
        [arc(50, 42, 40, 38, -170, 40) + line((80, 66), (10, 134), (92, 134))],
        [arc(48, 40, 38, 36, -150, 30) + line((80, 62), (14, 132), (88, 130))],
    ],
    "3": [
        [arc(46, 38, 38, 34, -150, 90) + arc(44, 102, 44, 34, -90, 150)],
        [arc(50, 36, 34, 32, -140, 95) + arc(46, 100, 40, 36, -85, 140)],
    ],
    "4": [
        [line((62, 4), (8, 92), (96, 92)), line((66, 52), (66, 138))],
        [line((20, 4), (14, 74), (88, 74)), line((78, 20), (74, 138))],
    ],
    "5": [
        [line((22, 8), (16, 64)) + arc(46, 94, 42, 40, -120, 140), line((22, 8), (88, 8))],
        [line((86, 6), (24, 6), (20, 62)) + arc(46, 92, 40, 40, -115, 145)],
    ],
    "6": [
        [line((74, 4), (34, 48)) + arc(50, 98, 38, 38, -160, 200)],
        [arc(78, 88, 62, 84, -110, -180) + arc(50, 100, 34, 34, -180, 180)],
    ],
    "7": [
        [line((8, 8), (90, 8), (42, 136))],
        [line((10, 12), (88, 8), (40, 134)), line((34, 74), (84, 70))],
    ],
    "8": [
        [arc(50, 38, 32, 32, 90, 450) + arc(50, 102, 38, 34, -90, 270)],
        [arc(50, 38, 28, 34, 90, 450) + arc(50, 104, 34, 32, -90, 270)],
    ],
    "9": [
        [arc(48, 42, 36, 36, 0, 360) + line((84, 42), (76, 136))],
        [arc(50, 42, 34, 34, -10, 350) + line((83, 36), (82, 100)) + arc(50, 104, 32, 30, 0, 120)],
    ],
    "not-a-digit": [
        [line((50, 6), (76, 126), (6, 50), (94, 50), (24, 126), (50, 6))],  # a star
        [[(x, 70 + 26 * math.sin(x / 9)) for x in range(0, 101, 2)]],  # a wave
        [line((6, 130), (50, 8), (94, 130)), line((24, 86), (76, 86))],  # the letter A
        [line((4, 10), (28, 130), (50, 50), (72, 130), (96, 10))],  # the letter W
        [line((10, 20), (90, 20), (90, 120), (10, 120), (10, 20)), line((10, 20), (90, 120))],  # a crossed frame
        [line((8, 130), (8, 10), (52, 70), (94, 10), (94, 130))],  # the letter M
    ],
}


def drawing(label: str, variant: int, *, pen: float = 18) -> dict:
    """Return one drawing as the API takes it; the same variant is the same drawing."""
    shapes = SHAPES[label]
    return by_hand(shapes[variant % len(shapes)], np.random.default_rng([variant, *label.encode()]), pen=pen)


def by_hand(shape: list[list[Point]], rng: np.random.Generator, *, pen: float = 18) -> dict:
    """Return the lines of a shape as a hand draws them, as the API takes them."""
    size = rng.uniform(1.1, 1.6)
    stretch, slant = rng.uniform(0.85, 1.15), rng.uniform(-0.18, 0.18)
    angle = rng.uniform(-0.12, 0.12)
    left, top = rng.uniform(100, 180, 2)
    strokes, time = [], 0.0
    for way in shape:
        tremble = np.cumsum(rng.normal(0, 0.25, (len(way), 2)), axis=0)
        points = []
        for (x, y), (dx, dy) in zip(way, tremble, strict=True):
            u = (x - 50 - slant * (y - 70)) * stretch + dx
            v = (y - 70) / stretch + dy
            px = left + size * (u * math.cos(angle) - v * math.sin(angle)) / 1.4
            py = top + size * (u * math.sin(angle) + v * math.cos(angle)) / 1.4
            points.append([round(px, 1), round(py, 1), int(time)])
            time += 12
        strokes.append({"points": points, "pen": pen, "erase": False})
        time += 150
    return {"width": WIDTH, "height": HEIGHT, "strokes": strokes}
