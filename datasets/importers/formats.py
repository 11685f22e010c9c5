"""The formats that can be imported, by the name that `manage.py import_drawings` takes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from datasets.importers import ImportedDrawing, SkippedRecord, mnist, unipen


class Importer(Protocol):
    """What each module of a format offers."""

    SOURCE: str

    def read(self, folder: Path, *, limit: int | None = None) -> Iterator[ImportedDrawing | SkippedRecord]: ...

    def count(self, folder: Path, *, limit: int | None = None) -> int: ...


FORMATS: dict[str, Importer] = {"mnist": mnist, "unipen": unipen}
DOWNLOADS = {"mnist": mnist.download}
