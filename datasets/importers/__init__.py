"""Public datasets, read from their files: parsing only, one format per module, nothing is written.

Each module has `SOURCE`, `read(path, limit=None)`, which yields an ImportedDrawing or a SkippedRecord for each
record, and `count(path, limit=None)`, which says how many to expect. A bad record is skipped and named,
never fatal; a path without usable files raises InvalidInput.
"""

import hashlib
import uuid
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.preprocessing.strokes import Strokes

NOT_A_DIGIT = "not-a-digit"


@dataclass(frozen=True, eq=False)
class ImportedDrawing:
    """One drawing of a public dataset, with everything that is known about it."""

    source: str  # "mnist", "unipen"
    source_key: str  # unique within the source and the same at each import: "train-00017"; empty: see public_id
    writer: str  # a pseudonym, the same for all drawings of one person; empty where nobody knows
    label: str  # "0" to "9" or "not-a-digit"; empty where the source says something else or nothing
    split: str  # "train", "validation" or "test"
    kind: str  # "strokes", "image" or "normalized"
    strokes: Strokes | None = None
    image: bytes | None = None  # a PNG, JPEG or WebP file
    normalized: NDArray[np.uint8] | None = None  # uint8 (28, 28), ink high, as published
    symbol: str = ""  # what was written, such as "7" or "A"
    ambiguous: bool = False  # no digit by its label, but its shape does not tell (O, l, a blown-up dot)
    collection: str = ""  # the part of the source it comes from, such as "ibm"
    claimed_label: str = ""  # where it differs from `label`: what its contributor had claimed
    prompt: str = ""  # what its contributor had been asked to draw, such as "star"
    votes: int = 0  # by so many visitors, before it was approved
    same_hand: bool = False  # other drawings by the same person are in other splits
    device: str = ""  # what it was drawn with: "mouse", "touch", "pen"; empty where nobody knows
    public_id: uuid.UUID | None = None  # of a drawing that was published by a site like this one

    @property
    def name(self) -> str:
        """What to call it in a report."""
        return self.source_key or str(self.public_id)


@dataclass(frozen=True)
class SkippedRecord:
    """A record that could not be read: where it stands and why."""

    position: str
    reason: str


def spread(total: int, limit: int | None) -> range | list[int]:
    """Return at most `limit` of the indices below `total`, evenly spread, so that few stand for all."""
    if limit is None or limit >= total:
        return range(total)
    return [place * total // limit for place in range(limit)]


def split_by_hash(source: str, writer: str) -> str:
    """Return the split of a writer whom no table lists: 80/10/10, the same on every machine."""
    text = f"{source}/{writer}".encode(errors="surrogatepass")  # the name of a file can be any bytes
    tenth = int(hashlib.sha256(text).hexdigest(), 16) % 10
    return {0: "test", 1: "validation"}.get(tenth, "train")
