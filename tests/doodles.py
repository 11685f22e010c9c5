"""What people draw beside digits and letters, in the box of `tests.drawings`: as varied as wanted, no two alike."""

import math
from typing import Any

import numpy as np

from tests.drawings import Point, arc, by_hand, line


def doodle(variant: int) -> dict[str, Any]:
    """Return one doodle as the API takes it; the same variant is the same doodle."""
    shapes = list(DOODLES.values())
    return by_hand(shapes[variant % len(shapes)], np.random.default_rng([11, variant]))


def _petals(count: int) -> list[Point]:
    turns = np.linspace(0, 2 * math.pi, 90)
    far = 26 + 22 * np.cos(count * turns)
    return [(float(50 + r * math.cos(t)), float(60 + r * math.sin(t))) for r, t in zip(far, turns, strict=True)]


DOODLES: dict[str, list[list[Point]]] = {
    "heart": [arc(29, 44, 23, 24, 30, -180) + line((6, 44), (50, 124), (94, 44)) + arc(71, 44, 23, 24, 0, -210)],
    "house": [line((12, 130), (12, 60), (50, 16), (88, 60), (88, 130), (12, 130)), line((12, 60), (88, 60))],
    "tree": [line((50, 136), (50, 90)), arc(50, 52, 40, 40, 90, 450)],
    "flower": [_petals(5), line((50, 86), (50, 138))],
    "fish": [arc(42, 70, 38, 26, 20, 340) + line((78, 61), (98, 46), (98, 94), (78, 79))],
    "cloud": [
        arc(26, 84, 20, 20, 90, 270)
        + arc(48, 60, 26, 24, 190, 350)
        + arc(76, 82, 20, 22, -80, 90)
        + line((76, 104), (26, 104))
    ],
    "umbrella": [
        arc(50, 66, 46, 50, 180, 360) + line((96, 66), (4, 66)),
        line((50, 66), (50, 124)) + arc(40, 124, 10, 12, 0, 170),
    ],
    "arrow": [line((4, 70), (96, 70)), line((66, 40), (96, 70), (66, 100))],
    "smiley": [
        arc(50, 70, 46, 46, 0, 360),
        line((34, 52), (34, 62)),
        line((66, 52), (66, 62)),
        arc(50, 76, 24, 20, 20, 160),
    ],
    "sun": [arc(50, 70, 22, 22, 0, 360)]
    + [
        line((50 + 30 * math.cos(a), 70 + 30 * math.sin(a)), (50 + 46 * math.cos(a), 70 + 46 * math.sin(a)))
        for a in np.linspace(0, 2 * math.pi, 8, endpoint=False)
    ],
    "zigzag": [line((2, 50), (20, 90), (38, 50), (56, 90), (74, 50), (96, 90))],
    "crossed circle": [arc(50, 70, 42, 42, 0, 360), line((20, 40), (80, 100)), line((80, 40), (20, 100))],
    "envelope": [line((4, 36), (96, 36), (96, 104), (4, 104), (4, 36)), line((4, 36), (50, 74), (96, 36))],
    "cup": [line((14, 30), (20, 120), (70, 120), (76, 30), (14, 30)), arc(74, 70, 22, 22, -80, 80)],
}
