"""From a picture of a drawing to its ink, whatever the colours of pen and paper.

Ink is the distance from the paper (see `paper` beside this), in all colours at once; so light ink on dark, and red on
green, are as good as black on white. What is much fainter than the ink, like the lines of ruled paper, is left
out. The browser does the same to the same RGBA array, by the rules that `datasets.preprocessing.paper` gives.
"""

import numpy as np
from numpy.typing import NDArray

from datasets.errors import InvalidInput
from datasets.preprocessing.paper import Paper, paper_under, solve
from datasets.preprocessing.symbols import GRID, Box, cells_with_ink, label_pieces, piece_boxes

FAINTEST = 24.0  # less contrast than this is no ink (0 to 441, the diagonal of the RGB cube)
ABOVE_GRAIN = 12.0  # nor is less than so many times the deviation that two fifths of the picture stay below
LEVELS = (0.45, 0.6, 0.75)  # of full ink: what is fainter counts only beside ink that is not
SAFE = 0.8  # a line that varies about a level is in pieces there, and whole somewhat below
BESIDE = 1  # pixel: as far as antialiasing reaches; more would keep the stubs of crossing lines
ENOUGH = 50  # pixels inside strokes, to tell whether the ink is even
SPECK = 10  # a piece shorter than 1/10 of the longest is dust, unless it is a dot of a dotted line


