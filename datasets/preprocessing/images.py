"""Untrusted pictures: text from a request -> bytes -> pixels -> ink.

Nothing here is believed: the format is told from the bytes, the size in pixels and the number of scans are read before
anything is decoded, the decoder gets no more than it needs, and one picture is read at a time, so that a process needs
the memory of one.
"""

import base64
import binascii
import io
import re
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from datasets.errors import InvalidInput, TooLarge, UnsupportedType
from datasets.preprocessing import parts
from datasets.preprocessing.ink import ink_from_rgba
from datasets.preprocessing.parts import Parts

MOST_BYTES = 8 * 2**20
MOST_PIXELS = {"PNG": 25_000_000, "JPEG": 25_000_000, "WEBP": 8_000_000}  # WebP takes 16 bytes a pixel to decode
SMALLEST_SIDE = 8  # pixels
LARGEST_SIDE = 1024  # pixels, of what NumPy gets
STRIP = 64  # rows of the reduced picture that are converted at a time

_SIGNATURE = re.compile(rb"(?P<PNG>\x89PNG\r\n\x1a\n)|(?P<JPEG>\xff\xd8\xff)|(?P<WEBP>RIFF.{4}WEBP)", re.DOTALL)
_PARTS = {"PNG": parts.of_png, "JPEG": parts.of_jpeg, "WEBP": Parts}
_DATA_URL = re.compile(r"data:([a-z]+/[a-z0-9.+-]+);base64,", re.IGNORECASE)
_MEDIA_TYPES = ("image/png", "image/jpeg", "image/webp")
_ORIENTATION = 0x0112  # the EXIF tag
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_reading = threading.RLock()


class Outline(NamedTuple):
    """What a picture's file says before anything is decoded."""

    width: int  # pixels
    height: int
    scans: int  # how often the decoder goes over the pixels


def decode_data(text: str) -> bytes:
    """Return the bytes of `text`: base64, or a data URL of a PNG, JPEG or WebP picture.

    Raises InvalidInput `invalid_image`, UnsupportedType `unsupported_image`, TooLarge `image_too_large`.
    """
    if not isinstance(text, str):
        raise InvalidInput("invalid_image", f"Expected an image in base64, received {type(text).__name__}.")
    if len(text) > MOST_BYTES * 4 // 3 + 100:
        raise _too_large(f"at most {MOST_BYTES} bytes", f"{len(text)} characters of base64")
    head = _DATA_URL.match(text)
    if head and head[1].lower() not in _MEDIA_TYPES:
        raise _unsupported(head[1])
    try:
        data = base64.b64decode(text[head.end() :] if head else text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("invalid_image", f"Expected base64 or a data URL, received neither: {error}.") from error
    if not data:
        raise InvalidInput("invalid_image", "Expected an image in base64, received an empty one.")
    return data


def ink_from_image(data: bytes) -> NDArray[np.uint8]:
    """Return uint8 (h, w), ink high, of the picture in `data`; the long side is at most 1024.

    Raises InvalidInput `invalid_image` or `blank_drawing`, UnsupportedType `unsupported_image`, TooLarge
    `image_too_large`.
    """
    return rgba_and_ink(data)[1]


def rgba_and_ink(data: bytes) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the picture in `data` as `rgba_from_image` does, and its ink as `ink_from_image` does; raises as that."""
    with _reading:
        rgba = rgba_from_image(data)
        return rgba, ink_from_rgba(rgba)


def outline_of_image(data: bytes) -> Outline:
    """Return what the file says, nothing decoded; raises as `ink_from_image` does."""
    with _opened(data) as (image, scans):
        return Outline(*image.size, scans)


def rgba_from_image(data: bytes) -> NDArray[np.uint8]:
    """Return uint8 (h, w, 4), upright, the long side at most 1024; raises as `ink_from_image` does."""
    with _reading, _opened(data) as (image, _):
        image.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))  # JPEG only: decoded at a half, a quarter, an eighth
        turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
        image.load()
        reduced = _reduced(image)
    return np.asarray(reduced if turn is None else reduced.transpose(turn))


@contextmanager
def _opened(data: bytes) -> Iterator[tuple[Image.Image, int]]:
    """Open a picture, of which only the header is read, if that says nothing that is refused; and count its scans."""
    if len(data) > MOST_BYTES:
        raise _too_large(f"at most {MOST_BYTES} bytes", f"{len(data)}")
    signature = _SIGNATURE.match(data)
    if signature is None:
        raise _unsupported("something else")
    kind = str(signature.lastgroup)
    needed, scans = _PARTS[kind](data)
    with _as_invalid_input(), Image.open(io.BytesIO(needed), formats=(kind,)) as image:
        width, height = image.size
        if width * height > MOST_PIXELS[kind]:
            raise _too_large(f"at most {MOST_PIXELS[kind]} pixels as {kind}", f"{width} x {height}")
        if min(width, height) < SMALLEST_SIDE:
            expected = f"at least {SMALLEST_SIDE} x {SMALLEST_SIDE}"
            raise InvalidInput(
                "invalid_image", f"The image is too small: expected {expected} pixels, received {width} x {height}."
            )
        yield image, scans


def _reduced(image: Image.Image) -> Image.Image:
    """Return an RGBA picture whose long side is at most LARGEST_SIDE, by averaging whole pixels.

    It is made strip by strip: a whole copy of 25 million pixels with four channels takes 100 MB.
    """
    factor = -(-max(image.size) // LARGEST_SIDE)
    width, height = image.size
    reduced = Image.new("RGBA", (-(-width // factor), -(-height // factor)))
    for top in range(0, reduced.height, STRIP):
        box = (0, top * factor, width, min(height, (top + STRIP) * factor))
        strip = _eight_bits(image.crop(box)).convert("RGBA")
        reduced.paste(strip.reduce(factor) if factor > 1 else strip, (0, top))
    return reduced


def _eight_bits(strip: Image.Image) -> Image.Image:
    """Return grey of 16 bits as grey of 8; Pillow's own conversion clips it to white."""
    if not strip.mode.startswith("I"):
        return strip
    return Image.fromarray((np.asarray(strip).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))


@contextmanager
def _as_invalid_input() -> Iterator[None]:
    """Turn what Pillow raises for damaged files, which is not one class, into our errors."""
    try:
        yield
    except Image.DecompressionBombError as error:
        raise _too_large(f"at most {max(MOST_PIXELS.values())} pixels", "far more") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        message = (
            f"The image is damaged: expected a whole PNG, JPEG or WebP file, received one that fails with: {error}."
        )
        raise InvalidInput("invalid_image", message) from error


def _too_large(expected: str, received: str) -> TooLarge:
    return TooLarge("image_too_large", f"The image is too large: expected {expected}, received {received}.")


def _unsupported(received: str) -> UnsupportedType:
    return UnsupportedType(
        "unsupported_image", f"This kind of image is not read: expected PNG, JPEG or WebP, received {received}."
    )
