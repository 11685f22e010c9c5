"""Quick, Draw!: doodles as strokes, NDJSON, the raw files (with times) and the simplified ones (without).

A line is {"key_id": "4504...", "word": "star", "recognized": true, "drawing": [[[x, ...], [y, ...], [t, ...]], ...]}, y
down. Words that name a digit are digits; all others are not. The dataset does not say who drew what.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datasets.errors import InvalidInput
from datasets.importers import NOT_A_DIGIT, ImportedDrawing, SkippedRecord, jsonlines, split_by_hash
from datasets.importers.canvas import on_canvas

SOURCE = "quickdraw"
WHAT = "Quick, Draw!"
LONGEST_KEY = 60
NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
LABELS = {**{name: str(value) for value, name in enumerate(NAMES)}, **{digit: digit for digit in "0123456789"}}
LOOK_LIKE_DIGITS = frozenset({"circle", "line", "squiggle", "zigzag", "hockey stick", "snake"})


def read(path: Path, *, limit: int | None = None) -> Iterator[ImportedDrawing | SkippedRecord]:
    """Yield the drawings in a file or a folder; raises InvalidInput when there are none."""
    return jsonlines.read(jsonlines.files_at(path, WHAT), _drawing, limit)


def count(path: Path, *, limit: int | None = None) -> int:
    """Return how many records `read` will yield."""
    return jsonlines.count(jsonlines.files_at(path, WHAT), limit)


def points_of(drawing: list[list[list[float]]]) -> list[list[tuple[float, ...]]]:
    """Return strokes of points out of strokes of axes; raises InvalidInput where an axis is longer than another."""
    for stroke in drawing:
        if not 2 <= len(stroke) <= 3 or len({len(axis) for axis in stroke}) != 1:
            lengths = ", ".join(str(len(axis)) for axis in stroke)
            raise InvalidInput(
                "invalid_record", f"expected strokes as [x, y] or [x, y, t] of equal lengths, received {lengths}"
            )
    return [list(zip(*stroke, strict=True)) for stroke in drawing]


def _drawing(name: str, number: int, record: dict[str, Any]) -> ImportedDrawing | SkippedRecord:
    word = record["word"]
    if not isinstance(word, str) or not word:
        raise InvalidInput("invalid_record", f"expected a text in word, received {str(word)[:20]!r}")
    key = str(record.get("key_id") or f"{name}-{number:07}")[:LONGEST_KEY]
    label = LABELS.get(word.lower(), NOT_A_DIGIT)
    return ImportedDrawing(
        source=SOURCE,
        source_key=key,
        writer="",
        label=label,
        split=split_by_hash(SOURCE, key),
        kind="strokes",
        strokes=on_canvas(points_of(record["drawing"])),
        symbol=word,
        ambiguous=label == NOT_A_DIGIT and word.lower() in LOOK_LIKE_DIGITS,
        collection=name,
    )