def ink_from_rgba(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return uint8 (h, w), ink high, for a picture uint8 (h, w, 4) of red, green, blue, alpha.

    Transparency shows white; where that leaves nothing to see (white ink on nothing), black.
    Raises InvalidInput `blank_drawing`.
    """
    for backdrop in (255, 0):
        ink = _ink(_opaque(rgba, backdrop))
        if ink is not None:
            return ink
        if rgba[:, :, 3].min() == 255:
            break
    raise InvalidInput("blank_drawing", "The image is blank: expected ink on paper, received one even surface.")


def _opaque(rgba: NDArray[np.uint8], backdrop: int) -> NDArray[np.int32]:
    """Return int32 (h, w, 3): the picture over a white (255) or black (0) backdrop."""
    alpha = rgba[:, :, 3:].astype(np.int32)
    return (rgba[:, :, :3] * alpha + (backdrop * (255 - alpha) + 127)) // 255


def _ink(rgb: NDArray[np.int32]) -> NDArray[np.uint8] | None:
    """Return uint8 (h, w), or None when there is nothing but paper."""
    paper = paper_under(rgb)
    distance = _distance(rgb, paper)
    ordered = np.sort(distance, axis=None)
    top = float(ordered[-max(4, ordered.size // 8000)])  # a few pixels, which may be specks, have more
    grain = 0.0 if paper.is_flat else float(ordered[ordered.size * 2 // 5])
    if top < max(FAINTEST, ABOVE_GRAIN * grain):
        return None
    strongest = ordered[np.searchsorted(ordered, top / 2, side="right") :]
    coverage = distance / float(strongest[strongest.size * 3 // 4])
    coverage = coverage / _evenness(coverage)
    beside = _grown(_strong(coverage), BESIDE)
    return np.where(beside, np.floor(255 * np.minimum(coverage, 1.0) + 0.5), 0).astype(np.uint8)


def _distance(rgb: NDArray[np.int32], paper: Paper) -> NDArray[np.float64]:
    """Return float64 (h, w): how far each pixel is from the paper, 0 to 441; in poor light counted higher.

    Dark ink in the shade differs less from its paper, in proportion to the light there; light ink does not.
    """
    square, lighter, light = (np.zeros(rgb.shape[:2]) for _ in range(3))
    for channel in range(3):
        colour = paper.colour(channel)
        light += colour
        difference = np.subtract(rgb[:, :, channel], colour, out=colour)
        lighter += difference
        square += np.multiply(difference, difference, out=difference)
    brightest = float(light.max())
    shade = brightest / np.maximum(light, brightest / 4 + 1)
    distance = np.sqrt(square)
    return np.where(lighter < 0, distance * shade, distance)


def _evenness(coverage: NDArray[np.float64]) -> NDArray[np.float64] | float:
    """Return float64 (h, w), about 1: how strong the ink is here, against the ink of the whole picture.

    A plane through the pixels inside strokes: light ink on dark paper is darker in the shade.
    """
    inside = ~_grown(~(coverage > LEVELS[0]), 1)
    rows, columns = np.nonzero(inside)
    if rows.size < ENOUGH:
        return 1.0
    height, width = coverage.shape
    x, y = 2 * np.arange(width) - (width - 1), 2 * np.arange(height) - (height - 1)
    values = np.floor(255 * coverage[inside] + 0.5).astype(np.int64)
    a, b, c = solve(np.stack([np.ones_like(rows), x[columns], y[rows]]), values)
    plane = (a + b * x[None, :]) + c * y[:, None]
    return np.asarray(np.clip(plane / (int(values.sum()) / rows.size), 0.5, 1.5))


def _strong(coverage: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return bool (h, w): the pixels that are ink for sure, without specks.

    Where something nearly as strong as the ink crosses the whole picture (the lines of ruled paper), only what
    is stronger counts, unless that crosses it too.
    """
    for margin in (SAFE, 1.0):
        for level in LEVELS:
            if not _crosses(coverage > margin * level):
                return _without_specks(coverage > level)
    return _without_specks(coverage > LEVELS[0])


def _crosses(marked: NDArray[np.bool_]) -> bool:
    """Return whether a piece reaches from one side of the picture to the opposite one."""
    pieces, boxes = _pieces(marked)
    return any(box.width == pieces.shape[1] or box.height == pieces.shape[0] for box in boxes)


def _without_specks(marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return `marked` without pieces far smaller than the largest, unless neighbours lead from them to a larger one."""
    pieces, boxes = _pieces(marked)
    lengths = [max(box.width, box.height) for box in boxes]
    longest = max(lengths, default=0)
    kept_labels = {label for label, length in enumerate(lengths, start=1) if length * SPECK >= longest}
    waiting = {
        label: _neighbours(pieces, box, reach=length)
        for label, (box, length) in enumerate(zip(boxes, lengths, strict=True), start=1)
        if label not in kept_labels
    }
    while reached := {label for label, neighbours in waiting.items() if neighbours & kept_labels}:
        kept_labels |= reached
        waiting = {label: neighbours for label, neighbours in waiting.items() if label not in reached}
    keep = np.array([label in kept_labels for label in range(len(boxes) + 1)])
    cell = _cell(marked)
    kept = np.repeat(np.repeat(keep[pieces], cell, axis=0), cell, axis=1)
    return marked & kept[: marked.shape[0], : marked.shape[1]]


def _neighbours(pieces: NDArray[np.int64], box: Box, reach: int) -> set[int]:
    """Return the labels of the pieces within `reach` cells of a box; 0 is what is none."""
    top, left = max(0, box.y - reach), max(0, box.x - reach)
    return set(pieces[top : box.y + box.height + reach, left : box.x + box.width + reach].ravel().tolist())


def _pieces(marked: NDArray[np.bool_]) -> tuple[NDArray[np.int64], list[Box]]:
    """Return the pieces, as cells numbered from 1, and the box of each, in cells."""
    pieces, count = label_pieces(cells_with_ink(marked, _cell(marked)))
    return pieces, piece_boxes(pieces, count)


def _cell(marked: NDArray[np.bool_]) -> int:
    return -(-max(marked.shape) // GRID)


def _grown(marked: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Return `marked` with each pixel grown into a square that reaches `reach` pixels to all sides."""
    for axis in (0, 1):
        lines = np.swapaxes(marked, 0, axis)
        grown = lines.copy()
        for step in range(1, min(reach, len(lines) - 1) + 1):
            grown[step:] |= lines[:-step]
            grown[:-step] |= lines[step:]
        marked = np.swapaxes(grown, 0, axis)
    return marked
