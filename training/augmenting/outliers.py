"""Made-up drawings that are no digits: tangles, heaps, scribbles, outlines, and figures of lines and arcs.

No collection has all that people draw when they are asked for a digit. A network that has seen such outliers turns away
others as well (Hendrycks, Mazeika and Dietterich 2019, "outlier exposure"), which it would otherwise take for the digit
that they resemble most.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from datasets.preprocessing.normalization import SIDE
from datasets.preprocessing.strokes import Stroke, Strokes
from training.augmenting.redrawing import redrawn
from training.augmenting.ways import places_in, places_of

PEN_RATIOS = (0.02, 0.15)  # of pen to longer side
CANVAS = 280  # canvas units
STEPS = 16  # of a curve between two places
EDGES = ((-0.2, (3, 9)), (0.0, (3, 5)), (0.35, (5, 9)), (0.5, (4, 9)), (None, (4, 7)))
"""By how much of its length an edge of an outline goes out, None: each as it likes; and how many edges there may be,
as others would look like zeros."""
BOWS = [bow for bow, _ in EDGES if bow is not None]

Places = npt.NDArray[np.float64]
Images = npt.NDArray[np.uint8]


def made_up(
    drawings: Sequence[Strokes], count: int, generator: np.random.Generator
) -> tuple[Images, npt.NDArray[np.integer]]:
    """Return `uint8 (count, 28, 28)`, and which of the drawings each was made from, or beside."""
    origins = generator.integers(0, len(drawings), count)
    thin, thick = PEN_RATIOS
    pens = np.exp(generator.uniform(math.log(thin), math.log(thick), count))
    images = np.empty((count, SIDE, SIDE), np.uint8)
    for place, origin in enumerate(origins):
        outlier = KINDS[generator.integers(len(KINDS))](generator, drawings[origin])
        images[place] = redrawn(outlier, np.eye(2), 1.0, pen_ratios=(pens[place], pens[place]))
    return images, origins


def tangle(generator: np.random.Generator, _: Strokes) -> Strokes:
    """A pen that goes smoothly from place to place and crosses its own way."""
    return _drawing([_curve(generator.random((generator.integers(6, 16), 2)))])


def heap(generator: np.random.Generator, drawing: Strokes) -> Strokes:
    """A drawing, and itself again on top of it, turned and of another size."""
    everything = places_of(drawing)
    middle, extent = everything.mean(axis=0), np.ptp(everything, axis=0)
    own = [places_in(stroke) for stroke in drawing.strokes]
    lines = list(own)
    for _ in range(generator.integers(1, 3)):
        turn = _turn(generator.uniform(math.radians(50), math.radians(310))) * generator.uniform(0.6, 1.2)
        aside = generator.uniform(-0.25, 0.25, 2) * extent
        lines += [(line - middle) @ turn.T + middle + aside for line in own]
    return _drawing(lines)


def figure(generator: np.random.Generator, _: Strokes) -> Strokes:
    """Some arcs, polygons and lines, each in a place of its own: what houses, faces and flowers are made of."""
    parts = [PARTS[generator.integers(len(PARTS))](generator) for _ in range(generator.integers(3, 7))]
    return _drawing([part * generator.uniform(0.3, 0.9, 2) + generator.uniform(0, 0.5, 2) for part in parts])


def hatching(generator: np.random.Generator, _: Strokes) -> Strokes:
    """To and fro, or round and round, in one go."""
    turns = int(generator.integers(4, 12))
    if generator.random() < 0.5:
        rows = np.arange(2 * turns)
        across = rows % 2 + generator.uniform(-0.2, 0.2, len(rows))
        line = np.column_stack([across, rows / len(rows) * generator.uniform(0.5, 2)])
    else:
        angles = np.linspace(0, 2 * math.pi * turns, STEPS * turns)
        radius = np.linspace(1, generator.uniform(0.1, 1), len(angles))
        line = np.column_stack([radius * np.cos(angles), radius * np.sin(angles) * generator.uniform(0.4, 1)])
        line += np.outer(angles, generator.uniform(0, 0.15, 2))
    return _drawing([line @ _turn(generator.uniform(0, 2 * math.pi)).T])


def outline(generator: np.random.Generator, _: Strokes) -> Strokes:
    """A closed line with corners or lobes, as clouds, hearts and leaves have, often with something in it or on it."""
    edge = _edge(generator)
    lines = [edge]
    chance = generator.random()
    if chance < 0.3:
        lines.append(_stem(generator, edge))
    elif chance < 0.6:
        inside = edge.min(axis=0) + np.ptp(edge, axis=0) * generator.uniform(0.2, 0.6, 2)
        lines.append(PARTS[generator.integers(len(PARTS))](generator) * generator.uniform(0.2, 0.5, 2) + inside)
    return _drawing(lines)


def wander(generator: np.random.Generator, _: Strokes) -> Strokes:
    """A pen that goes nowhere: with each step it turns, this way or that, and the hand shakes."""
    steps = int(generator.integers(60, 160))
    turns = generator.normal(0, generator.uniform(0.5, 1), steps)
    directions = generator.uniform(0, 2 * math.pi) + np.cumsum(turns)
    way = np.cumsum(np.column_stack([np.cos(directions), np.sin(directions)]), axis=0)
    return _drawing([way + generator.normal(0, 0.2, way.shape)])


KINDS: list[Callable[[np.random.Generator, Strokes], Strokes]] = [tangle, heap, figure, hatching, outline, wander]


def _arc(generator: np.random.Generator) -> Places:
    """Return a circle, or a part of one."""
    start, whole = generator.uniform(0, 2 * math.pi), generator.random() < 0.5
    angles = np.linspace(start, start + (2 * math.pi if whole else generator.uniform(2, 5)), 3 * STEPS)
    return np.column_stack([1 + np.cos(angles), 1 + np.sin(angles)]) / 2


def _polygon(generator: np.random.Generator) -> Places:
    """Return a closed line through three to five places around a middle."""
    angles = np.sort(generator.uniform(0, 2 * math.pi, generator.integers(3, 6)))
    corners = np.column_stack([1 + np.cos(angles), 1 + np.sin(angles)]) / 2
    return np.concatenate([corners, corners[:1]])


def _line(generator: np.random.Generator) -> Places:
    return generator.random((generator.integers(2, 4), 2))


PARTS: list[Callable[[np.random.Generator], Places]] = [_arc, _polygon, _line]


def _edge(generator: np.random.Generator) -> Places:
    """Return a closed line through some places around a middle, which goes out or in between them."""
    bow, (fewest, most) = EDGES[generator.integers(len(EDGES))]
    count = int(generator.integers(fewest, most + 1))
    angles = (np.arange(count) + generator.uniform(-0.3, 0.3, count)) * (2 * math.pi / count)
    distances = generator.uniform(0.5, 1, count)
    corners = np.column_stack([np.cos(angles), np.sin(angles)]) * distances[:, None]
    corners = corners @ _turn(generator.uniform(0, 2 * math.pi)) * [1, generator.uniform(0.6, 1)]
    bows = generator.choice(BOWS, count) if bow is None else np.full(count, bow)
    edges = zip(corners, np.roll(corners, -1, axis=0), bows + generator.normal(0, 0.05, count), strict=True)
    return np.concatenate([_bowed(start, end, each) for start, end, each in edges])


def _bowed(start: Places, end: Places, bow: float) -> Places:
    """Return the way from one place to another that goes aside by so much of its length (a parabola)."""
    t = np.linspace(0, 1, STEPS)[:, None]
    x, y = end - start
    return start + (end - start) * t + np.array([y, -x]) * (4 * bow * t * (1 - t))


def _stem(generator: np.random.Generator, edge: Places) -> Places:
    """Return a line from the middle of an outline's lower edge, straight down or with a hook."""
    width, height = np.ptp(edge, axis=0)
    middle = edge[:, 0].min() + width * generator.uniform(0.4, 0.6)
    near = edge[np.argsort(np.abs(edge[:, 0] - middle))[:STEPS]]
    foot = near[near[:, 1].argmax()]
    length = height * generator.uniform(0.4, 1.2)
    ways = [(0.0, 0.0), (0.0, length)]
    if generator.random() < 0.5:
        ways.append((generator.choice((-1, 1)) * length / 3, length * generator.uniform(0.8, 1.2)))
    return _curve(foot + np.array(ways))


def _curve(corners: Places) -> Places:
    """Return a smooth way through all corners (Catmull and Rom 1974)."""
    ends = np.concatenate([corners[:1], corners, corners[-1:]])
    a, b, c, d = ends[:-3], ends[1:-2], ends[2:-1], ends[3:]
    t = np.linspace(0, 1, STEPS, endpoint=False)[:, None, None]
    way = (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3) / 2
    return np.concatenate([way.transpose(1, 0, 2).reshape(-1, 2), corners[-1:]])


def _turn(angle: float) -> Places:
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def _drawing(lines: Sequence[Places]) -> Strokes:
    """Return lines of any size as strokes on a canvas."""
    everything = np.concatenate(lines)
    low, extent = everything.min(axis=0), float(np.ptp(everything, axis=0).max()) or 1.0
    scaled = [(line - low) / extent * CANVAS for line in lines]
    strokes = tuple(Stroke(tuple(map(tuple, line.tolist())), pen=1.0) for line in scaled)
    return Strokes(CANVAS, CANVAS, strokes)
