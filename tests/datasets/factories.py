"""Rows for the tests of datasets."""

import itertools
from typing import Any

import numpy as np

from datasets.importers import ImportedDrawing
from datasets.models import Contributor, Drawing, DrawingContent, Room
from datasets.preprocessing.normalization import PREPROCESSING_VERSION
from datasets.preprocessing.strokes import Strokes, parse_strokes
from tests import drawings

_numbers = itertools.count(1)


def make_room(**fields: Any) -> Room:
    number = next(_numbers)
    return Room.objects.create(**{"name": f"Room {number}", "slug": f"room-{number}", **fields})


def make_contributor(**fields: Any) -> Contributor:
    return Contributor.objects.create(**{"kind": Contributor.Kind.VISITOR, **fields})


def make_drawing(label: str = "7", **fields: Any) -> Drawing:
    """Create a pending drawing of a visitor, in the training split, unlike any other."""
    number = next(_numbers)
    if fields.get("status") == "approved":
        fields.setdefault("final_label", label)
    drawing = Drawing.objects.create(
        **{
            "contributor": fields.get("contributor") or make_contributor(),
            "kind": Drawing.Kind.NORMALIZED,
            "content_hash": f"{number:064x}",
            "claimed_label": label,
            "split": "train",
            **fields,
        }
    )
    pixels = np.zeros((28, 28), np.uint8)
    pixels[4:24, 10 : 12 + number % 8] = 255
    DrawingContent.objects.create(
        drawing=drawing, normalized=pixels.tobytes(), preprocessing_version=PREPROCESSING_VERSION
    )
    return drawing


def make_approved(label: str = "7", **fields: Any) -> Drawing:
    return make_drawing(label, **{"status": "approved", **fields})


def strokes_of(label: str = "7", variant: int = 0) -> Strokes:
    return parse_strokes(drawings.drawing(label, variant))


HIDDEN = {  # strokes that nobody sees, by what hides them
    "erased": [
        {"points": [[20, 20, 0], [60, 20, 0]], "pen": 6},
        {"points": [[20, 20, 0], [60, 20, 0]], "pen": 30, "erase": True},
    ],
    "beyond the edge": [{"points": [[-40, 100, 0], [-20, 140, 0]], "pen": 6}],
}


def hiding_strokes(hidden: str, label: str = "7") -> Strokes:
    """Return a drawing with strokes of HIDDEN that come before what is seen."""
    seen = drawings.drawing(label, 0)
    return parse_strokes({**seen, "strokes": [*HIDDEN[hidden], *seen["strokes"]]})


def imported_strokes(key: str, label: str = "7", **fields: Any) -> ImportedDrawing:
    """Return a record as the importers yield it, drawn with a pen."""
    values: dict[str, Any] = {
        "source": "pens",
        "source_key": key,
        "writer": "ada",
        "label": label,
        "split": "train",
        "kind": "strokes",
        "strokes": strokes_of(label, len(key) + sum(map(ord, key))),
        "symbol": label,
    }
    return ImportedDrawing(**values | fields)


def imported_pixels(key: str, label: str = "7", **fields: Any) -> ImportedDrawing:
    """Return a record as the importers yield it, 28x28 pixels."""
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 12:16] = 200
    image.flat[: len(key)] = [ord(letter) for letter in key]
    values: dict[str, Any] = {
        "source": "pixels",
        "source_key": key,
        "writer": "",
        "label": label,
        "split": "train",
        "kind": "normalized",
        "normalized": image,
        "symbol": label,
    }
    return ImportedDrawing(**values | fields)
