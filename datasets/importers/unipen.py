"""UNIPEN: digits, letters and symbols drawn with a pen by about 200 people, as strokes.

Reads `digits.jsonl.gz`, `uppercase.jsonl.gz`, `lowercase.jsonl.gz` and `symbols.jsonl.gz` (or unpacked), one
JSON object a line: {"label": "5", "source": "apa", "writer": "aa498c932e", "strokes": [[[x, y], ...], ...]},
y down. They are made from UNIPEN train_r01_v07 (International Unipen Foundation, Zenodo record
10.5281/zenodo.1195803, CC BY 4.0).
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TextIO, cast

from datasets.errors import InvalidInput
from datasets.importers import NOT_A_DIGIT, ImportedDrawing, SkippedRecord, split_by_hash, spread
from datasets.strokes import Stroke, Strokes, parse_strokes, to_tenth

SOURCE = "unipen"
FILES = ("digits", "uppercase", "lowercase", "symbols")
CANVAS, LONG_SIDE, PEN = 280, 200, 18  # canvas units: what a usual drawing on the page has
SPLITS = Path(__file__).with_name("unipen_splits.json")

LOOK_LIKE_DIGITS = frozenset("OoIliSsZzBbqgQD|")
WITHOUT_SHAPE = frozenset(".,'\"`")  # the data has them blown up to full size: a dot becomes a scribble


def read(folder: Path, *, limit: int | None = None) -> Iterator[ImportedDrawing | SkippedRecord]:
    """Yield the drawings in `folder`; `limit` takes so many, evenly spread over all files.

    Raises InvalidInput when there is none of the files.
    """
    chosen = iter(spread(_total(folder), limit))
    wanted = next(chosen, None)
    for place, (name, number, line) in enumerate(_lines(folder)):
        if place == wanted:
            yield line if isinstance(line, SkippedRecord) else _drawing(name, number, line)
            wanted = next(chosen, None)
        if wanted is None:
            return


def count(folder: Path, *, limit: int | None = None) -> int:
    """Return how many records `read` will yield."""
    total = _total(folder)
    return total if limit is None else min(total, limit)


def is_ambiguous(symbol: str) -> bool:
    """Return whether the shape of this character does not tell it from a digit, or tells nothing."""
    return symbol in LOOK_LIKE_DIGITS or symbol in WITHOUT_SHAPE


def split_of(writer: str) -> str:
    """Return the split of a writer: by the committed table, or by a hash where it does not list him."""
    return _split_table().get(writer) or split_by_hash(SOURCE, writer)


@cache
def _split_table() -> dict[str, str]:
    """Return the split of each writer; `datasets.importers.unipen_splits` makes the file and says how."""
    table = json.loads(SPLITS.read_text(encoding="utf-8"))
    return {writer: split for split, groups in table.items() for writers in groups.values() for writer in writers}


def _total(folder: Path) -> int:
    if not any(_find(folder, name) for name in FILES):
        raise InvalidInput(
            "missing_files",
            f"No UNIPEN files: expected one of {', '.join(f'{name}.jsonl.gz' for name in FILES)}, "
            f"received the folder {folder}.",
        )
    return sum(1 for _ in _lines(folder))


def _lines(folder: Path) -> Iterator[tuple[str, int, str | SkippedRecord]]:
    """Yield the file's name, the line's number from 1, and the line; the rest of a bad file is one record."""
    for name in FILES:
        path = _find(folder, name)
        if path is None:
            continue
        number = 0
        try:
            with _open(path) as file:
                for number, line in enumerate(file, start=1):
                    yield name, number, line
        except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
            reason = f"expected a readable file, received: {error}"
            yield name, number + 1, SkippedRecord(f"{path.name} after line {number}", reason)


def _find(folder: Path, name: str) -> Path | None:
    return next((path for end in ("jsonl.gz", "jsonl") if (path := folder / f"{name}.{end}").is_file()), None)


def _open(path: Path) -> TextIO:
    opener = gzip.open if path.suffix == ".gz" else open
    return cast(TextIO, opener(path, "rt", encoding="utf-8"))


def _drawing(name: str, number: int, line: str) -> ImportedDrawing | SkippedRecord:
    try:
        record = json.loads(line)
        symbol, writer = _text(record, "label"), _text(record, "writer")
        strokes = on_canvas(record["strokes"])
    except InvalidInput as error:
        return SkippedRecord(f"{name} line {number}", error.message)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        return SkippedRecord(f"{name} line {number}", f"expected a drawing, received {type(error).__name__}: {error}")
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
        ambiguous=not is_digit and is_ambiguous(symbol),
        collection=str(record.get("source", "")),
    )


def _text(record: dict[str, Any], field: str) -> str:
    value = record[field]
    if not isinstance(value, str) or not value or (field == "label" and len(value) != 1):
        raise InvalidInput("invalid_record", f"expected a text in {field}, received {str(value)[:20]!r}")
    return value


def on_canvas(raw: list[list[list[float]]]) -> Strokes:
    """Return the drawing, its longer side 200 units, centred on a canvas of 280, drawn with a pen of 18."""
    points = [point for stroke in raw for point in stroke]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    width, height = max(x for x, _ in points) - left, max(y for _, y in points) - top
    scale = LONG_SIDE / max(width, height) if max(width, height) > 0 else 1.0
    x0, y0 = (CANVAS - width * scale) / 2, (CANVAS - height * scale) / 2
    strokes = [
        Stroke(
            tuple((to_tenth(x0 + (x - left) * scale), to_tenth(y0 + (y - top) * scale)) for x, y in stroke),
            PEN,
        )
        for stroke in raw
    ]
    return parse_strokes(Strokes(CANVAS, CANVAS, tuple(strokes)).to_json())
