"""What is kept of a drawing, computed from whichever form it came in.

No Django import: the importer computes contents in other processes, which load this module and no more.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datasets.errors import InvalidInput
from datasets.images import ink_from_image
from datasets.normalization import find_symbols, normalize
from datasets.strokes import Strokes, rasterize


@dataclass(frozen=True)
class Content:
    """The truth about a drawing in the field that its `kind` names, and the cached 28x28 made from it."""

    kind: str  # "strokes", "image" or "normalized"
    content_hash: str  # SHA-256 (hex) of the truth
    normalized: bytes  # 784, row by row, ink high
    strokes: dict[str, Any] | None = None  # canonical JSON
    image: bytes | None = None  # as uploaded


def of_strokes(strokes: Strokes, *, single: bool = False) -> Content:
    """Return the content of a drawing; with `single`, raises InvalidInput when it shows several symbols.

    Raises InvalidInput `blank_drawing`.
    """
    normalized = _normalized(rasterize(strokes), single=single)
    return Content("strokes", strokes.content_hash(), normalized, strokes=strokes.to_json())


def of_image(data: bytes, *, single: bool = False) -> Content:
    """Return the content of an uploaded picture; raises as `of_strokes` and `images.ink_from_image` do."""
    normalized = _normalized(ink_from_image(data), single=single)
    return Content("image", hashlib.sha256(data).hexdigest(), normalized, image=data)


def of_normalized(image: NDArray[np.uint8]) -> Content:
    """Return the content of an image, uint8 (28, 28), that was published as it is: it stays byte for byte."""
    pixels = image.tobytes()
    return Content("normalized", hashlib.sha256(pixels).hexdigest(), pixels)


def of_strokes_or_reason(strokes: Strokes) -> Content | str:
    """Return the content, or why there is none; an exception of ours would not survive the way between processes."""
    try:
        return of_strokes(strokes)
    except InvalidInput as error:
        return error.message


def _normalized(ink: NDArray[np.uint8], *, single: bool) -> bytes:
    if single and (count := len(find_symbols(ink))) != 1:
        raise InvalidInput(
            "several_symbols",
            f"The drawing shows {count} symbols: expected one. Submit each in a drawing of its own.",
        )
    return normalize(ink).tobytes()
