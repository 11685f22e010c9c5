"""Drawings that are not finished yet: what live prediction sees while somebody draws."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from datasets.preprocessing.strokes import Stroke, Strokes
from training.augmenting.ways import places_along, way_of


def without_end(drawing: Strokes, missing: float) -> Strokes:
    """Return the drawing without the last part of the pen's way, a share `missing` in 0..1; one point stays at least.

    A stroke that is cut ends between its points.
    """
    ways = [way_of(stroke) for stroke in drawing.strokes]
    left = (1 - missing) * sum(float(way[-1]) for way in ways)
    kept: list[Stroke] = []
    for stroke, way in zip(drawing.strokes, ways, strict=True):
        if kept and left <= 0:
            break
        kept.append(stroke if way[-1] <= left else _until(stroke, way, max(left, 0.0)))
        left -= float(way[-1])
    return replace(drawing, strokes=tuple(kept))


def _until(stroke: Stroke, way: npt.NDArray[np.float64], end: float) -> Stroke:
    (last,) = places_along(stroke, np.array([end]))
    return replace(stroke, points=(*stroke.points[: int((way < end).sum())], last))
