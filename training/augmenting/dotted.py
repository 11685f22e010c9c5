"""Drawings as rows of dots: what a dotted pen, or a bad scan, leaves of a line."""

from dataclasses import replace

import numpy as np

from datasets.preprocessing.strokes import Stroke, Strokes
from training.augmenting.ways import places_along, way_of


def dotted(drawing: Strokes, apart: float) -> Strokes:
    """Return the drawing with a dot of the pen's width every `apart` pens of its way."""
    return replace(drawing, strokes=tuple(dot for stroke in drawing.strokes for dot in _dots(stroke, apart)))


def _dots(stroke: Stroke, apart: float) -> list[Stroke]:
    distances = np.arange(0.0, way_of(stroke)[-1] + 1e-9, apart * stroke.pen)
    return [replace(stroke, points=(place,)) for place in places_along(stroke, distances)]
