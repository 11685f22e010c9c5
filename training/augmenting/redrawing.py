"""Drawings of which all ink can be seen, turned as vectors, drawn again with other pens, and normalized like any other.

No TensorFlow. For augmentation, and for measuring how much a network stands.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from datasets.errors import InvalidInput
from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import Strokes, rasterize, transform
from training.augmenting.dotted import dotted
from training.augmenting.ways import places_of

CANVAS_SYMBOL = 100.0  # canvas units of the longer side: 5 for each pixel of the result
ANY_PEN = (0.0, np.inf)


def redrawn(
    drawing: Strokes,
    shape: npt.NDArray[np.float64],
    pen: float,
    *,
    pen_ratios: tuple[float, float] = ANY_PEN,
    dots_apart: float = 0.0,
) -> npt.NDArray[np.uint8]:
    """Return a drawing, its points times `shape` (2, 2) and its pens times `pen`, as uint8 (28, 28), ink high.

    The pens stay within `pen_ratios` of the longer side. With `dots_apart`, in pens, dots take the place of lines.
    Where so thin a pen leaves nothing, it comes as it is.
    """
    try:
        moved = _on_small_canvas(drawing, shape, pen, pen_ratios)
        return normalize(rasterize(dotted(moved, dots_apart) if dots_apart else moved))
    except InvalidInput:
        return normalize(rasterize(drawing))


def _on_small_canvas(
    drawing: Strokes, shape: npt.NDArray[np.float64], pen: float, pen_ratios: tuple[float, float]
) -> Strokes:
    points = places_of(drawing) @ shape.T
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    width = drawing.widest_pen
    extent = max(size.max(), width)  # a dot has no size but that of its pen
    ratio = min(max(pen * width / extent, pen_ratios[0]), pen_ratios[1])
    scale = CANVAS_SYMBOL / extent
    margin = CANVAS_SYMBOL * ratio / 2 + 1
    matrix = np.column_stack([shape * scale, margin - low * scale])
    moved = transform(drawing, matrix.tolist(), ratio * CANVAS_SYMBOL / width)
    across, down = np.ceil(size * scale + 2 * margin).astype(int).tolist()
    return replace(moved, width=across, height=down)
