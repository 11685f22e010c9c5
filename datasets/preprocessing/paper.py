"""The colour of the paper everywhere in a picture, under the ink as well.

Two steps, each for red, green and blue: a smooth surface, quadratic in x and y, through the cells that hold
paper, for light that falls off across a photograph; and on what remains a closing (or an opening, where ink is
lighter than paper), which bridges strokes but follows the edge of a shadow. Both work on the means of cells.

The browser computes the same. As in `rasterizing` beside this, only `+ - * /` and `sqrt` are used, in the order
written here; sums are of whole numbers below 2**53 and so exact in any order; a quantile is an element of the
sorted values, never an average of two.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

CELLS = 64  # along the longer side of the picture
STEPS = 12  # of choosing cells and fitting them; it settles in 3 to 8
KEPT_TENTHS = 6  # of the cells are fitted: ink may touch the other four
BRIDGED = 6  # the closing reaches 1/6 of the shorter side to all sides, so strokes may be a third of it wide
SAME, NEARLY = 4, 48  # levels from the colour of flat paper


@dataclass(frozen=True)
class Paper:
    """The paper of one picture, kept by cells; a colour at a time is worked out for all pixels, to save memory."""

    height: int
    width: int
    is_flat: bool  # one colour and no grain, as on a screen
    cell: int  # pixels along the side of a cell
    surfaces: list[list[float]]  # for each colour, six coefficients
    rests: list[NDArray[np.float64]]  # for each colour, float64 (rows, columns), to be added

    def colour(self, channel: int) -> NDArray[np.float64]:
        """Return float64 (height, width), 0 to 255: the paper in one colour."""
        if self.is_flat:
            return np.full((self.height, self.width), self.surfaces[channel][0])
        rest = self.rests[channel]
        rows, columns = rest.shape
        # The pixels' centres, in half cells from the middle, as the cells' own are.
        x = ((2 * np.arange(self.width) + 1) / self.cell - columns)[None, :]
        y = ((2 * np.arange(self.height) + 1) / self.cell - rows)[:, None]
        paper = _evaluate(self.surfaces[channel], x, y)
        paper += _enlarged(rest, self.cell, self.height, self.width)
        return np.clip(paper, 0.0, 255.0, out=paper)


def paper_under(rgb: NDArray[np.int32]) -> Paper:
    """Return the paper of a picture, int32 (h, w, 3), 0 to 255."""
    height, width, _ = rgb.shape
    cell = -(-max(height, width) // CELLS)
    cells = cell_means(rgb, cell)
    start = _corner_colour(cells)
    if _is_flat(rgb, start):
        return Paper(height, width, True, cell, [[float(colour)] for colour in start], [])
    rows, columns, _ = cells.shape
    x, y = 2 * np.arange(columns)[None, :] - (columns - 1), 2 * np.arange(rows)[:, None] - (rows - 1)
    surfaces = _fit(cells, x, y, start)
    reach = -(-min(rows, columns) // BRIDGED)
    rests = []
    for channel, surface in enumerate(surfaces):
        side = _side_of_ink(cells[:, :, channel], reach)
        rests.append(_bridged(cells[:, :, channel] - _evaluate(surface, x, y), side, reach))
    return Paper(height, width, False, cell, surfaces, rests)


def cell_means(rgb: NDArray[np.int32], cell: int) -> NDArray[np.int64]:
    """Return int64 (rows, columns, 3): the mean colour, rounded down, of each cell of `cell` x `cell` pixels."""
    height, width, _ = rgb.shape
    tops, lefts = np.arange(0, height, cell), np.arange(0, width, cell)
    sums = np.add.reduceat(np.add.reduceat(rgb, tops, axis=0), lefts, axis=1)
    counts = np.diff(tops, append=height)[:, None] * np.diff(lefts, append=width)[None, :]
    return np.asarray(sums.astype(np.int64) // counts[:, :, None])


def solve(terms: NDArray[np.int64], values: NDArray[np.int64]) -> list[float]:
    """Return the k coefficients of the least squares fit of `terms`, int64 (k, n), to `values`, int64 (n,).

    The normal equations have whole numbers; elimination goes from the first row to the last without pivoting,
    which is safe as they are positive definite. A term that the others determine (a picture one cell wide has
    no x) gets 0.
    """
    size = len(terms)
    left, right = (terms @ terms.T).tolist(), (terms @ values).tolist()
    rows = [[float(number) for number in (*left[i], right[i])] for i in range(size)]
    diagonal = [rows[i][i] for i in range(size)]
    determined = [False] * size
    for i in range(size):
        determined[i] = rows[i][i] <= 1e-9 * diagonal[i]
        for j in range(i + 1, size if not determined[i] else 0):
            factor = rows[j][i] / rows[i][i]
            rows[j] = [below - factor * above for below, above in zip(rows[j], rows[i], strict=True)]
    solution = [0.0] * size
    for i in reversed(range(size)):
        if not determined[i]:
            rest = rows[i][size]
            for j in range(i + 1, size):
                rest -= rows[i][j] * solution[j]
            solution[i] = rest / rows[i][i]
    return solution


def _fit(
    cells: NDArray[np.int64], x: NDArray[np.int64], y: NDArray[np.int64], start: NDArray[np.int64]
) -> list[list[float]]:
    """Return for each colour the six coefficients of the surface through the cells that hold paper.

    Starts from the colour `start`, and repeats: choose the cells that are nearest to the surface, and fit it to
    these (least trimmed squares, Rousseeuw 1984).
    """
    surfaces = [[float(colour), 0.0, 0.0, 0.0, 0.0, 0.0] for colour in start]
    terms = np.stack([(term + 0 * x + 0 * y).reshape(-1) for term in (1, x, y, x * x, x * y, y * y)])
    size = terms.shape[1]
    before: NDArray[np.int64] | None = None
    for _ in range(STEPS):
        red, green, blue = (cells[:, :, i] - _evaluate(surfaces[i], x, y) for i in range(3))
        square = ((red * red + green * green) + blue * blue).reshape(-1)
        kept = np.sort(np.argsort(square, kind="stable")[: max(1, size * KEPT_TENTHS // 10)])
        if before is not None and np.array_equal(kept, before):
            break
        before = kept
        surfaces = [solve(terms[:, kept], cells[:, :, i].reshape(-1)[kept]) for i in range(3)]
    return surfaces


def _corner_colour(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64 (3,): for each colour the median over the four corners, an eighth of each side wide.

    Paper is likelier there than ink.
    """
    tall, wide = max(1, cells.shape[0] // 8), max(1, cells.shape[1] // 8)
    ends = np.concatenate([cells[:tall], cells[-tall:]])
    corners = np.concatenate([ends[:, :wide], ends[:, -wide:]], axis=1).reshape(-1, 3)
    return np.asarray(np.sort(corners, axis=0)[len(corners) // 2])


def _is_flat(rgb: NDArray[np.int32], colour: NDArray[np.int64]) -> bool:
    """Return whether the paper is one colour, as on a screen: much is of that colour, and little nearly so.

    Then ink may cover most of the picture, as in one that was cut out close to a thick digit.
    """
    off = np.abs(rgb - colour.astype(np.int32)).max(axis=2)
    same = int((off <= SAME).sum())
    return same * 10 >= off.size and same >= 2 * int(((off > SAME) & (off <= NEARLY)).sum())


def _evaluate(surface: list[float], x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.float64]:
    """Return the height of the surface at x, y, both in half cells from the middle."""
    a, b, c, d, e, f = surface
    return np.asarray(((((a + b * x) + c * y) + d * (x * x)) + e * (x * y)) + f * (y * y))


def _bridged(rest: NDArray[np.float64], side: int, reach: int) -> NDArray[np.float64]:
    """Return `rest`, float64 (rows, columns), without what lies on ink's `side` and is narrower than the reach."""
    grown = _highest(-side * rest, reach)
    return side * _highest(-grown, reach)


def _side_of_ink(cells: NDArray[np.int64], reach: int) -> int:
    """Return 1 where ink is lighter than the paper around it, -1 where it is darker, for int64 (rows, columns).

    Strokes are narrow, so cells on them differ more from their surroundings than the paper beside them does,
    and the sum of the cubes takes their sign. At the edge of a shadow the two sides cancel.
    """
    sums, counts = _around(cells, reach), _around(np.ones_like(cells), reach)
    difference = (cells * counts - sums) // counts
    return 1 if int((difference * difference * difference).sum()) > 0 else -1


def _around(values: NDArray[np.int64], reach: int) -> NDArray[np.int64]:
    """Return the sum over the square that reaches `reach` cells to all sides, cut off at the border."""
    for axis in (0, 1):
        lines = np.swapaxes(values, 0, axis)
        ends = np.concatenate([np.zeros_like(lines[:1]), np.cumsum(lines, axis=0)])
        place = np.arange(len(lines))
        sums = ends[np.minimum(place + reach + 1, len(lines))] - ends[np.maximum(place - reach, 0)]
        values = np.swapaxes(sums, 0, axis)
    return values


def _highest(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Return the maximum over the square that reaches `reach` cells to all sides, cut off at the border."""
    for axis in (0, 1):
        lines = np.swapaxes(values, 0, axis)
        highest = lines.copy()
        for step in range(1, min(reach, len(lines) - 1) + 1):
            np.maximum(highest[step:], lines[:-step], out=highest[step:])
            np.maximum(highest[:-step], lines[step:], out=highest[:-step])
        values = np.swapaxes(highest, 0, axis)
    return values


def _enlarged(values: NDArray[np.float64], cell: int, height: int, width: int) -> NDArray[np.float64]:
    """Return float64 (height, width): values of cells, interpolated between their centres, down and then across."""
    for axis, size in ((0, height), (1, width)):
        lines = np.swapaxes(values, 0, axis)
        place = np.clip((2 * np.arange(size) + 1 - cell) / (2 * cell), 0.0, len(lines) - 1.0)
        before = np.floor(place).astype(np.int64)
        after = np.minimum(before + 1, len(lines) - 1)
        part = (place - before)[:, None]
        values = np.swapaxes(lines[before] + (lines[after] - lines[before]) * part, 0, axis)
    return values
