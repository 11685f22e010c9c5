"""What a client asks to have read: pixels, an image or strokes, checked and normalized.

The work that all items of a request ask for is added up before any of it is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray

from datasets.errors import InvalidInput, TooLarge
from datasets.preprocessing.dots import is_dot
from datasets.preprocessing.images import decode_data, ink_from_image, outline_of_image
from datasets.preprocessing.normalization import SIDE, normalize
from datasets.preprocessing.strokes import parse_strokes, rasterize
from datasets.preprocessing.symbols import Box, separate_symbols
from recognizer import budget
from recognizer.budget import Budget

KINDS = ("pixels", "image", "strokes")
PIXELS = SIDE * SIDE
MOST_IN_BATCH = 256
Result = TypeVar("Result")


@dataclass(frozen=True)
class Symbol:
    """One figure on the canvas: where it is, in canvas units, and how it looks alone."""

    box: Box
    normalized: NDArray[np.uint8]  # (28, 28), ink high


@dataclass(frozen=True)
class Picture:
    """One drawing to be read."""

    normalized: NDArray[np.uint8]  # (28, 28), ink high: all of it, as it would be kept when submitted
    symbols: tuple[Symbol, ...]  # from left to right
    is_dot: bool = False  # a tap, of which normalization has made a large disk: no network can tell it from a 0


def parse_request(payload: object) -> list[Picture] | Picture:
    """Return the picture in a request's JSON, or the list of those in its `batch`.

    A batch is taken or refused as a whole: the message names the first item that is wrong.

    Raises InvalidInput: `invalid_request` or what the kinds raise (`invalid_pixels`, `blank_drawing`, ...),
    and TooLarge: `batch_too_large`, `too_much_work` and more.
    """
    allowed = Budget()
    if not isinstance(payload, dict) or "batch" not in payload:
        return _checked(payload, allowed)()
    if len(payload) > 1 or not isinstance(payload["batch"], list):
        raise _invalid_request("batch alone, with a list", payload)
    items = payload["batch"]
    if len(items) > MOST_IN_BATCH:
        raise TooLarge(
            "batch_too_large", f"Too many drawings: expected at most {MOST_IN_BATCH}, received {len(items)}."
        )
    checked = [_of_item(index, partial(_checked, item, allowed)) for index, item in enumerate(items)]
    return [_of_item(index, make) for index, make in enumerate(checked)]


def _checked(payload: object, allowed: Budget) -> Callable[[], Picture]:
    """Return what makes the picture in a JSON object with exactly one of `pixels`, `image` and `strokes`.

    The work of that has been taken from the budget.
    """
    if not isinstance(payload, dict) or len(payload) != 1 or not payload.keys() <= set(KINDS):
        raise _invalid_request("an object with exactly one of pixels, image, strokes (or batch)", payload)
    if "pixels" in payload:
        return partial(_from_pixels, payload["pixels"])
    if "image" in payload:
        data = decode_data(payload["image"])
        allowed.take(budget.of_image(*outline_of_image(data)))
        return lambda: _from_ink(ink_from_image(data), None, allowed)
    strokes = parse_strokes(payload["strokes"], check_ink=False)
    allowed.take(budget.of_strokes(strokes))
    return lambda: _from_ink(rasterize(strokes), strokes.widest_pen, allowed)


def _of_item(index: int, do: Callable[[], Result]) -> Result:
    try:
        return do()
    except InvalidInput as error:
        error.message = f"batch[{index}]: {error.message}"
        raise


def _from_pixels(pixels: object) -> Picture:
    """Take 784 integers as they are.

    `bytes` checks all of them at once, but takes a bool for 0 or 1; written as JSON, only those have an "e". That is
    five times as fast as a look at the type of each.
    """
    if not isinstance(pixels, list) or len(pixels) != PIXELS:
        received = len(pixels) if isinstance(pixels, list) else _kind(pixels)
        raise InvalidInput("invalid_pixels", f"Expected a list of {PIXELS} integers, received {received}.")
    try:
        content = bytes(pixels)
    except (TypeError, ValueError):
        raise _invalid_pixels(pixels) from None
    if b"e" in orjson.dumps(pixels):
        raise _invalid_pixels(pixels)
    if content.count(0) == PIXELS:
        raise InvalidInput("blank_drawing", "The drawing is blank: expected ink, received 784 zeros.")
    image = np.frombuffer(content, np.uint8).reshape(SIDE, SIDE)
    return Picture(image, (Symbol(Box(0, 0, SIDE, SIDE), image),))


def _invalid_pixels(pixels: list[Any]) -> InvalidInput:
    kinds = {_kind(value) for value in pixels} - {"int"}
    received = ", ".join(sorted(kinds)) if kinds else f"{_short(min(pixels))} to {_short(max(pixels))}"
    return InvalidInput("invalid_pixels", f"Expected integers from 0 to 255, received {received}.")


def _from_ink(ink: NDArray[np.uint8], pen: float | None, allowed: Budget) -> Picture:
    """Find the symbols on `ink`, uint8 (h, w), drawn by a `pen` of that many pixels or, None, nobody knows.

    A single one is read with all ink, specks included.
    """
    whole = normalize(ink)
    symbols = separate_symbols(ink)
    if len(symbols) == 1:
        box = symbols[0][0]
        return Picture(whole, (Symbol(box, whole),), is_dot(ink, box, pen))
    allowed.take(budget.of_symbols(len(symbols), *ink.shape))
    return Picture(whole, tuple(Symbol(box, normalize(own)) for box, own in symbols))


def _invalid_request(expected: str, payload: Any) -> InvalidInput:
    received = ", ".join(sorted(payload)[:5])[:100] if isinstance(payload, dict) else _kind(payload)
    return InvalidInput("invalid_request", f"Expected {expected}; received {received or 'nothing'}.")


def _kind(value: object) -> str:
    return "null" if value is None else type(value).__name__


def _short(value: int) -> str:
    return str(value) if abs(value) < 10**12 else "a huge integer"
