"""UNIPEN: digits, letters and symbols drawn with a pen by about 200 people, as strokes.

Reads `digits.jsonl.gz`, `uppercase.jsonl.gz`, `lowercase.jsonl.gz` and `symbols.jsonl.gz` (or unpacked), one
JSON object a line: {"label": "5", "source": "apa", "writer": "aa498c932e", "strokes": [[[x, y], ...], ...]},
y down. They are made from UNIPEN train_r01_v07 (International Unipen Foundation, Zenodo record
10.5281/zenodo.1195803, CC BY 4.0).
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from datasets.errors import InvalidInput
from datasets.importers import NOT_A_DIGIT, ImportedDrawing, SkippedRecord, jsonlines, split_by_hash
from datasets.importers.canvas import on_canvas
from datasets.preprocessing.strokes import Strokes

SOURCE = "unipen"
FILES = ("digits", "uppercase", "lowercase", "symbols")
SPLITS = Path(__file__).with_name("unipen_splits.json")

LOOK_LIKE_DIGITS = frozenset("OoIliSsZzBbqgQD|")
WITHOUT_SHAPE = frozenset(".,'\"`")  # the data has them blown up to full size: a dot becomes a scribble
STRAIGHT_WITHIN = 0.1  # of its length: how far a plain line may stray to the side
UPRIGHT_WITHIN = 50.0  # degrees: how far it may lean


def read(folder: Path, *, limit: int | None = None) -> Iterator[ImportedDrawing | SkippedRecord]:
    """Yield the drawings in `folder`; `limit` takes so many, evenly spread over all files.

    Raises InvalidInput when there is none of the files.
    """
    return jsonlines.read(_files(folder), _drawing, limit)


def count(folder: Path, *, limit: int | None = None) -> int:
    """Return how many records `read` will yield."""
    return jsonlines.count(_files(folder), limit)


def is_ambiguous(symbol: str) -> bool:
    """Return whether the shape of this character does not tell it from a digit, or tells nothing."""
    return symbol in LOOK_LIKE_DIGITS or symbol in WITHOUT_SHAPE


def is_plain_line(drawing: Strokes) -> bool:
    """Return whether somebody drew one upright line and nothing else.

    Most ones are just that, by whatever writer; so are slashes, and letters of which all other strokes are missing.
    """
    if len(drawing.strokes) != 1:
        return False
    places = np.array([point[:2] for point in drawing.strokes[0].points])
    top, foot = places[places[:, 1].argmin()], places[places[:, 1].argmax()]
    across, down = foot - top
    length = np.hypot(across, down)
    if not down or abs(across) > np.tan(np.deg2rad(UPRIGHT_WITHIN)) * down:
        return False
    astray = np.abs((places - top) @ np.array([-down, across])) / length
    return bool(astray.max() <= STRAIGHT_WITHIN * length)


def split_of(writer: str) -> str:
    """Return the split of a writer: by the committed table, or by a hash where it does not list him."""
    return _split_table().get(writer) or split_by_hash(SOURCE, writer)


@cache
def _split_table() -> dict[str, str]:
    """Return the split of each writer; `datasets.importers.unipen_splits` makes the file and says how."""
    table = json.loads(SPLITS.read_text(encoding="utf-8"))
    return {writer: split for split, groups in table.items() for writers in groups.values() for writer in writers}


def _files(folder: Path) -> list[Path]:
    names = [folder / f"{name}.{end}" for name in FILES for end in ("jsonl.gz", "jsonl")]
    found = {path.name.split(".")[0]: path for path in reversed(names) if path.is_file()}
    if not found:
        raise InvalidInput(
            "missing_files",
            f"No UNIPEN files: expected one of {', '.join(f'{name}.jsonl.gz' for name in FILES)}, "
            f"received the folder {folder}.",
        )
    return [found[name] for name in FILES if name in found]


def _drawing(name: str, number: int, record: dict[str, Any]) -> ImportedDrawing | SkippedRecord:
    symbol, writer = _text(record, "label"), _text(record, "writer")
    strokes = on_canvas(record["strokes"])
    is_digit = name == "digits"
    if is_digit and symbol not in "0123456789":
        return SkippedRecord(f"{name} line {number}", f"expected a digit, received {symbol[:20]!r}")
    return ImportedDrawing(
        source=SOURCE,
        source_key=f"{name}-{number:05}",
        writer=writer,
        label=symbol if is_digit else NOT_A_DIGIT,
        split=split_of(writer),
        kind="strokes",
        strokes=strokes,
        symbol=symbol,
        ambiguous=not is_digit and (is_ambiguous(symbol) or is_plain_line(strokes)),
        collection=str(record.get("source", "")),
    )


def _text(record: dict[str, Any], field: str) -> str:
    value = record[field]
    if not isinstance(value, str) or not value or (field == "label" and len(value) != 1):
        raise InvalidInput("invalid_record", f"expected a text in {field}, received {str(value)[:20]!r}")
    return value
