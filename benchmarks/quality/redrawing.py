"""The same drawing in another size, at another place, turned, or with another pen, as somebody else would draw it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import Strokes, rasterize, transform
from training.augmenting.ways import places_of

CANVAS = 280  # canvas units


def placed(
    drawing: Strokes, *, size: float, pen: float, place: tuple[float, float] = (140, 140), degrees: float = 0.0
) -> Strokes:
    """Return the drawing turned clockwise, its longer side `size` units, centred on `place`, with a pen of `pen`."""
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = places_of(drawing) @ turn.T
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = size / (extent.max() or 1.0)
    offset = np.array(place) - scale * (low + extent / 2)
    moved = transform(drawing, np.column_stack([turn * scale, offset]).tolist())
    strokes = tuple(replace(stroke, pen=pen) for stroke in moved.strokes)
    return replace(moved, width=CANVAS, height=CANVAS, strokes=strokes)


def seen(drawing: Strokes) -> NDArray[np.uint8]:
    """Return uint8 (28, 28): what the networks see of it."""
    return normalize(rasterize(drawing))
