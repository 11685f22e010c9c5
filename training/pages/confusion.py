"""The confusion matrix as something to look at: counts with a shade for each."""

import math
from dataclasses import dataclass
from typing import Any

from training.pages.texts import class_name

SHADES = 6


@dataclass(frozen=True)
class MatrixCell:
    actual: str  # the class, as addresses name it
    predicted: str
    count: int
    shade: int  # 0 (none) to 6
    is_right: bool
    is_chosen: bool
    actual_name: str
    predicted_name: str


@dataclass(frozen=True)
class Row:
    """One class: its cells, and the share of its drawings that was read correctly."""

    name: str
    total: int
    recall: float | None
    cells: list[MatrixCell]
    width: float  # of its bar, 0 to 100: of the share above the matrix' floor


@dataclass(frozen=True)
class Matrix:
    """A row for each class, a column for each answer."""

    columns: list[str]
    rows: list[Row]
    floor: float  # the share at which the bars of the classes begin


def matrix_of(figures: dict[str, Any], chosen: tuple[int, int] | None = None) -> Matrix | None:
    """Return a version's confusion matrix, or None when it has none.

    Right answers are shaded by their share of the row, mistakes by the logarithm of their number: one mistake in a
    thousand is worth seeing.
    """
    counts, classes = figures.get("confusion"), figures.get("classes")
    if not counts or not classes:
        return None
    floor = _floor([row[i] / sum(row) for i, row in enumerate(counts) if sum(row)])
    most = max((n for i, row in enumerate(counts) for j, n in enumerate(row) if i != j), default=0)
    rows = []
    for i, (name, row) in enumerate(zip(classes, counts, strict=True)):
        total = sum(row)
        cells = [
            MatrixCell(
                actual=name,
                predicted=classes[j],
                count=count,
                shade=_share(count, total) if i == j else _logarithm(count, most),
                is_right=i == j,
                is_chosen=(i, j) == chosen,
                actual_name=class_name(name),
                predicted_name=class_name(classes[j]),
            )
            for j, count in enumerate(row)
        ]
        recall = row[i] / total if total else None
        width = 0.0 if recall is None else round(100 * (recall - floor) / (1 - floor), 1)
        rows.append(Row(class_name(name), total, recall, cells, width))
    return Matrix([class_name(name) for name in classes], rows, floor)


def _floor(recalls: list[float]) -> float:
    """Return where bars begin that shall tell 99.5% from 99%: well below the lowest, at a round share."""
    lowest = min(recalls, default=0.0)
    return next((floor for floor in (0.98, 0.95, 0.9, 0.8, 0.5) if lowest >= (1 + floor) / 2 - 0.005), 0.0)


def _share(count: int, total: int) -> int:
    """The shades of right answers begin at a half: below, a class is not read at all."""
    share = count / total if total else 0.0
    return 0 if not count else max(1, min(SHADES, 1 + int((SHADES - 1) * (share - 0.5) * 2 + 1e-9)))


def _logarithm(count: int, most: int) -> int:
    return 0 if not count else max(1, math.ceil(SHADES * math.log1p(count) / math.log1p(most)))
