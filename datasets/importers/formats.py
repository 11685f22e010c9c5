"""The formats that can be imported, by the name that `manage.py import_drawings` takes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from datasets.importers import ImportedDrawing, SkippedRecord, idx, mnist, ndjson, png, quickdraw, unipen


class Importer(Protocol):
    """What each module of a format offers."""

    SOURCE: str

    def read(self, path: Path, /, *, limit: int | None = None) -> Iterator[ImportedDrawing | SkippedRecord]: ...

    def count(self, path: Path, /, *, limit: int | None = None) -> int: ...


FORMATS: dict[str, Importer] = {
    "idx": idx,
    "mnist": mnist,
    "ndjson": ndjson,
    "png": png,
    "quickdraw": quickdraw,
    "unipen": unipen,
}
DOWNLOADS = {"mnist": mnist.download}
