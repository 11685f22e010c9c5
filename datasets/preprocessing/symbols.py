"""How many symbols are on the canvas, and where.

A symbol may be several pieces of ink: a 5 with its bar apart, a crossed 7, an open 4. So pieces count as one
symbol when the gap between them is small against their height, or when they stand above one another; two
digits side by side do neither. All of it is integer arithmetic on a coarse grid, for the twin in JavaScript.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.errors import InvalidInput

INK_LEVEL = 32  # a pixel counts as ink above this
GRID = 96  # cells along the longer side of all ink: the resolution at which pieces are told apart
NEAR = 8  # pieces belong together when the gap is at most 1/8 of the longest piece
NOISE = 6  # what is shorter than 1/6 of the longest piece is no symbol of its own
MOST_SYMBOLS = 64
NOBODY = -1  # the label of a cell in which no pixel counts as ink


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels (or of cells): `x`, `y` is its upper left one."""

    x: int
    y: int
    width: int
    height: int


def crop_box(ink: NDArray[np.uint8]) -> Box:
    """Return the smallest box that holds all pixels above INK_LEVEL; raises InvalidInput without one."""
    marked = ink > INK_LEVEL
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    if not rows.size:
        raise InvalidInput("blank_drawing", "The drawing is blank: expected ink, received none to be seen.")
    x, y = int(columns[0]), int(rows[0])
    return Box(x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1)


def find_symbols(ink: NDArray[np.uint8]) -> list[Box]:
    """Return the boxes of the symbols on `ink`, uint8 (h, w), in pixels, from left to right.

    Symbols much smaller than the largest are noise and left out. Raises InvalidInput `blank_drawing`.
    """
    return [box for box, _ in separate_symbols(ink)]


def separate_symbols(ink: NDArray[np.uint8]) -> list[tuple[Box, NDArray[np.uint8]]]:
    """Return for each symbol its box and its own ink there, uint8 (box.height, box.width), from left to right.

    Where boxes overlap, as those of leaning digits do, the ink of the neighbour is left out. So is noise.
    """
    labels, count, cell, crop = _grouped(ink)
    cropped = ink[crop.y : crop.y + crop.height, crop.x : crop.x + crop.width]
    owners = np.repeat(np.repeat(labels, cell, axis=0), cell, axis=1)[: crop.height, : crop.width]
    symbols = []
    for number in range(1, count + 1):
        box = crop_box(np.where(owners == number, cropped, 0))
        inside = slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
        own = np.where((owners[inside] == number) | (owners[inside] == NOBODY), cropped[inside], 0)
        symbols.append((Box(crop.x + box.x, crop.y + box.y, box.width, box.height), own))
    return sorted(symbols, key=lambda symbol: (symbol[0].x, symbol[0].y, symbol[0].width))


