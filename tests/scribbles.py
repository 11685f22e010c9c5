"""What vandals draw, made for the tests: as varied as wanted, no two alike."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from tests.drawings import HEIGHT, WIDTH, Point

MARGIN = 30  # canvas units


def scribble(variant: int, *, pen: float = 18) -> dict[str, Any]:
    """Return one scribble as the API takes it, in one stroke; the same variant is the same scribble."""
    rng = np.random.default_rng([7, variant])
    points = KINDS[variant % len(KINDS)](rng)
    box = np.array(points)
    box = (box - box.min(axis=0)) / max(float(np.ptp(box, axis=0).max()), 1e-6)
    side = rng.uniform(120, WIDTH - 2 * MARGIN)
    left, top = rng.uniform(MARGIN, [WIDTH - MARGIN - side, HEIGHT - MARGIN - side])
    pace = rng.uniform(2, 9)  # ms a point: hastier than anybody writes
    timed = [
        [round(left + side * x, 1), round(top + side * y, 1), int(place * pace)] for place, (x, y) in enumerate(box)
    ]
    return {"width": WIDTH, "height": HEIGHT, "strokes": [{"points": timed, "pen": pen, "erase": False}]}


def _smooth(corners: list[Point], rng: Generator) -> list[Point]:
    """Return a hand's way through the corners: it cuts them."""
    points = np.array(corners, float)
    for _ in range(3):  # Chaikin's algorithm
        points = np.concatenate([(0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b) for a, b in itertools.pairwise(points)])
    return [(x, y) for x, y in points + rng.normal(0, 0.004, points.shape)]


def _to_and_fro(rng: Generator) -> list[Point]:
    turns, angle = int(rng.integers(5, 14)), rng.uniform(0, math.pi)
    corners = [(rng.uniform(0, 0.2) + 0.8 * (turn % 2), turn / turns) for turn in range(turns)]
    return _smooth([_turned(corner, angle) for corner in corners], rng)


def _anywhere(rng: Generator) -> list[Point]:
    return _smooth([tuple(place) for place in rng.random((int(rng.integers(7, 18)), 2))], rng)


def _coil(rng: Generator) -> list[Point]:
    turns, drift, flat = rng.uniform(3, 7), rng.uniform(0, 2.5), rng.uniform(0.4, 1)
    phase, angle = rng.uniform(0, 2 * math.pi), rng.uniform(0, math.pi)
    places = np.linspace(0, 1, 120)
    around = phase + 2 * math.pi * turns * places
    shrink = 1 - rng.uniform(0, 0.8) * places
    curve = zip(drift * places + shrink * np.cos(around), flat * shrink * np.sin(around), strict=True)
    return [_turned((float(x), float(y)), angle) for x, y in curve]


def _walk(rng: Generator) -> list[Point]:
    """A pen that wanders: the direction drifts."""
    directions = np.cumsum(rng.normal(0, rng.uniform(0.4, 0.9), 90)) + rng.uniform(0, 2 * math.pi)
    steps = np.cumsum(np.stack([np.cos(directions), np.sin(directions)], axis=1), axis=0)
    return [(float(x), float(y)) for x, y in steps]


def _turned(place: Point, angle: float) -> Point:
    x, y = place
    return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)


KINDS: list[Callable[[Generator], list[Point]]] = [_to_and_fro, _anywhere, _coil, _walk]
