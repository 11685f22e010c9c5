"""From ink to what the networks see: the 28 x 28 image of one symbol.

All of it is integer arithmetic, so that the twin in JavaScript gives the same bytes. `a // b` rounds down, also below
zero: Math.floor(a / b) there, never a truncating `| 0`. The largest number is 2 * 255 * height * width, which needs
more than 32 bits.
"""

import itertools
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from datasets.errors import InvalidInput
from datasets.preprocessing.symbols import INK_LEVEL, Box, crop_box, find_symbols, separate_symbols

__all__ = [
    "INK_LEVEL",
    "PREPROCESSING_VERSION",
    "Box",
    "crop_box",
    "encode_png",
    "find_symbols",
    "normalize",
    "separate_symbols",
]

PREPROCESSING_VERSION = 1
"""Stored with each normalized image and each trained version; they must match. It is raised when the same ink or the
same strokes become another image, and then networks have to be trained anew. What counts as ink in a picture (`ink`,
`paper`) is no part of it: networks that are trained already gain from a better reading.
"""
SIDE = 28
FIT = 20  # the long side of the symbol within SIDE
STORED_MOST = 0xFFFF  # bytes in a block that is only stored, see RFC 1951
CENTRE = 14  # pixel index of the centre of mass: where the 60,000 MNIST digits have theirs


def normalize(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return uint8 (28, 28): `ink`, uint8 (h, w), cropped, fitted into 20 x 20 and centred on its mass.

    Raises InvalidInput `blank_drawing` when no pixel counts as ink, or too little to leave a grey level.
    """
    box = crop_box(ink)
    return _centred(_fitted(ink[box.y : box.y + box.height, box.x : box.x + box.width]))


def encode_png(image: NDArray[np.uint8]) -> bytes:
    """Return `image`, uint8 (h, w), as an 8-bit greyscale PNG, not compressed.

    Written here because each prediction carries one. Pillow's encoder takes 60 us for the 784 pixels, as long as a
    network, most of it to set up a compressor; this takes 6.
    """
    height, width = image.shape
    rows = np.zeros((height, width + 1), dtype=np.uint8)  # each row begins with its filter: 0, none
    rows[:, 1:] = image
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", _stored(rows.tobytes())) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _stored(data: bytes) -> bytes:
    """Return `data` in the format of zlib (RFC 1950), in blocks that are only stored."""
    blocks = []
    for start in range(0, len(data), STORED_MOST):
        block = data[start : start + STORED_MOST]
        last = start + STORED_MOST >= len(data)
        blocks.append(struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF) + block)
    return b"\x78\x01" + b"".join(blocks) + struct.pack(">I", zlib.adler32(data))


def _fitted(crop: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return int64 (nh, nw), long side 20: the area average of `crop`, rounded half up."""
    height, width = crop.shape
    longest = max(height, width)
    new_height = max(1, (2 * FIT * height + longest) // (2 * longest))
    new_width = max(1, (2 * FIT * width + longest) // (2 * longest))
    total = _shared_out(_shared_out(crop, new_height).T, new_width).T
    area = height * width
    return (2 * total + area) // (2 * area)


def _shared_out(rows: NDArray[np.integer], count: int) -> NDArray[np.int64]:
    """Return int64 (count, w): the sums of `rows`, (h, w), over `count` equal parts of h, in units of 1/count.

    Sums, and no matrix product: BLAS would start threads for one, which on a server whose cores are busy wait for each
    other a hundred times as long as this takes.
    """
    height = len(rows)
    whole, part = np.divmod(np.arange(count + 1) * height, count)  # each edge: so many rows, and so much of the next
    between = [rows[top:bottom].sum(axis=0, dtype=np.int64) for top, bottom in itertools.pairwise(whole.tolist())]
    above = np.cumsum([np.zeros_like(between[0]), *between], axis=0)
    return np.diff(count * above + part[:, None] * rows[np.minimum(whole, height - 1)], axis=0)


def _centred(image: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return uint8 (28, 28): `image` with its centre of mass as near to index 14 as whole pixels allow."""
    height, width = image.shape
    mass = int(image.sum())
    if mass == 0:
        raise _blank()
    x = _offset(mass, int((image.sum(axis=0) * np.arange(width)).sum()), width)
    y = _offset(mass, int((image.sum(axis=1) * np.arange(height)).sum()), height)
    normalized = np.zeros((SIDE, SIDE), dtype=np.uint8)
    normalized[y : y + height, x : x + width] = image
    return normalized


def _offset(mass: int, moment: int, size: int) -> int:
    """Return where an image of `size` starts so that moment / mass comes to CENTRE, rounded half up."""
    return min(max((2 * (CENTRE * mass - moment) + mass) // (2 * mass), 0), SIDE - size)


def _blank() -> InvalidInput:
    return InvalidInput("blank_drawing", "The drawing is blank: expected ink, received none to be seen.")
