"""Drawings that are made here: no public data set at hand has what people draw when they do not want to give a digit.

None of them is trained on. How `scribbles` and `doodles` are answered had been seen when outlines and wandering pens
came to what is made up for training; `smears` and `motifs` are by others, who knew nothing of either.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from benchmarks.quality.drawings import Drawings, drawings_of
from datasets.importers import NOT_A_DIGIT, ImportedDrawing
from datasets.preprocessing.strokes import parse_strokes
from tests.doodles import doodle
from tests.motifs import motif
from tests.scribbles import scribble
from tests.smears import smear

SOURCE = "made up"
COUNT = 400  # of each kind
KINDS: dict[str, Callable[[int], dict[str, Any]]] = {
    "scribbles": scribble,
    "doodles": doodle,
    "smears": smear,
    "motifs": motif,
}


@cache
def of_made_up(kind: str) -> Drawings:
    """Return the drawings of one of the `KINDS`, by their numbers."""
    return drawings_of(_record(kind, variant) for variant in range(COUNT))


def _record(kind: str, variant: int) -> ImportedDrawing:
    return ImportedDrawing(
        source=SOURCE,
        source_key=f"{kind}-{variant:05}",
        writer="",
        label=NOT_A_DIGIT,
        split="test",
        kind="strokes",
        strokes=parse_strokes(KINDS[kind](variant)),
    )
