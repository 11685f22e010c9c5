"""The public drawings as arrays: images, classes, and the records they come from."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from datasets.importers import NOT_A_DIGIT, ImportedDrawing, mnist, unipen
from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import rasterize
from training.selection import Selection, class_of

UNLIKE_THE_REST = "ibm"  # a collection in which strokes are missing and many labels are wrong


@dataclass(frozen=True, eq=False)
class Drawings:
    """Drawings in one order."""

    images: NDArray[np.uint8]  # (n, 28, 28), ink high
    classes: NDArray[np.int64]  # (n,): the digit; -1 for what is none
    records: list[ImportedDrawing]

    def __len__(self) -> int:
        return len(self.records)

    def where(self, wanted: Callable[[ImportedDrawing], bool]) -> Self:
        return self.at(np.flatnonzero([wanted(record) for record in self.records]))

    def at(self, places: NDArray[np.integer]) -> Self:
        records = [self.records[place] for place in places]
        return type(self)(self.images[places], self.classes[places], records)

    def some(self, most: int | None, seed: int = 1) -> Self:
        """Return at most so many of them by chance, the same for one seed."""
        if most is None or most >= len(self):
            return self
        return self.at(np.sort(np.random.default_rng(seed).permutation(len(self))[:most]))

    def selection(self, network: str) -> Selection:
        """Return them as a run loads them for one network."""
        return Selection(
            images=self.images,
            classes=np.array([class_of(network, record.label) for record in self.records], np.uint8),
            hashes=[],
            sources=[record.source for record in self.records],
            same_hand=np.zeros(len(self), bool),
            strokes=[record.strokes for record in self.records],
        )


def drawings_of(records: Iterable[ImportedDrawing]) -> Drawings:
    """Normalize the records as an import does."""
    kept = list(records)
    images = np.array([normalized(record) for record in kept], np.uint8).reshape(len(kept), 28, 28)
    classes = np.array([-1 if record.label == NOT_A_DIGIT else int(record.label) for record in kept], np.int64)
    return Drawings(images, classes, kept)


def together(*parts: Drawings) -> Drawings:
    records = [record for part in parts for record in part.records]
    images, classes = (np.concatenate([getattr(part, name) for part in parts]) for name in ("images", "classes"))
    return Drawings(images, classes, records)


def normalized(record: ImportedDrawing) -> NDArray[np.uint8]:
    """Return uint8 (28, 28) of a record that was published so, or has strokes."""
    if record.normalized is not None:
        return record.normalized
    assert record.strokes is not None
    return normalize(rasterize(record.strokes))


@cache
def of_mnist(folder: Path, split: str) -> Drawings:
    return drawings_of(record for record in _records_of_mnist(folder) if record.split == split)


@cache
def of_unipen(folder: Path, split: str, *, digits: bool) -> Drawings:
    """Return the digits of the people of one split, or everything else that they have drawn."""
    records = _digits_of_unipen(folder) if digits else _others_of_unipen(folder)
    return drawings_of(record for record in records if record.split == split)


@cache
def _records_of_mnist(folder: Path) -> list[ImportedDrawing]:
    return [record for record in mnist.read(folder / "mnist") if isinstance(record, ImportedDrawing)]


@cache
def _digits_of_unipen(folder: Path) -> list[ImportedDrawing]:
    """Return the digits, which stand before everything else in its files; the others take minutes to read."""
    records = unipen.read(folder / "unipen")
    digits = itertools.takewhile(lambda record: getattr(record, "label", "0") != NOT_A_DIGIT, records)
    return [record for record in digits if isinstance(record, ImportedDrawing)]


@cache
def _others_of_unipen(folder: Path) -> list[ImportedDrawing]:
    records = unipen.read(folder / "unipen")
    return [r for r in records if isinstance(r, ImportedDrawing) and r.label == NOT_A_DIGIT]
