"""What a decoder gets of a file: all that the pixels need, and nothing that holds it up."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from datasets.errors import InvalidInput, UnsupportedType
from datasets.preprocessing import images
from datasets.preprocessing.images import Outline, outline_of_image, rgba_from_image
from datasets.preprocessing.parts import MOST_SCANS, MOST_SEGMENTS, of_jpeg, of_png
from tests.pngs import chunk

PIXELS = np.random.default_rng(5).integers(0, 256, (40, 50, 3), dtype=np.uint8)
END = b"\xff\xd9"


def saved(kind: str, mode: str = "RGB", **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def segment(marker: int, content: bytes = b"") -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(content)) + content


def after_start(data: bytes, *segments: bytes) -> bytes:
    return data[:2] + b"".join(segments) + data[2:]


def with_scans(count: int) -> bytes:
    """Return a progressive JPEG, its last scan repeated until there are so many."""
    data = saved("JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * (count - of_jpeg(data).scans) + END


def decoded(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGBA").tobytes()


def refused(data: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        rgba_from_image(data)
    assert "expected" in caught.value.message
    assert "received" in caught.value.message
    return caught.value


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_the_pixels_of_a_jpeg_are_those_of_the_whole_file(mode: str, progressive: bool) -> None:
    data = saved("JPEG", mode, progressive=progressive, icc_profile=bytes(70_000), comment=b"a note", dpi=(300, 300))
    needed = of_jpeg(data).data
    assert len(needed) < len(data) - 70_000
    assert decoded(needed) == decoded(data)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_the_pixels_of_a_png_are_those_of_the_whole_file(mode: str) -> None:
    options = {"transparency": 3} if mode == "P" else {}
    data = saved("PNG", mode, icc_profile=bytes(9), dpi=(300, 300), **options)
    start, end = data.index(b"IDAT") - 4, data.index(b"IEND") - 4
    body = data[start + 8 : end - 4]
    split = b"".join(chunk(b"IDAT", piece) for piece in (body[:9], b"", body[9:]))
    for file in (data, data[:start] + split + data[end:]):
        assert len(of_png(file).data) < len(file)
        assert decoded(of_png(file).data) == decoded(data)


def test_scans_are_counted_and_a_picture_within_another_is_not() -> None:
    thumbnail = segment(0xE1, b"Exif\0\0" + saved("JPEG", progressive=True)) + segment(0xED, b"\xff\xda" * 100)
    assert outline_of_image(after_start(saved("JPEG"), thumbnail)) == Outline(50, 40, 1)
    progressive = saved("JPEG", progressive=True)
    assert outline_of_image(after_start(progressive, thumbnail) + b"\xff\xda" * 100) == Outline(50, 40, 10)
    assert outline_of_image(saved("PNG")).scans == outline_of_image(saved("WEBP")).scans == 1


def test_a_jpeg_of_too_many_scans_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert outline_of_image(with_scans(MOST_SCANS)).scans == MOST_SCANS
    assert rgba_from_image(with_scans(MOST_SCANS)).shape == (40, 50, 4)
    monkeypatch.setattr(images.Image, "open", lambda *_, **__: pytest.fail("it was opened"))
    error = refused(with_scans(MOST_SCANS + 1))
    assert error.code == "invalid_image"
    assert f"at most {MOST_SCANS} scans" in error.message


@pytest.mark.parametrize("marker", [0xFE, 0xE1, 0xDD, 0xD9])
def test_a_jpeg_of_too_many_segments_is_refused(marker: int) -> None:
    content = {0xE1: b"Exif\0\0a", 0xDD: bytes(2)}.get(marker, b"")
    each = END if marker == 0xD9 else segment(marker, content)
    assert refused(after_start(saved("JPEG"), each * MOST_SEGMENTS)).code == "invalid_image"
    assert rgba_from_image(after_start(saved("JPEG"), each * (MOST_SEGMENTS // 2))).shape == (40, 50, 4)


def test_what_stands_between_the_segments_of_a_jpeg_is_left_out() -> None:
    data = after_start(saved("JPEG"), segment(0xFE), b"\xff" * 999, b"\xff\x00" * 999)
    assert of_jpeg(data).data == of_jpeg(saved("JPEG")).data


@pytest.mark.parametrize("progressive", [False, True])
def test_arithmetic_coding_is_not_read(progressive: bool) -> None:
    data = saved("JPEG", progressive=progressive)
    coded = data.replace(b"\xff\xc0", b"\xff\xc9", 1).replace(b"\xff\xc2", b"\xff\xca", 1)
    error = refused(coded)
    assert isinstance(error, UnsupportedType)
    assert error.code == "unsupported_image"


@pytest.mark.parametrize("kind", [b"iCCP", b"zTXt", b"iTXt"])
def test_the_notes_in_a_png_are_not_unpacked(kind: bytes) -> None:
    packed = zlib.compress(bytes(2**21), 9)  # more than Pillow unpacks
    content = {b"iCCP": b"a\0\0", b"zTXt": b"a\0\0", b"iTXt": b"a\0\1\0\0\0"}[kind] + packed
    data = saved("PNG")
    assert np.array_equal(rgba_from_image(data[:33] + chunk(kind, content) + data[33:]), rgba_from_image(data))


def test_the_first_of_several_pictures_in_a_file_is_read() -> None:
    others = [Image.fromarray(255 - PIXELS)] * 2
    several = saved("MPO", save_all=True, append_images=others, quality=95)
    with Image.open(io.BytesIO(several)) as image:
        assert image.format == "MPO"
    assert np.array_equal(rgba_from_image(several), rgba_from_image(saved("JPEG", quality=95)))
    assert outline_of_image(several) == Outline(50, 40, 1)
    animated = saved("PNG", save_all=True, append_images=others)
    assert np.array_equal(rgba_from_image(animated), rgba_from_image(saved("PNG")))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_file_cut_anywhere_is_refused_or_whole(kind: str) -> None:
    data = saved(kind)
    whole = rgba_from_image(data)
    for length in range(12, len(data), 7):
        try:
            assert np.array_equal(rgba_from_image(data[:length]), whole)
            assert length > len(data) - 24, "what comes after the pixels"
        except InvalidInput as error:
            assert error.code == "invalid_image"
