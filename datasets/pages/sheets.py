"""Many drawings in one picture: a sheet of 28x28 tiles, dark ink on nothing, so that a page can give it its colours."""

import io
import string
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

from datasets.errors import InvalidInput

SIDE = 28
MOST_TILES = 240
MOST_COLUMNS = 24
LARGEST_ID = 2**63 - 1
NOTHING = "~"

_DIGITS = string.digits + string.ascii_lowercase


def sheet_of(tiles: Sequence[bytes | None], columns: int) -> bytes:
    """Return a PNG of tiles, 784 bytes each, ink high; row by row. None is an empty place."""
    rows = max(1, -(-len(tiles) // columns))
    ink = np.zeros((rows, SIDE, columns, SIDE), np.uint8)
    for place, tile in enumerate(tiles):
        if tile is not None:
            ink[place // columns, :, place % columns] = np.frombuffer(tile, np.uint8).reshape(SIDE, SIDE)
    alpha = Image.fromarray(ink.reshape(rows * SIDE, columns * SIDE))
    picture = Image.merge("LA", (Image.new("L", alpha.size), alpha))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def address_of(ids: Iterable[int | None]) -> str:
    """Return the ids as a part of an address: each as its difference from the one before, in base 36; None as ~."""
    parts, before = [], 0
    for number in ids:
        parts.append(NOTHING if number is None else _base36(number - before))
        before = before if number is None else number
    return ".".join(parts)


def ids_in(address: str) -> list[int | None]:
    """Return the ids in the part of an address that `address_of` makes; raises InvalidInput `invalid_sheet`."""
    parts = address.split(".")
    if len(parts) > MOST_TILES:
        raise _invalid(f"at most {MOST_TILES} drawings", f"{len(parts)}")
    ids: list[int | None] = []
    number = 0
    for part in parts:
        if part == NOTHING:
            ids.append(None)
            continue
        try:
            number += int(part, 36)
        except ValueError:
            raise _invalid("numbers in base 36 with dots between", repr(part[:20])) from None
        if len(part) > 14 or not 0 < number <= LARGEST_ID:
            raise _invalid("ids of drawings", part[:20])
        ids.append(number)
    return ids


def _base36(number: int) -> str:
    sign, number, text = "-" if number < 0 else "", abs(number), ""
    while True:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
        if not number:
            return sign + text


def _invalid(expected: str, received: str) -> InvalidInput:
    return InvalidInput("invalid_sheet", f"Not the address of a sheet: expected {expected}, received {received}.")
