"""Our own NDJSON, as `datasets.exporters.ndjson` writes it: what was published comes back as it was.

A drawing is known by its id, so that two versions of the same dataset, which name people differently, bring it once.
"""

import base64
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from datasets.errors import InvalidInput
from datasets.importers import NOT_A_DIGIT, ImportedDrawing, SkippedRecord, jsonlines
from datasets.importers.quickdraw import points_of
from datasets.preprocessing.strokes import Strokes, parse_strokes

SOURCE = "site"
WHAT = "Digitsite's NDJSON"
LABELS = (*"0123456789", NOT_A_DIGIT)
DEVICES = ("", "mouse", "touch", "pen")
SPLITS = ("train", "validation", "test")
LONGEST = {"source": 30, "source_key": 80, "contributor": 64, "prompt": 20}
MOST_VOTES = 32_767


def read(path: Path, *, limit: int | None = None) -> Iterator[ImportedDrawing | SkippedRecord]:
    """Yield the drawings in a file or a folder; raises InvalidInput when there are none."""
    return jsonlines.read(jsonlines.files_at(path, WHAT), _drawing, limit)


def count(path: Path, *, limit: int | None = None) -> int:
    """Return how many records `read` will yield."""
    return jsonlines.count(jsonlines.files_at(path, WHAT), limit)


def _drawing(name: str, number: int, record: dict[str, Any]) -> ImportedDrawing:
    strokes = _strokes(record) if record["drawing"] else None
    return ImportedDrawing(
        source=_text(record, "source") or SOURCE,
        source_key=_text(record, "source_key"),
        writer=_text(record, "contributor"),
        label=_one_of(record, "final_label", LABELS),
        claimed_label=_one_of(record, "claimed_label", LABELS),
        prompt=_text(record, "prompt"),
        votes=_votes(record),
        split=_one_of(record, "split", SPLITS),
        same_hand=bool(record.get("same_hand")),
        ambiguous=bool(record.get("ambiguous")),
        kind="strokes" if strokes else "normalized",
        strokes=strokes,
        normalized=None if strokes else _pixels(record["pixels"]),
        device=_one_of(record, "device", DEVICES),
        public_id=uuid.UUID(str(record["key_id"])),
    )


def _strokes(record: dict[str, Any]) -> Strokes:
    points = points_of(record["drawing"])
    strokes = [
        {"points": points_of_one, "pen": pen, "erase": erase}
        for points_of_one, pen, erase in zip(points, record["pen"], record["erase"], strict=True)
    ]
    return parse_strokes({"width": record["width"], "height": record["height"], "strokes": strokes})


def _pixels(text: str) -> np.ndarray:
    data = base64.b64decode(text, validate=True)
    if len(data) != 784 or not any(data):
        raise InvalidInput("invalid_record", f"expected 784 pixels with ink, received {len(data)} bytes")
    return np.frombuffer(data, np.uint8).reshape(28, 28)


def _text(record: dict[str, Any], field: str) -> str:
    value = record.get(field, "")
    if not isinstance(value, str) or len(value) > LONGEST[field]:
        raise InvalidInput(
            "invalid_record", f"expected a text of at most {LONGEST[field]} in {field}, received {str(value)[:20]!r}"
        )
    return value


def _votes(record: dict[str, Any]) -> int:
    value = record.get("votes", 0)
    if not isinstance(value, int) or not 0 <= value <= MOST_VOTES:
        raise InvalidInput(
            "invalid_record", f"expected a number from 0 to {MOST_VOTES} in votes, received {str(value)[:20]!r}"
        )
    return value


def _one_of(record: dict[str, Any], field: str, values: tuple[str, ...]) -> str:
    value = record[field]
    if value not in values:
        raise InvalidInput("invalid_record", f"expected {', '.join(values)} in {field}, received {str(value)[:20]!r}")
    return str(value)
