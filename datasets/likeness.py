"""Which drawings are nearly the same picture. NumPy only.

Two people's sevens differ: of 11,000 UNIPEN digits by 200 people, and of the 10,000 that test on MNIST, no eight are
that alike, but the straight lines. A drawing that is sent again and again with a tremble in it is. A straight line is
left out: it looks like any other.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from datasets.preprocessing.normalization import SIDE

LIKENESS = 0.97  # cosine of two pictures
STRAIGHT = 0.2  # of the ink's length, its width
ROWS = 1000  # compared with all others at a time
MOST_CLUSTERS = 50

Floats = NDArray[np.float32]


def clusters(images: NDArray[np.uint8], smallest: int) -> Iterator[NDArray[np.intp]]:
    """Yield the places of at least `smallest` pictures that are all like one of them, the largest cluster first.

    `images`: uint8 (n, 28, 28), ink high. No picture is in two clusters; some may be in none.
    """
    bent = np.flatnonzero(~_straight(images)) if len(images) else np.empty(0, np.intp)
    looks = _looks(images[bent])
    alike = np.concatenate(
        [(looks[i : i + ROWS] @ looks.T > LIKENESS).sum(1) for i in range(0, len(bent), ROWS)] or [[]]
    )
    free = alike >= smallest
    for _ in range(MOST_CLUSTERS):
        if not free.any():
            return
        leader = int(np.argmax(np.where(free, alike, 0)))
        members = (looks @ looks[leader] > LIKENESS) & free
        free[members] = False
        free[leader] = False
        if members.sum() >= smallest:
            yield bent[members]


def _looks(images: NDArray[np.uint8]) -> Floats:
    """Return means of 2 x 2 pixels, of length 1: float32 (n, 196)."""
    means = images.reshape(-1, 14, 2, 14, 2).mean((2, 4), dtype=np.float32).reshape(len(images), 196)
    return means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)


def _straight(images: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return whether the ink lies along a line: its spread across is small beside that along."""
    y, x = np.mgrid[:SIDE, :SIDE].reshape(2, SIDE * SIDE).astype(np.float32)
    of_pixel = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)
    moments = images.reshape(-1, SIDE * SIDE).astype(np.float32) @ of_pixel
    _, mx, my, mxx, myy, mxy = (moments / np.maximum(moments[:, :1], 1)).astype(np.float64).T
    xx, yy, xy = mxx - mx * mx, myy - my * my, mxy - mx * my
    root = np.sqrt(((xx - yy) / 2) ** 2 + xy * xy)
    across, along = np.maximum((xx + yy) / 2 - root, 0), (xx + yy) / 2 + root
    return np.sqrt(across / np.maximum(along, 1e-6)) < STRAIGHT
