"""Strokes with fewer points: what is drawn many times over is drawn faster, and looks the same at 28 pixels."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from datasets.preprocessing.strokes import Stroke, Strokes
from training.augmenting.ways import places_in, places_of

TOLERANCE = 0.005  # of the drawing's longer side: a tenth of a pixel of 20


def simplified(drawing: Strokes) -> Strokes:
    """Return the drawing without the points that lie on the way between others, after Ramer-Douglas-Peucker."""
    points = places_of(drawing)
    tolerance = TOLERANCE * float(np.ptp(points, axis=0).max())
    return replace(drawing, strokes=tuple(_simplified(stroke, tolerance) for stroke in drawing.strokes))


def _simplified(stroke: Stroke, tolerance: float) -> Stroke:
    path = places_in(stroke)
    keep = np.zeros(len(path), bool)
    keep[[0, -1]] = True
    pending = [(0, len(path) - 1)]
    while pending:
        first, last = pending.pop()
        if last - first < 2:
            continue
        distances = _distances(path[first + 1 : last], path[first], path[last])
        farthest = int(distances.argmax())
        if distances[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            pending += [(first, middle), (middle, last)]
    return replace(stroke, points=tuple(point for point, kept in zip(stroke.points, keep, strict=True) if kept))


def _distances(
    points: npt.NDArray[np.float64], start: npt.NDArray[np.float64], end: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the distance of points (n, 2) from the segment between two others."""
    along, away = end - start, points - start
    square = float(along @ along)
    share = np.clip(away @ along / square, 0, 1) if square > 0 else np.zeros(len(points))
    rest = away - share[:, None] * along
    return np.sqrt((rest * rest).sum(axis=1))
