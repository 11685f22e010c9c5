"""Labels that were looked at again, blind: what is to be read in drawings on which a network and a label disagree.

`reviewed.json` holds the key of each drawing and what was read in it: a digit; "not a digit", where it is something
else; "unreadable", where it is nothing; "ambiguous", where it may be more than one thing. One reader each time, who
saw neither the label nor any answer.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.drawings import Drawings

REVIEWED = Path(__file__).with_name("reviewed.json")
NO_DIGIT, UNREADABLE, AMBIGUOUS = "not a digit", "unreadable", "ambiguous"
READINGS = (*"0123456789", NO_DIGIT, UNREADABLE, AMBIGUOUS)


@cache
def readings() -> dict[str, str]:
    """Return what was read in each drawing that was reviewed, by its key."""
    return json.loads(REVIEWED.read_text(encoding="utf-8"))["readings"] if REVIEWED.exists() else {}


def after_review(drawings: Drawings, read: dict[str, str] | None = None) -> Drawings:
    """Return the digits with the labels that were read, without those in which no digit was.

    What is ambiguous keeps its label and stays in.
    """
    read = readings() if read is None else read
    seen = [read.get(record.source_key, AMBIGUOUS) for record in drawings.records]
    classes = np.array(
        [
            int(reading) if reading.isdigit() else label
            for reading, label in zip(seen, drawings.classes.tolist(), strict=True)
        ],
        np.int64,
    )
    relabelled = Drawings(drawings.images, classes, drawings.records)
    return relabelled.at(np.flatnonzero([reading not in (NO_DIGIT, UNREADABLE) for reading in seen]))


def read_as_digits(others: Drawings) -> NDArray[np.bool_]:
    """Return bool (n,): which of what is meant as no digit the reader took for one all the same, by its shape."""
    read = readings()
    return np.array([read.get(record.source_key, NO_DIGIT).isdigit() for record in others.records], bool)


def changes(drawings: Drawings) -> dict[str, int]:
    """Return how many were looked at, and what came of it."""
    read = readings()
    looked_at = [(read[r.source_key], r.label) for r in drawings.records if r.source_key in read]
    return {
        "reviewed": len(looked_at),
        "label confirmed": sum(reading == label for reading, label in looked_at),
        "another digit": sum(reading.isdigit() and reading != label for reading, label in looked_at),
        **{what: sum(reading == what for reading, _ in looked_at) for what in (NO_DIGIT, UNREADABLE, AMBIGUOUS)},
    }
