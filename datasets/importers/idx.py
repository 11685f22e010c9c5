"""Any pair of IDX files, gzipped or not: `...images-idx3-ubyte` and, beside it, `...labels-idx1-ubyte`.

Pictures of 28x28 are taken byte for byte, ink high; others are kept and normalized. Labels are 0 to 9, and 10 for what
is no digit, as in our own export. `importers.mnist` reads MNIST itself, and makes sure that it is.
"""

import gzip
import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from datasets.errors import InvalidInput
from datasets.importers import NOT_A_DIGIT, ImportedDrawing, SkippedRecord, split_by_hash, spread

SOURCE = "idx"
LABELS = (*"0123456789", NOT_A_DIGIT)
VALIDATION_SHARE = 12  # one in twelve of the training pictures, the last ones, as for MNIST
LARGEST_FILE = 1024 * 2**20  # bytes, unpacked


def read(path: Path, *, limit: int | None = None) -> Iterator[ImportedDrawing | SkippedRecord]:
    """Yield the pictures of a file of pictures, or of those in a folder and below it.

    Raises InvalidInput when there are none, or when pictures and labels do not fit each other.
    """
    pairs = [(_part(path, file), *_load(file)) for file in _files(path)]
    records = [(pair, index) for pair in pairs for index in range(len(pair[2]))]
    for place in spread(len(records), limit):
        (part, images, labels), index = records[place]
        yield _drawing(part, index, images[index], int(labels[index]), len(labels))


def count(path: Path, *, limit: int | None = None) -> int:
    """Return how many records `read` will yield."""
    total = sum(len(_load(file)[1]) for file in _files(path))
    return total if limit is None else min(total, limit)


def unpacked(path: Path) -> bytes:
    """Return what the file holds, unpacked if it is gzipped; raises InvalidInput `invalid_file`."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(path, "a readable file", str(error)) from error
    if len(data) > LARGEST_FILE:
        raise damaged(path, f"at most {LARGEST_FILE} bytes", "more")
    return data


def array_in(data: bytes, dimensions: int, path: Path) -> NDArray[np.uint8]:
    """Return the array of an IDX file of unsigned bytes; raises InvalidInput `invalid_file`, naming `path`."""
    header = 4 + 4 * dimensions
    if len(data) < header or data[:4] != bytes((0, 0, 8, dimensions)):
        raise damaged(path, f"an IDX file of bytes in {dimensions} dimensions", f"it starts with {data[:4]!r}")
    shape = struct.unpack(f">{dimensions}I", data[4:header])
    expected = header + int(np.prod([int(side) for side in shape], dtype=object))
    if len(data) != expected:
        raise damaged(path, f"{expected} bytes for {shape}", f"{len(data)}")
    return np.frombuffer(data, dtype=np.uint8, offset=header).reshape(shape)


def damaged(path: Path, expected: str, received: str) -> InvalidInput:
    return InvalidInput("invalid_file", f"{path.name} cannot be used: expected {expected}, received {received}.")


def _files(path: Path) -> list[Path]:
    found = [path] if path.is_file() else sorted(file for file in path.rglob("*images*idx3*") if file.is_file())
    if not found:
        raise InvalidInput(
            "missing_files", f"No IDX files: expected ...images-idx3-ubyte (.gz or not) in the folder {path}."
        )
    return found


def _part(path: Path, file: Path) -> str:
    """Return the name of a pair, such as "train" or "not-a-digit/t10k"."""
    name = file.name if path.is_file() else file.relative_to(path).as_posix()
    return name.split("images")[0].rstrip("-_. ") or "images"


def _load(file: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return uint8 (n, h, w) pictures, ink high, and uint8 (n,) labels."""
    name = file.name.replace("images", "labels").replace("idx3", "idx1")
    stem = name.removesuffix(".gz")
    beside = next((each for end in ("", ".gz") if (each := file.with_name(stem + end)).is_file()), None)
    if beside is None:
        raise InvalidInput("missing_files", f"The labels of {file.name} are missing: expected {name} beside it.")
    images, labels = array_in(unpacked(file), 3, file), array_in(unpacked(beside), 1, beside)
    if len(images) != len(labels):
        raise damaged(beside, f"{len(images)} labels, one for each picture", f"{len(labels)}")
    return images, labels


def _drawing(
    part: str, index: int, image: NDArray[np.uint8], label: int, total: int
) -> ImportedDrawing | SkippedRecord:
    key = f"{part}-{index:07}"[-80:]
    if not image.any():
        return SkippedRecord(key, "expected ink, received a blank picture")
    name = LABELS[label] if label < len(LABELS) else ""
    is_28 = image.shape == (28, 28)
    return ImportedDrawing(
        source=SOURCE,
        source_key=key,
        writer="",
        label=name,
        split=_split(part, index, total),
        kind="normalized" if is_28 else "image",
        image=None if is_28 else _picture(image),
        normalized=image if is_28 else None,
        symbol=str(label),
    )


def _split(part: str, index: int, total: int) -> str:
    if "t10k" in part or "test" in part:
        return "test"
    if "valid" in part:
        return "validation"
    if "train" in part:
        return "validation" if index >= total - total // VALIDATION_SHARE else "train"
    return split_by_hash(SOURCE, f"{part}-{index}")


def _picture(ink: NDArray[np.uint8]) -> bytes:
    """Return ink, uint8 (h, w), as a PNG of dark ink on white."""
    file = io.BytesIO()
    Image.fromarray(255 - ink).save(file, "PNG")
    return file.getvalue()
