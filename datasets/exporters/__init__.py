"""A dataset version as files for others: writing only, one format per module, nothing is read from the database.

Each module has `NAME`, `EXTENSION`, `CONTENT_TYPE` and `write(source, file)`, which writes a whole version to a binary
file that can be sought in. What is written follows from the source alone, to the byte: no clock, no random order.
Nothing is held that grows by more than a few bytes a drawing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

SIDE = 28
NOT_A_DIGIT = "not-a-digit"
DIGITS = tuple("0123456789")
LABELS = (*DIGITS, NOT_A_DIGIT)
SPLITS = ("train", "validation", "test")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the time of every file in an archive: the oldest that the format knows


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as the networks see it."""

    position: int  # its row in the manifest, from 1
    label: str
    pixels: bytes  # 784, row by row, ink high


@dataclass(frozen=True, slots=True)
class Record:
    """A drawing with everything about it that is published."""

    position: int
    id: str
    label: str  # the final one, as it was frozen
    claimed_label: str
    prompt: str  # what the page had asked for, such as "star"; empty: nothing
    split: str
    same_hand: bool  # drawings by the same person are in other splits
    ambiguous: bool
    recognized: bool | None  # whether the live networks read the label; None: nobody asked them
    strokes: dict[str, Any] | None  # in the canonical form; None: it has none, or they hide something
    pixels: bytes  # 784
    contributor: str  # a pseudonym that is used in this version only
    votes: int
    device: str  # what it was drawn with; empty where nobody knows
    source: str
    source_key: str
    licence: str


class Source(Protocol):
    """A version as the exporters read it: without the drawings that were deleted since."""

    @property
    def card(self) -> str:
        """The dataset card, in Markdown."""

    def count(self, splits: Sequence[str], labels: Sequence[str]) -> int:
        """Return how many pictures there are."""

    def pictures(self, split: str, labels: Sequence[str]) -> Iterator[Picture]:
        """Yield the pictures of a split in the order of the manifest."""

    def records(self) -> Iterator[Record]:
        """Yield all drawings in the order of the manifest."""

    def manifest(self) -> Iterator[bytes]:
        """Yield the manifest in pieces, with the rows of deleted drawings."""


class Exporter(Protocol):
    """What each module of a format offers."""

    NAME: str
    EXTENSION: str
    CONTENT_TYPE: str

    def write(self, source: Source, file: BinaryIO) -> None: ...


def class_of(label: str) -> int:
    """Return the number of a label: 0 to 9, and 10 for what is no digit."""
    return LABELS.index(label)
