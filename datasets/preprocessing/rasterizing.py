"""The ink of one stroke, by the distance of each pixel from the pen's path.

The arithmetic has a twin in JavaScript and the two agree to the bit, so the order of the operations is part
of the contract: change neither alone, and raise `normalization.PREPROCESSING_VERSION` when both change.

Per pixel and segment from (ax, ay) to (bx, by), in float64 and in this order (`+ - * /` and `sqrt` are
rounded correctly in NumPy and in JavaScript alike; `hypot`, `pow` and fused operations are not, so none is
used):

    dx = bx - ax            dy = by - ay            square = dx * dx + dy * dy
    px = (column + 0.5) - ax                        py = (row + 0.5) - ay
    t = clamp((px * dx + py * dy) / square, 0, 1)   (0 where square is 0)
    ex = px - t * dx        ey = py - t * dy        distance = sqrt(ex * ex + ey * ey)
    ink = floor(255 * clamp((pen / 2 + 0.5) - distance, 0, 1) + 0.5)

A stroke's ink is the maximum over its segments. Here that is found by the least squared distance: everything
after it is monotonic, so the result is the same. A segment is looked at only in the box that it can reach;
outside, its ink is 0, so the size of the box is not part of the contract.
"""

import numpy as np
from numpy.typing import NDArray


def segments_of(points: tuple[tuple[float, ...], ...]) -> NDArray[np.float64]:
    """Return float64 (n, 4): ax, ay, bx, by of each segment; a single point is one segment of length 0."""
    path = np.array([point[:2] for point in points], dtype=np.float64)
    if len(path) == 1:
        path = np.repeat(path, 2, axis=0)
    return np.hstack([path[:-1], path[1:]])


def boxes_of(segments: NDArray[np.float64], pen: float, width: int, height: int) -> NDArray[np.int64]:
    """Return int64 (n, 4): left, top, right, bottom (exclusive) of the pixels each can reach, clipped."""
    reach = pen / 2 + 0.5
    low = np.floor(np.minimum(segments[:, :2], segments[:, 2:]) - reach)
    high = np.floor(np.maximum(segments[:, :2], segments[:, 2:]) + reach) + 1
    size = np.array([width, height], dtype=np.float64)
    return np.hstack([np.clip(low, 0, size), np.clip(high, 0, size)]).astype(np.int64)


def draw(canvas: NDArray[np.uint8], points: tuple[tuple[float, ...], ...], pen: float, erase: bool) -> None:
    """Add one stroke to `canvas`, uint8 (height, width), ink high, in place; or take it away.

    A drawing stroke leaves max(before, ink), an erasing one min(before, 255 - ink).
    """
    height, width = canvas.shape
    segments = segments_of(points)
    boxes = boxes_of(segments, pen, width, height)
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    if right <= left or bottom <= top:
        return
    nearest = np.full((bottom - top, right - left), np.inf)
    boxes -= np.array([left, top, left, top])
    columns, rows = np.arange(left, right) + 0.5, np.arange(top, bottom) + 0.5
    _measure(nearest, segments, boxes, columns, rows[:, None])
    coverage = np.clip((pen / 2 + 0.5) - np.sqrt(nearest), 0.0, 1.0)
    ink = np.floor(255 * coverage + 0.5).astype(np.uint8)
    area = canvas[top:bottom, left:right]
    if erase:
        np.minimum(area, 255 - ink, out=area)
    else:
        np.maximum(area, ink, out=area)


def _measure(
    nearest: NDArray[np.float64],
    segments: NDArray[np.float64],
    boxes: NDArray[np.int64],
    columns: NDArray[np.float64],
    rows: NDArray[np.float64],
) -> None:
    """Lower `nearest`, float64 (h, w), to the squared distance from the nearest segment, in place."""
    for (ax, ay, bx, by), (x0, y0, x1, y1) in zip(segments.tolist(), boxes.tolist(), strict=True):
        if x1 <= x0 or y1 <= y0:
            continue
        dx, dy = bx - ax, by - ay
        square = dx * dx + dy * dy
        px, py = columns[x0:x1] - ax, rows[y0:y1] - ay
        if square > 0:
            t = px * dx + py * dy
            t /= square
            np.clip(t, 0.0, 1.0, out=t)
            px, py = px - t * dx, py - t * dy
        area = nearest[y0:y1, x0:x1]
        np.minimum(area, px * px + py * py, out=area)
