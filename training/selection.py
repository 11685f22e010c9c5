"""From a dataset version to the arrays that one network is trained and tested on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Count

from datasets.labels import DIGITS, Label
from datasets.models import DatasetVersion, Split
from datasets.models.versions import DatasetItemQuerySet
from datasets.preprocessing.normalization import PREPROCESSING_VERSION
from datasets.preprocessing.strokes import Strokes
from training.errors import EmptySplit, TooFewDrawings, TrainingError
from training.models import Network

READ_AT_ONCE = 2000  # rows

CLASSES: dict[str, list[str]] = {
    Network.DIGITS: DIGITS,
    Network.DIGIT_OR_NOT: [Label.NOT_A_DIGIT.value, "digit"],
}
"""The classes of each network, in the order of its outputs."""


@dataclass(frozen=True)
class Selection:
    """Drawings of one split, in the order of the manifest."""

    images: npt.NDArray[np.uint8]  # (n, 28, 28), ink high
    classes: npt.NDArray[np.uint8]  # (n,), index into CLASSES[network]
    hashes: list[str]  # SHA-256 of the contents
    sources: list[str]
    same_hand: npt.NDArray[np.bool_]  # (n,), whether its contributor's other drawings are in another split
    strokes: list[Strokes | None]  # only when asked for, and only those to draw copies from

    def __len__(self) -> int:
        return len(self.classes)

    def source_names(self) -> list[str]:
        """Return the source of each drawing; those by hands that were trained on as well stand apart."""
        return [
            f"{source}, same hand" if same_hand else source
            for source, same_hand in zip(self.sources, self.same_hand, strict=True)
        ]


def class_of(network: str, label: str) -> int:
    """Return the output of a network that stands for a label."""
    if network == Network.DIGIT_OR_NOT:
        return int(label in DIGITS)
    return DIGITS.index(label)


def items_for(version: DatasetVersion, network: str, split: str) -> DatasetItemQuerySet:
    """Return the items that a network learns from or is tested on.

    `digits` sees digits only. `digit-or-not` sees everything but what no person could tell from a digit
    by its shape either, such as the letter O.
    """
    items = version.items.in_split(split).with_content().order_by("position")
    if network == Network.DIGITS:
        return items.filter(label__in=DIGITS)
    return items.exclude(label=Label.NOT_A_DIGIT, drawing__ambiguous=True)


def load(items: DatasetItemQuerySet, network: str, *, with_strokes: bool = False) -> Selection:
    """Read the items' cached 28x28 images, and their strokes where they have some and it is asked for."""
    columns = [
        "label",
        "content_hash",
        "drawing__source",
        "drawing__content__normalized",
        "drawing__content__preprocessing_version",
        "drawing__same_hand",
    ]
    if with_strokes:
        columns.append("drawing__content__strokes")
    rows = list(items.values_list(*columns).iterator(chunk_size=READ_AT_ONCE))
    stale = sum(row[4] != PREPROCESSING_VERSION for row in rows)
    if stale:
        raise TrainingError(
            "stale_preprocessing",
            f"expected drawings normalized with version {PREPROCESSING_VERSION}; received {stale} others",
        )
    pixels = b"".join(bytes(row[3]) for row in rows)
    return Selection(
        images=np.frombuffer(pixels, np.uint8).reshape(len(rows), 28, 28),
        classes=np.array([class_of(network, row[0]) for row in rows], np.uint8),
        hashes=[row[1] for row in rows],
        sources=[row[2] for row in rows],
        same_hand=np.array([row[5] for row in rows], bool),
        strokes=[redrawable(row[6]) for row in rows] if with_strokes else [],
    )


def redrawable(strokes: dict[str, Any] | None) -> Strokes | None:
    """Return the strokes to draw copies from, out of a drawing's JSON; None for one that is altered as an image.

    That is one without strokes, one that goes beyond the edge, and one that was erased from: drawn again elsewhere,
    with thinner pens, or in part, what cannot be seen would come out, and no moderator has seen it.
    """
    drawing = Strokes.from_json(strokes) if strokes else None
    return drawing if drawing and drawing.hides_nothing else None


def check_enough(version: DatasetVersion, network: str, needed: int) -> None:
    """Raise `TooFewDrawings`, naming all classes that have fewer training drawings than needed.

    Validation and test need at least one drawing each, or this raises `EmptySplit`.
    """
    labels = items_for(version, network, Split.TRAIN).order_by().values_list("label").annotate(count=Count("pk"))
    counts = dict.fromkeys(CLASSES[network], 0)
    for label, count in labels:
        counts[CLASSES[network][class_of(network, label)]] += count
    if too_few := {name: found for name, found in counts.items() if found < needed}:
        raise TooFewDrawings(too_few, needed)
    tested_on = (Split.VALIDATION, Split.TEST)
    if empty := [split.value for split in tested_on if not items_for(version, network, split).exists()]:
        raise EmptySplit(empty)
