"""Drawings as pictures that somebody uploads: thin, dotted, coloured, light on dark. They are read as uploads are.

Colours and sizes come from a seed and the drawing's place in the list, so that a second run has the same pictures.
"""

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.quality.redrawing import placed
from datasets.preprocessing.images import ink_from_image
from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import Strokes, rasterize
from training.augmenting.dotted import dotted as rows_of_dots

SIZE = 180  # canvas units of the longer side
ORDINARY = 18
THIN = 3
DOTS_APART = 1.5  # pens
Colour = tuple[int, int, int]
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def plain(drawing: Strokes, _: np.random.Generator) -> bytes:
    return painted(placed(drawing, size=SIZE, pen=ORDINARY), BLACK, WHITE)


def thin(drawing: Strokes, _: np.random.Generator) -> bytes:
    return painted(placed(drawing, size=SIZE, pen=THIN), BLACK, WHITE)


def dotted(drawing: Strokes, _: np.random.Generator) -> bytes:
    line = placed(drawing, size=SIZE, pen=ORDINARY / 2)
    return painted(rows_of_dots(line, DOTS_APART), BLACK, WHITE)


def coloured(drawing: Strokes, generator: np.random.Generator) -> bytes:
    """A pen of any strong colour on any pale paper."""
    pen = _colour(generator, 0, 150)
    return painted(placed(drawing, size=SIZE, pen=ORDINARY), pen, _colour(generator, 205, 256))


def light_on_dark(drawing: Strokes, generator: np.random.Generator) -> bytes:
    board = _colour(generator, 0, 70)
    return painted(placed(drawing, size=SIZE, pen=ORDINARY), _colour(generator, 190, 256), board)


STYLES: dict[str, Callable[[Strokes, np.random.Generator], bytes]] = {
    "plain": plain,
    "thin": thin,
    "dotted": dotted,
    "coloured": coloured,
    "light on dark": light_on_dark,
}


def uploaded(drawing: Strokes, style: str, seed: int) -> NDArray[np.uint8]:
    """Return uint8 (28, 28): what the networks see of the drawing when it is sent as a picture."""
    return normalize(ink_from_image(STYLES[style](drawing, np.random.default_rng(seed))))


def painted(drawing: Strokes, pen: Colour, paper: Colour) -> bytes:
    """Return a PNG of the drawing in two colours."""
    cover = rasterize(drawing)[:, :, None] / 255
    rgb = np.array(paper) + cover * (np.array(pen) - np.array(paper))
    file = io.BytesIO()
    Image.fromarray(rgb.round().astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def _colour(generator: np.random.Generator, low: int, high: int) -> Colour:
    red, green, blue = generator.integers(low, high, 3).tolist()
    return red, green, blue
