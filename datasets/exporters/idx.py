"""IDX, as MNIST is published: four gzipped files in a zip, that every reader of MNIST reads.

They hold the digits alone, because such a reader expects ten classes. What is no digit stands in the folder
`not-a-digit`, in files of the same names, as class 10. The files `train-...` begin with the training split and end with
the validation split, so that MNIST comes back as it was.
"""

import gzip
import struct
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, cast

from datasets.exporters import DIGITS, EPOCH, NOT_A_DIGIT, SIDE, Picture, Source, class_of

NAME = "idx"
EXTENSION = "idx.zip"
CONTENT_TYPE = "application/zip"

PARTS = {"train": ("train", "validation"), "t10k": ("test",)}
FOLDERS = {"": DIGITS, "not-a-digit/": (NOT_A_DIGIT,)}


def write(source: Source, file: BinaryIO) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("README.md", EPOCH), source.card)
        for folder, labels in FOLDERS.items():
            if folder and not source.count(("train", "validation", "test"), labels):
                continue
            for part, splits in PARTS.items():
                _write_part(source, archive, folder + part, splits, labels)


def _write_part(
    source: Source, archive: zipfile.ZipFile, part: str, splits: Sequence[str], labels: Sequence[str]
) -> None:
    count = source.count(splits, labels)
    classes = bytearray()
    with _member(archive, f"{part}-images-idx3-ubyte.gz") as images:
        images.write(_header(count, SIDE, SIDE))
        for picture in _pictures(source, splits, labels):
            images.write(picture.pixels)
            classes.append(class_of(picture.label))
    with _member(archive, f"{part}-labels-idx1-ubyte.gz") as file:
        file.write(_header(count))
        file.write(classes)


def _pictures(source: Source, splits: Sequence[str], labels: Sequence[str]) -> Iterator[Picture]:
    for split in splits:
        yield from source.pictures(split, labels)


@contextmanager
def _member(archive: zipfile.ZipFile, name: str) -> Iterator[BinaryIO]:
    """Open a gzipped file in the archive; a time or a name in its header would make each export differ."""
    with (
        archive.open(zipfile.ZipInfo(name, EPOCH), "w", force_zip64=True) as member,
        gzip.GzipFile(filename="", mode="wb", fileobj=member, mtime=0, compresslevel=6) as packed,
    ):
        yield cast(BinaryIO, packed)


def _header(*shape: int) -> bytes:
    """Return what an IDX file of unsigned bytes begins with."""
    return bytes((0, 0, 8, len(shape))) + struct.pack(f">{len(shape)}I", *shape)