def _grouped(ink: NDArray[np.uint8]) -> tuple[NDArray[np.int64], int, int, Box]:
    """Return cells numbered by symbol (0: noise), how many symbols, the side of a cell in pixels, the crop."""
    crop = crop_box(ink)
    cell = -(-max(crop.width, crop.height) // GRID)
    occupied = cells_with_ink(ink[crop.y : crop.y + crop.height, crop.x : crop.x + crop.width] > INK_LEVEL, cell)
    pieces, count = label_pieces(occupied)
    scale = max(_longest(box) for box in piece_boxes(pieces, count))
    labels, count = label_pieces(_stretched(occupied, scale // NEAR))
    labels[~occupied] = 0
    numbers = _merged(piece_boxes(labels, count), scale)
    return np.array([NOBODY, *numbers])[labels], max(numbers), cell, crop


def cells_with_ink(marked: NDArray[np.bool_], cell: int) -> NDArray[np.bool_]:
    """Return bool (rows, columns) of cells: does any pixel of the cell hold ink?"""
    height, width = marked.shape
    rows, columns = -(-height // cell), -(-width // cell)
    padded = np.zeros((rows * cell, columns * cell), dtype=np.bool_)
    padded[:height, :width] = marked
    return np.asarray(padded.reshape(rows, cell, columns, cell).any(axis=(1, 3)), dtype=np.bool_)


def _stretched(occupied: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Return `occupied` with each cell grown right and down by `reach`, which closes gaps on all sides."""
    stretched = occupied.copy()
    for step in range(1, reach + 1):
        stretched[:, step:] |= occupied[:, : max(0, occupied.shape[1] - step)]
    across = stretched.copy()
    for step in range(1, reach + 1):
        stretched[step:] |= across[: max(0, across.shape[0] - step)]
    return stretched


def piece_boxes(labels: NDArray[np.int64], count: int) -> list[Box]:
    """Return the box, in cells, of each label from 1 to `count`."""
    rows, columns = np.nonzero(labels)
    owners = labels[rows, columns] - 1
    top, left = np.full(count, labels.shape[0]), np.full(count, labels.shape[1])
    bottom, right = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    np.minimum.at(top, owners, rows)
    np.minimum.at(left, owners, columns)
    np.maximum.at(bottom, owners, rows + 1)
    np.maximum.at(right, owners, columns + 1)
    edges = zip(left.tolist(), top.tolist(), right.tolist(), bottom.tolist(), strict=True)
    return [Box(x, y, x_end - x, y_end - y) for x, y, x_end, y_end in edges]


def _merged(boxes: list[Box], scale: int) -> list[int]:
    """Return the number of the symbol, from 1, that each box belongs to; 0 for noise."""
    order = sorted(range(len(boxes)), key=lambda index: (-_longest(boxes[index]), index))[:MOST_SYMBOLS]
    numbers = [0] * len(boxes)
    count = 0
    for place, index in enumerate(order):
        if _longest(boxes[index]) * NOISE < scale:
            break
        joined = {numbers[other] for other in order[:place] if _stacked(boxes[index], boxes[other], scale)}
        if joined:
            number = min(joined)
            numbers = [number if old in joined else old for old in numbers]
        else:
            count += 1
            number = count
        numbers[index] = number
    return _renumbered(numbers)


def _renumbered(numbers: list[int]) -> list[int]:
    """Return `numbers` with the gaps that merging left closed."""
    ranks = {number: rank for rank, number in enumerate(sorted({0, *numbers}))}
    return [ranks[number] for number in numbers]


def _stacked(a: Box, b: Box, scale: int) -> bool:
    """Return whether two pieces stand above one another: they share half of the narrower one's width."""
    shared = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    gap = max(a.y, b.y) - min(a.y + a.height, b.y + b.height)
    return 2 * shared >= min(a.width, b.width) and 2 * gap <= scale


def _longest(box: Box) -> int:
    return max(box.width, box.height)


def label_pieces(occupied: NDArray[np.bool_]) -> tuple[NDArray[np.int64], int]:
    """Return int64 (h, w) with the pieces of `occupied` (8 neighbours) numbered from 1, and their number.

    Horizontal runs are joined with those they touch in the row above; pieces are numbered in reading order of
    their first cell.
    """
    height, width = occupied.shape
    padded = np.zeros((height, width + 2), dtype=np.int8)
    padded[:, 1:-1] = occupied
    edges = np.diff(padded, axis=1)
    rows, starts = (index.tolist() for index in np.nonzero(edges == 1))
    ends = np.nonzero(edges == -1)[1].tolist()
    parents = list(range(len(rows)))

    def root(run: int) -> int:
        while parents[run] != run:
            parents[run] = parents[parents[run]]
            run = parents[run]
        return run

    above = 0
    for run, row in enumerate(rows):
        while rows[above] < row - 1 or (rows[above] == row - 1 and ends[above] < starts[run]):
            above += 1
        other = above
        while rows[other] == row - 1 and starts[other] <= ends[run]:
            first, second = sorted((root(other), root(run)))
            parents[second] = first
            other += 1
    numbers: dict[int, int] = {}
    labels = np.zeros((height, width), dtype=np.int64)
    for run, row in enumerate(rows):
        labels[row, starts[run] : ends[run]] = numbers.setdefault(root(run), len(numbers) + 1)
    return labels, len(numbers)
