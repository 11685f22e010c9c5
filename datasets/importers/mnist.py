"""MNIST: 70,000 digits of 28 x 28 pixels in four IDX files, plain or gzipped.

LeCun, Cortes and Burges; the images are taken byte for byte, never normalized again. Any IDX files of the
same names and shape are read; those with MNIST's own numbers of images must be MNIST, by their checksums,
because Fashion-MNIST and others come under the same names.
"""

import gzip
import hashlib
import io
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from datasets.errors import InvalidInput, Unavailable
from datasets.importers import ImportedDrawing, SkippedRecord, spread
from datasets.importers.idx import LARGEST_FILE, array_in, damaged, unpacked

SOURCE = "mnist"
PARTS = ("train", "t10k")
IMAGES, LABELS = "{part}-images-idx3-ubyte", "{part}-labels-idx1-ubyte"
VALIDATION_SHARE = 12  # one in twelve of the training images, the last 5,000 of 60,000

# SHA-256 of the unpacked files: the same however they were compressed.
CHECKSUMS = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
OFFICIAL_COUNTS = {"train": 60_000, "t10k": 10_000}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
LARGEST_DOWNLOAD = 16 * 2**20  # bytes; the largest of the four files has 10 MB
TIMEOUT = 30  # seconds without a byte


def read(folder: Path, *, limit: int | None = None) -> Iterator[ImportedDrawing | SkippedRecord]:
    """Yield the digits in `folder`; `limit` takes so many, evenly spread over all of them.

    Raises InvalidInput when the files are missing, damaged or of another kind.
    """
    parts = {part: _load(folder, part) for part in _present(folder)}
    records = [(part, index) for part, (_, labels) in parts.items() for index in range(len(labels))]
    for place in spread(len(records), limit):
        part, index = records[place]
        images, labels = parts[part]
        yield _drawing(part, index, images[index], int(labels[index]), len(labels))


def count(folder: Path, *, limit: int | None = None) -> int:
    """Return how many records `read` will yield."""
    total = sum(len(_load(folder, part)[1]) for part in _present(folder))
    return total if limit is None else min(total, limit)


def download(target: Path, *, fetch: Callable[[str], bytes] | None = None) -> Path:
    """Fetch the four files into `target`, from the first mirror that has them intact; return `target`.

    Files that are there and intact are kept. `fetch` gets an address and returns its bytes. Raises
    Unavailable with what each mirror answered when none delivers.
    """
    target.mkdir(parents=True, exist_ok=True)
    for name, checksum in CHECKSUMS.items():
        path = target / f"{name}.gz"
        if not (path.exists() and _is_intact(path.read_bytes(), checksum)):
            partial = path.with_suffix(".partial")
            partial.write_bytes(_fetch_from_mirrors(path.name, checksum, fetch or _fetch))
            partial.replace(path)
    return target


def _drawing(
    part: str, index: int, image: NDArray[np.uint8], label: int, total: int
) -> ImportedDrawing | SkippedRecord:
    if label > 9:
        return SkippedRecord(f"{part} {index}", f"expected a label from 0 to 9, received {label}")
    if not image.any():
        return SkippedRecord(f"{part} {index}", "expected ink, received a blank image")
    split = "test" if part == "t10k" else "validation" if index >= total - total // VALIDATION_SHARE else "train"
    return ImportedDrawing(
        source=SOURCE,
        source_key=f"{part}-{index:05}",
        writer="",  # MNIST does not say who wrote what
        label=str(label),
        split=split,
        kind="normalized",
        normalized=image,
        symbol=str(label),
    )


def _present(folder: Path) -> list[str]:
    """Return the parts in `folder`: "train", "t10k" or both."""
    parts = [part for part in PARTS if _find(folder, IMAGES.format(part=part))]
    if not parts:
        expected = " and ".join(IMAGES.format(part=part) for part in PARTS)
        raise InvalidInput(
            "missing_files",
            f"No MNIST files: expected {expected} (.gz or not), received the folder {folder}.",
        )
    return parts


def _load(folder: Path, part: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return uint8 (n, 28, 28) images, ink high, and uint8 (n,) labels."""
    images_name, labels_name = IMAGES.format(part=part), LABELS.format(part=part)
    images, labels = _read_idx(folder, images_name, 3), _read_idx(folder, labels_name, 1)
    if images.shape[1:] != (28, 28) or len(images) != len(labels):
        raise InvalidInput(
            "invalid_file",
            f"{images_name} and {labels_name} do not fit: expected images of 28 x 28 and a label for each, "
            f"received images {images.shape} and labels {labels.shape}.",
        )
    return images, labels


def _read_idx(folder: Path, name: str, dimensions: int) -> NDArray[np.uint8]:
    """Return the array of an IDX file of unsigned bytes; checked when it has MNIST's number of records."""
    path = _find(folder, name)
    if path is None:
        raise InvalidInput("missing_files", f"A file is missing: expected {name} (.gz or not) in {folder}.")
    data = unpacked(path)
    array = array_in(data, dimensions, path)
    if len(array) == OFFICIAL_COUNTS[name.split("-")[0]] and hashlib.sha256(data).hexdigest() != CHECKSUMS[name]:
        raise damaged(path, "the checksum of MNIST, as there are as many records", "another")
    return array


def _find(folder: Path, name: str) -> Path | None:
    """Return the file, under any of the names that it is distributed under, or None."""
    names = (f"{name}.gz", name, name.replace("-idx", ".idx"))
    return next((folder / each for each in names if (folder / each).is_file()), None)


def _fetch_from_mirrors(name: str, checksum: str, fetch: Callable[[str], bytes]) -> bytes:
    answers = []
    for mirror in MIRRORS:
        try:
            data = fetch(mirror + name)
        except (OSError, HTTPException) as error:
            answers.append(f"{mirror}: {error}")
            continue
        if _is_intact(data, checksum):
            return data
        answers.append(f"{mirror}: {len(data)} bytes with another checksum")
    raise Unavailable(
        "download_failed",
        f"{name} could not be downloaded: expected an intact file from one of {len(MIRRORS)} mirrors, "
        f"received {'; '.join(answers)}. Download the four files of MNIST by hand and name their folder.",
    )


def _fetch(address: str) -> bytes:
    """Return what is at `address`, which is one of the https mirrors above."""
    with urllib.request.urlopen(address, timeout=TIMEOUT) as response:  # noqa: S310
        return bytes(response.read(LARGEST_DOWNLOAD + 1))


def _is_intact(packed: bytes, checksum: str) -> bool:
    try:
        with gzip.open(io.BytesIO(packed)) as file:
            return hashlib.sha256(file.read(LARGEST_FILE)).hexdigest() == checksum
    except (OSError, EOFError, zlib.error):
        return False
