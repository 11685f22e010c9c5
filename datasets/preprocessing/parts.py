"""What of a picture's file makes its pixels, told from the bytes before a decoder sees them.

A small file can hold a decoder up for a minute: each scan of a JPEG goes over all blocks again, and the notes in a PNG
unpack to gigabytes. So the decoder gets what it needs for the pixels and for which way is up, and nothing else; that
leaves the first of several pictures in a file, too. WebP has no such parts: its decoder skips them.
"""

import re
import struct
from typing import NamedTuple

from datasets.errors import InvalidInput, UnsupportedType

MOST_SCANS = 32  # of a JPEG; cameras and programs write 1 to 18
MOST_SEGMENTS = 512  # of a JPEG; cameras and programs write 10 to 60, and one for each 64 kB of notes

_MARKER = re.compile(rb"\xff[\xc0-\xc7\xc9-\xcf\xd9-\xef\xfe]")  # those with a length after them, and the end
_END, _SCAN = 0xD9, 0xDA
_ARITHMETIC = frozenset(range(0xC9, 0xD0))
_KEPT_SEGMENTS = frozenset((*range(0xC0, 0xC8), 0xDB, 0xDD, 0xE0, 0xE1, 0xEE))  # frames, tables, JFIF, Exif, Adobe
_KEPT_CHUNKS = frozenset((b"IHDR", b"PLTE", b"tRNS", b"eXIf"))
_PNG_END = struct.pack(">I4sI", 0, b"IEND", 0xAE426082)


class Parts(NamedTuple):
    """A file without what no pixel needs."""

    data: bytes
    scans: int = 1  # how often a decoder goes over the pixels


def of_jpeg(data: bytes) -> Parts:
    """Return the parts of the first picture in a JPEG file.

    Raises InvalidInput `invalid_image` where there are too many, and UnsupportedType `unsupported_image` for arithmetic
    coding: no browser reads it, and it takes six times as long for each scan.
    """
    kept = [data[:2]]
    segments = scans = first = 0
    end = 2
    while found := _MARKER.search(data, end):
        start, marker = found.start(), data[found.end() - 1]
        if marker == _END and scans:
            data = data[: found.end()]
            break
        segments += 1
        _check(segments, MOST_SEGMENTS, "segments")
        if marker in _ARITHMETIC:
            raise UnsupportedType(
                "unsupported_image",
                "This kind of image is not read: expected JPEG in Huffman coding, received arithmetic coding.",
            )
        if marker == _END:  # of tables alone; the picture follows
            end = found.end()
            continue
        end = start + 2 + max(2, int.from_bytes(data[start + 2 : start + 4]))
        if marker == _SCAN:
            scans, first = scans + 1, first or start
            _check(scans, MOST_SCANS, "scans")
        elif not scans and marker in _KEPT_SEGMENTS:
            kept.append(data[start:end])
    return Parts(b"".join((*kept, data[first:] if scans else b"")), max(scans, 1))


def of_png(data: bytes) -> Parts:
    """Return the parts of a PNG file, its pixels in one chunk."""
    kept, pixels = {b"": data[:8]}, []
    place, kind = 8, b""
    while kind != b"IEND" and place + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if kind == b"IDAT":
            pixels.append(data[place + 8 : end - 4])
        elif kind in _KEPT_CHUNKS:
            kept.setdefault(kind, data[place:end])
        place = end
    head = struct.pack(">I4s", sum(map(len, pixels)), b"IDAT")
    return Parts(b"".join((*kept.values(), head, *pixels, bytes(4), _PNG_END)))  # no decoder checks the sum of IDAT


def _check(count: int, most: int, what: str) -> None:
    if count > most:
        raise InvalidInput(
            "invalid_image", f"The image is in too many parts: expected at most {most} {what}, received more."
        )
