"""Some of the drawings of UNIPEN, where its files are at hand."""

from pathlib import Path

from datasets.importers import ImportedDrawing, unipen
from tests.paths import DATA

FOLDER = DATA / "unipen"
KINDS = {"digits": ["digits"], "others": ["lowercase", "uppercase", "symbols"]}


def some_drawings(folder: Path, *, digits: int | None, others: int | None) -> list[ImportedDrawing]:
    """Return so many digits, then so many letters and symbols, evenly spread over all people; None: all of them.

    `folder` is an empty one, to choose among the files.
    """
    found: list[ImportedDrawing] = []
    for kind, limit in (("digits", digits), ("others", others)):
        chosen = folder / kind
        chosen.mkdir()
        for name in KINDS[kind]:
            (chosen / f"{name}.jsonl.gz").symlink_to(FOLDER / f"{name}.jsonl.gz")
        found += [record for record in unipen.read(chosen, limit=limit) if isinstance(record, ImportedDrawing)]
    return found
