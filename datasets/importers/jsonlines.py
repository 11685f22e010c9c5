"""Files of one JSON object a line, gzipped or not: each line is a record, and the rest of a broken file is one."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO, cast

from datasets.errors import InvalidInput
from datasets.importers import ImportedDrawing, SkippedRecord, spread

ENDINGS = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")

Parse = Callable[[str, int, dict[str, Any]], ImportedDrawing | SkippedRecord]
"""Gets the file's name without its endings, the line's number from 1, and what the line holds."""


def files_at(path: Path, what: str) -> list[Path]:
    """Return the file, or the files of this kind in the folder, by name; raises InvalidInput `missing_files`."""
    found = [path] if path.is_file() else sorted(each for each in path.glob("*") if each.name.endswith(ENDINGS))
    if not found:
        raise InvalidInput(
            "missing_files",
            f"No files of {what}: expected a file, or a folder with files that end in {', '.join(ENDINGS)}; "
            f"received {path}.",
        )
    return found


def read(paths: list[Path], parse: Parse, limit: int | None = None) -> Iterator[ImportedDrawing | SkippedRecord]:
    """Yield what `parse` makes of each line; `limit` takes so many, evenly spread over all files.

    What it raises for a line that is not what it expects, the line is skipped for.
    """
    chosen = iter(spread(count(paths), limit))
    wanted = next(chosen, None)
    for place, (name, number, line) in enumerate(_lines(paths)):
        if wanted is None:
            return
        if place == wanted:
            yield line if isinstance(line, SkippedRecord) else _parsed(parse, name, number, line)
            wanted = next(chosen, None)


def count(paths: list[Path], limit: int | None = None) -> int:
    """Return how many records `read` will yield."""
    total = sum(1 for _ in _lines(paths))
    return total if limit is None else min(total, limit)


def _parsed(parse: Parse, name: str, number: int, line: str) -> ImportedDrawing | SkippedRecord:
    position = f"{name} line {number}"
    try:
        record = json.loads(line)
        if not isinstance(record, dict):
            return SkippedRecord(position, f"expected an object, received {type(record).__name__}")
        return parse(name, number, record)
    except InvalidInput as error:
        return SkippedRecord(position, error.message)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        return SkippedRecord(position, f"expected a drawing, received {type(error).__name__}: {error}")


def _lines(paths: list[Path]) -> Iterator[tuple[str, int, str | SkippedRecord]]:
    for path in paths:
        number = 0
        name = path.name.split(".")[0]
        try:
            with _open(path) as file:
                for number, line in enumerate(file, start=1):
                    yield name, number, line
        except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
            reason = f"expected a readable file, received: {error}"
            yield name, number + 1, SkippedRecord(f"{path.name} after line {number}", reason)


def _open(path: Path) -> TextIO:
    opener = gzip.open if path.suffix == ".gz" else open
    return cast(TextIO, opener(path, "rt", encoding="utf-8"))
