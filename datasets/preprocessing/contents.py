"""What is kept of a drawing, computed from whichever form it came in.

No Django import: the importer computes contents in other processes, which load this module and no more.
"""

import hashlib
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from datasets.errors import InvalidInput
from datasets.preprocessing.dots import is_dot
from datasets.preprocessing.images import rgba_and_ink, rgba_from_image
from datasets.preprocessing.normalization import find_symbols, normalize
from datasets.preprocessing.strokes import Strokes, rasterize


@dataclass(frozen=True)
class Content:
    """The truth about a drawing in the field that its `kind` names, and the cached 28x28 made from it."""

    kind: str  # "strokes", "image" or "normalized"
    content_hash: str  # SHA-256 (hex) of the truth
    normalized: bytes  # 784, row by row, ink high
    strokes: dict[str, Any] | None = None  # canonical JSON
    image: bytes | None = None  # PNG, upright, the long side at most 1024


def of_strokes(strokes: Strokes, *, single: bool = False) -> Content:
    """Return the content of a drawing; with `single`, it must show one symbol.

    Raises InvalidInput `blank_drawing` and, with `single`, `several_symbols` and `single_dot`.
    """
    ink = rasterize(strokes)
    if single:
        _check_single(ink, strokes.widest_pen)
    normalized = normalize(ink).tobytes()
    return Content("strokes", strokes.content_hash(), normalized, strokes=strokes.to_json())


def of_image(data: bytes, *, single: bool = False) -> Content:
    """Return the content of an uploaded picture; raises as `of_strokes` and `images.ink_from_image` do.

    The picture that is kept is the one that was read. The file may say where it was taken and with which camera, and
    that is nobody's business.
    """
    rgba, ink = rgba_and_ink(data)
    if single:
        _check_single(ink)
    normalized = normalize(ink).tobytes()
    image = _png(rgba)
    return Content("image", hashlib.sha256(image).hexdigest(), normalized, image=image)


def of_normalized(image: NDArray[np.uint8]) -> Content:
    """Return the content of an image, uint8 (28, 28), that was published as it is: it stays byte for byte."""
    pixels = image.tobytes()
    return Content("normalized", hashlib.sha256(pixels).hexdigest(), pixels)


def of_drawn_or_reason(drawn: Strokes | bytes) -> Content | str:
    """Return the content of strokes or of a picture, or why there is none.

    An exception of ours would not survive the way between processes.
    """
    try:
        return of_image(drawn) if isinstance(drawn, bytes) else of_strokes(drawn)
    except InvalidInput as error:
        return error.message


def are_unlike(pair: tuple[bytes, bytes]) -> bool:
    """Return whether two pictures differ in a pixel, or one of them cannot be read."""
    try:
        one, other = map(rgba_from_image, pair)
    except InvalidInput:
        return True
    return not np.array_equal(one, other)


def _png(rgba: NDArray[np.uint8]) -> bytes:
    """Return uint8 (h, w, 4) as a PNG that says nothing but its pixels; without alpha where all is opaque."""
    pixels = rgba[:, :, :3] if rgba[:, :, 3].min() == 255 else rgba
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG")
    return file.getvalue()


def _check_single(ink: NDArray[np.uint8], pen: float | None = None) -> None:
    """Raise InvalidInput when there is more than one symbol on `ink`, or no more than a dot of the pen, in pixels."""
    symbols = find_symbols(ink)
    if len(symbols) != 1:
        raise InvalidInput(
            "several_symbols",
            f"The drawing shows {len(symbols)} symbols: expected one. Submit each in a drawing of its own.",
        )
    if is_dot(ink, symbols[0], pen):
        raise InvalidInput("single_dot", "The drawing is a single dot: expected a symbol, at least a line of it.")
