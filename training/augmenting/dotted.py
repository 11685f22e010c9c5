"""Drawings as rows of dots: what a dotted pen, or a bad scan, leaves of a line."""

from dataclasses import replace

import numpy as np

from datasets.preprocessing.strokes import Stroke, Strokes
from training.augmenting.ways import places_along, way_of


def dotted(drawing: Strokes, apart: float) -> Strokes:
    """Return the drawing with a dot of the pen's width every `apart` pens of its way. Erasing strokes stay lines."""
    strokes: list[Stroke] = []
    for stroke in drawing.strokes:
        strokes += [stroke] if stroke.erase else _dots(stroke, apart)
    return replace(drawing, strokes=tuple(strokes))


def _dots(stroke: Stroke, apart: float) -> list[Stroke]:
    distances = np.arange(0.0, way_of(stroke)[-1] + 1e-9, apart * stroke.pen)
    return [replace(stroke, points=(place,)) for place in places_along(stroke, distances)]
