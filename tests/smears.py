"""Meaningless scribbles: what bored or mischievous people smear into a box that asks them for a digit.

Each kind is a hand's habit with random choices in it. A kind lays its strokes out in any unit it likes, y down; they
are then sized, put down somewhere on the canvas and shaken a little. None of them is drawn to mean anything. They were
made by somebody who knew neither `tests.scribbles` nor the made-up drawings of training.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.drawings import HEIGHT, WIDTH

Way = NDArray[np.float64]  # the points of one stroke, a row each
Kind = Callable[[np.random.Generator], list[Way]]

MARGIN = 10  # kept free of points along its edges
STEP = 7.0  # between two points of a stroke, about


def turned(points: Way, angle: float) -> Way:
    """Return the points turned about the origin by an angle in radians."""
    c, s = math.cos(angle), math.sin(angle)
    return points @ np.array([[c, s], [-s, c]])


def rounded(corners: Way, times: int = 2) -> Way:
    """Return a line whose corners are cut off, the ends kept, as a hand in a hurry takes them."""
    for _ in range(times):
        a, b = corners[:-1], corners[1:]
        cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 2)
        corners = np.vstack([corners[:1], cut, corners[-1:]])
    return corners


def bowed(start: Way, end: Way, bow: float) -> Way:
    """Return a line from start to end that swings out to one side by a part of its length."""
    t = np.linspace(0, 1, 12)[:, None]
    dx, dy = end - start
    return start + (end - start) * t + np.array([-dy, dx]) * bow * 4 * t * (1 - t)


def polar(radius: float, angle: float) -> Way:
    """Return the point at a distance from the origin and an angle in radians."""
    return np.array([radius * math.cos(angle), radius * math.sin(angle)])


def scratch(rng: np.random.Generator) -> list[Way]:
    """Scratch angrily back and forth over one spot, then again in another direction."""
    angle, ways = rng.uniform(0, math.pi), []
    for _ in range(rng.integers(2, 4)):
        turns = int(rng.integers(8, 13))
        across = rng.uniform(0.8, 1.2, turns) * np.where(np.arange(turns) % 2, 1, -1)
        across[[0, -1]] *= 0.6  # no long tail
        along = np.linspace(-0.85, 0.85, turns) + rng.normal(0, 0.1, turns)
        ways.append(turned(rounded(np.column_stack([across, along]), 1), angle) + rng.normal(0, 0.1, 2))
        angle += rng.uniform(1, 1.7)
    return ways if rng.random() < 0.5 else [np.vstack(ways)]


def slashes(rng: np.random.Generator) -> list[Way]:
    """Throw down several long lines that cross one another every which way."""
    count = int(rng.integers(7, 12))
    angles = (np.arange(count) + rng.uniform(-0.5, 0.5, count)) * math.pi / count + rng.uniform(0, math.pi)
    ways = []
    for angle in rng.permutation(angles):
        half = polar(rng.uniform(0.75, 1.2), angle)
        middle = turned(half, math.pi / 2) * rng.uniform(-0.5, 0.5) + rng.normal(0, 0.15, 2)
        half *= rng.choice([-1, 1])
        ways.append(bowed(middle - half, middle + half, rng.normal(0, 0.04)))
    return ways


def knot(rng: np.random.Generator) -> list[Way]:
    """Draw loop over loop without lifting the pen, now here, now there, into a knot."""
    loops = int(rng.integers(8, 12))
    around = rng.permutation(loops) * 2 * math.pi / loops + rng.uniform(0, 6)
    centres = np.array([polar(rng.uniform(0.45, 0.8), a) for a in around])
    radii = rng.uniform(0.38, 0.66, (loops, 2))
    radii[[0, -1]] *= 0.6  # the ends stay within
    centres[[0, -1]] *= 0.6
    t = np.linspace(0, loops - 1, loops * 40)
    index = np.arange(loops)
    x, y = (np.interp(t, index, column) for column in centres.T)
    rx, ry = (np.interp(t, index, column) for column in radii.T)
    phase = rng.choice([-1, 1]) * 2 * math.pi * t + rng.uniform(0, 6)
    wide = rng.uniform(1.15, 1.5)
    return [np.column_stack([wide * (x + rx * np.cos(phase)), y + ry * np.sin(phase)])]


def snake(rng: np.random.Generator) -> list[Way]:
    """Crawl to and fro over the whole box in one long and shaky line, then back through it all."""
    rows = int(rng.integers(7, 9))
    corners = []
    for row, middle in enumerate(np.linspace(-1, 1, rows)):
        ends = rng.uniform(0.75, 1.15, 2) * ((-1, 1) if row % 2 else (1, -1))
        corners += [(end, middle + rng.normal(0, 0.06)) for end in (ends[0], ends.mean() / 2, ends[1])]
    side = rng.choice([-1, 1])
    for y in np.linspace(0.7, -1, rng.integers(3, 6)):
        corners.append((side * rng.uniform(0.4, 1), y + rng.normal(0, 0.15)))
        side = -side
    way = rounded(np.array(corners), 3)
    shake = rng.normal(0, 0.025, way.shape)
    return [turned(way + shake, rng.uniform(0, 2 * math.pi))]


def specks(rng: np.random.Generator) -> list[Way]:
    """Pepper the box with dots, dashes and ticks."""
    across, down = rng.integers(4, 6, 2)
    cells = [(x, y) for x in range(across) for y in range(down)]
    longest, lean, wild = rng.uniform(0.1, 0.8), rng.uniform(0, math.pi), rng.uniform(0.1, 2)
    ways = []
    for i in rng.permutation(len(cells))[: round(len(cells) * rng.uniform(0.75, 1))]:
        spot = np.array(cells[i]) + rng.uniform(-0.36, 0.36, 2)
        half = polar(longest * rng.random() / 2, lean + rng.normal(0, wild))
        way = [spot - half, spot + half]
        if rng.random() < 0.2:
            way.append(spot + half + turned(half, rng.choice([-1, 1]) * rng.uniform(1.5, 2.6)))
        ways.append(np.array(way))
    return ways


def blotch(rng: np.random.Generator) -> list[Way]:
    """Fill a lumpy patch with ink, a few hairs sticking out of it all round and drops splashed about."""
    lumps = [(n, rng.normal(0, 0.1), rng.uniform(0, 6)) for n in (3, 4, 5, 7)]
    passes = int(rng.integers(17, 22))
    corners = []
    for i, y in enumerate(np.linspace(-0.97, 0.97, passes)):
        angle = math.atan2(y, math.sqrt(1 - y * y) * (1 if i % 2 else -1))
        corners.append(polar(1 + sum(h * math.cos(n * angle + p) for n, h, p in lumps), angle))
    ways = [turned(np.array(corners) + rng.normal(0, 0.05, (passes, 2)), rng.uniform(0, 2 * math.pi))]
    hairs, drops = int(rng.integers(4, 8)), int(rng.integers(0, 8))
    for angle in (np.arange(hairs) + rng.uniform(-0.3, 0.3, hairs)) * 2 * math.pi / hairs + rng.uniform(0, 6):
        end = polar(rng.uniform(1.15, 1.5), angle + rng.normal(0, 0.2))
        ways.append(bowed(polar(0.5, angle), end, rng.normal(0, 0.08)))
    for _ in range(drops):
        spot = polar(rng.uniform(1.45, 1.9), rng.uniform(0, 6.3))
        ways.append(np.array([spot, spot * rng.uniform(1, 1.05)]))
    return ways


def spring(rng: np.random.Generator) -> list[Way]:
    """Wind spring-like loops along a line, or along two lines one below the other."""
    ways: list[Way] = []
    springs, angle = int(rng.integers(1, 3)), rng.uniform(-0.45, 0.45)
    for i in range(springs):
        turns = rng.uniform(4.5, 7)
        t = np.linspace(0, 1, round(turns * 30))
        phase = 2 * math.pi * turns * t * rng.choice([-1, 1]) + rng.uniform(0, 6)
        radius = rng.uniform(0.35, 0.55) * np.interp(t, [0, 0.5, 1], rng.uniform(0.75, 1.1, 3))
        way = np.column_stack([2.4 * t - 1.2 + 0.7 * radius * np.cos(phase), radius * np.sin(phase)])
        way[:, 1] += rng.normal(0, 0.12) * np.sin(math.pi * t) + i * rng.uniform(0.9, 1.2)
        ways.append(turned(way, angle + rng.normal(0, 0.04)))
    return ways


def scrawl(rng: np.random.Generator) -> list[Way]:
    """Sign with a name that is none: a run of peaks and loops, and a dash or two through or under them."""
    letters = int(rng.integers(5, 9))
    tall = rng.uniform(0.3, 0.7, letters)
    tall[rng.permutation(letters)[:2]] = rng.uniform(0.8, 1.3, 2)
    t = np.linspace(0, letters, letters * 24, endpoint=False)
    height = np.interp(t, np.arange(letters) + 0.5, tall)
    loop = np.interp(t, np.arange(letters), rng.uniform(-0.05, 0.3, letters))
    phase = 2 * math.pi * t
    word = np.column_stack([t * rng.uniform(0.32, 0.45) + loop * np.sin(phase), height * (np.cos(phase) - 1) / 2])
    word[:, 0] -= rng.uniform(0, 0.5) * word[:, 1]
    word[:, 1] += np.interp(t, np.arange(letters), rng.normal(0, 0.12, letters))
    ways, (left, right) = [word], (word[:, 0].min(), word[:, 0].max())
    for _ in range(rng.integers(1, 3)):
        start = np.array([left + rng.uniform(-0.2, 0.4), rng.uniform(-0.4, 0.4)])
        end = np.array([right + rng.uniform(-0.4, 0.3), rng.uniform(-0.6, 0.4)])
        ways.append(bowed(start, end, rng.normal(0, 0.07)))
    angle = rng.uniform(-0.2, 0.05)
    return [turned(way, angle) for way in ways]


def burst(rng: np.random.Generator) -> list[Way]:
    """Shoot rays out of one spot, one by one or to and fro without lifting the pen."""
    rays = int(rng.integers(9, 15))
    angles = (np.arange(rays) + rng.uniform(-0.3, 0.3, rays)) * 2 * math.pi / rays + rng.uniform(0, 6)
    order = rng.permutation(angles) if rng.random() < 0.5 else angles
    tips = [polar(rng.uniform(0.6, 1.2), a) for a in order]
    ways = [bowed(rng.normal(0, 0.08, 2), tip, rng.normal(0, 0.04)) for tip in tips]
    if rng.random() < 0.5:
        return ways
    return [rounded(np.vstack([part for way in ways for part in (way, way[-2:0:-1])]), 1)]


def grid(rng: np.random.Generator) -> list[Way]:
    """Throw a grid or a fence down quickly, its lines neither straight nor evenly apart."""
    lean, ways = rng.uniform(-0.4, 0.4), []
    for upright in (False, True):
        count = int(rng.integers(4, 6)) if upright else int(rng.integers(3, 6))
        for place in np.linspace(-0.75, 0.75, count) + rng.normal(0, 0.07, count):
            start, end = (
                np.array([rng.uniform(0.8, 1.2) * way, place + rng.normal(0, 0.08)])
                for way in ((-1, 1) if rng.random() < 0.7 else (1, -1))
            )
            line = bowed(start, end, rng.normal(0, 0.03))
            ways.append(turned(line[:, ::-1] if upright else line, lean + (rng.normal(0, 0.15) if upright else 0)))
    return ways


KINDS: tuple[Kind, ...] = (scratch, slashes, knot, snake, specks, blotch, spring, scrawl, burst, grid)


def smear(variant: int, *, pen: float = 18) -> dict[str, Any]:
    """Return one meaningless scribble as the API takes it; the same variant is the same scribble."""
    rng = np.random.default_rng([13, variant])
    ways = put_down(KINDS[variant % len(KINDS)](rng), rng)
    pace = rng.uniform(8, 17)  # milliseconds from one point to the next
    strokes, time = [], 0.0
    for way in ways:
        points = []
        for x, y in way:
            points.append([round(float(x), 1), round(float(y), 1), int(time)])
            time += pace * rng.uniform(0.8, 1.2)
        strokes.append({"points": points, "pen": pen, "erase": False})
        time += rng.uniform(80, 260)
    return {"width": WIDTH, "height": HEIGHT, "strokes": strokes}


def put_down(ways: list[Way], rng: np.random.Generator) -> list[Way]:
    """Return the strokes sized, placed on the canvas and drawn by a hand that trembles; never tall and narrow."""
    everything = np.vstack(ways)
    low, extent = everything.min(axis=0), np.ptp(everything, axis=0)
    stretch = np.array([max(1.0, extent[1] / extent[0] / rng.uniform(0.9, 1.2)), 1.0])
    free = WIDTH - 2 * MARGIN
    size = rng.uniform(0.7, 1) * free
    scale = stretch * size / (extent * stretch).max()
    corner = MARGIN + rng.uniform(0, 1, 2) * (free - extent * scale)
    return [trembling(evenly((way - low) * scale + corner), rng) for way in ways]


def evenly(way: Way) -> Way:
    """Return the line with its points about a step apart, as a moving pen reports them; a dot keeps two."""
    far = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(way, axis=0).T))])
    at = np.linspace(0, far[-1], max(2, round(far[-1] / STEP) + 1))
    return np.column_stack([np.interp(at, far, column) for column in way.T])


def trembling(way: Way, rng: np.random.Generator) -> Way:
    """Return the line as a hand that is not quite steady draws it, within the canvas."""
    drift = np.cumsum(rng.normal(0, 0.4, way.shape), axis=0)
    sway = drift - np.linspace(0, 1, len(way))[:, None] * drift[-1]
    return np.clip(way + sway + rng.normal(0, 0.3, way.shape), 2, WIDTH - 2)
