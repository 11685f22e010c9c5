"""Drawings that are not finished yet: what live prediction sees while somebody draws."""

from dataclasses import replace

import numpy as np

from datasets.preprocessing.strokes import Stroke, Strokes


def without_end(drawing: Strokes, missing: float) -> Strokes:
    """Return the drawing without the last part of the pen's way, a share `missing` in 0..1; one point stays at least.

    A stroke that is cut ends between its points; erasing strokes count as others do.
    """
    ways = [_way(stroke) for stroke in drawing.strokes]
    left = (1 - missing) * sum(float(way[-1]) for way in ways)
    kept: list[Stroke] = []
    for stroke, way in zip(drawing.strokes, ways, strict=True):
        if kept and left <= 0:
            break
        kept.append(stroke if way[-1] <= left else _until(stroke, way, max(left, 0.0)))
        left -= float(way[-1])
    return replace(drawing, strokes=tuple(kept))


def _way(stroke: Stroke) -> np.ndarray:
    """Return how far the pen has come at each point."""
    path = np.array([point[:2] for point in stroke.points])
    return np.concatenate([[0.0], np.linalg.norm(np.diff(path, axis=0), axis=1).cumsum()])


def _until(stroke: Stroke, way: np.ndarray, end: float) -> Stroke:
    columns = np.array(stroke.points).T  # x, y and, where there is one, the time
    last = tuple(float(np.interp(end, way, column)) for column in columns)
    return replace(stroke, points=(*stroke.points[: int((way < end).sum())], last))
