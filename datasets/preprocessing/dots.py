"""Whether a drawing is a single dot: a slip of the finger, of which normalization would make a large disk.

A period has the extent of the pen. A dash does not, nor does a tiny 1: both are longer than the pen is wide, and are no
dots. A picture does not say how wide its pen was; there a dot is what is about as long as wide, and full of ink.

No Django import: see `datasets.preprocessing.contents`.
"""

import numpy as np
from numpy.typing import NDArray

from datasets.preprocessing.symbols import Box

# Measured: a tap that slides by half a pen's width has an extent of 1.5 pens and, at a slant, 0.55 of its box full.
LARGEST_IN_PENS = 1.5
SMOOTH = 1  # pixels that the soft edge of a thin pen adds
FULL_OF_TAP = 0.5
# Of 10,000 digits of MNIST, where pens are thick, one is as round and as full: a 3 that has run together. A disk of
# ink fills 0.76 of its box, soft edges included.
LONGEST_OF_DISK = 1.4  # times as long as wide
FULL_OF_DISK = 0.68


def is_dot(ink: NDArray[np.uint8], box: Box, pen: float | None = None) -> bool:
    """Return whether the symbol in `box` of `ink`, uint8 (h, w), ink high, is a dot.

    `pen` is the diameter of the widest pen that has drawn, in pixels; None where nobody knows.
    """
    longest, shortest = max(box.width, box.height), min(box.width, box.height)
    inside = ink[box.y : box.y + box.height, box.x : box.x + box.width]
    full = inside.sum(dtype=np.int64) / (255 * box.width * box.height)
    if pen is None:
        return bool(longest <= LONGEST_OF_DISK * shortest and full >= FULL_OF_DISK)
    return bool(longest <= LARGEST_IN_PENS * pen + SMOOTH and full >= FULL_OF_TAP)
