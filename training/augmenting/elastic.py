"""Elastic distortion (Simard, Steinkraus and Platt 2003): a drawing on a sheet of rubber that is pulled here and there.

The sheet is pulled at the knots of a grid over the drawing; between them it gives way smoothly. The same pull moves the
points of strokes, or the pixels of an image.
"""

import numpy as np
import numpy.typing as npt

KNOTS = 5  # of the grid, across and down

Floats = npt.NDArray[np.floating]


def pulls(generator: np.random.Generator, count: int, most: float) -> Floats:
    """Return `count` pulls at all knots, (count, KNOTS * KNOTS, 2), of at most `most` along each axis.

    On the whole a drawing stays where it is.
    """
    drawn = generator.uniform(-most, most, (count, KNOTS * KNOTS, 2))
    return drawn - drawn.mean(axis=1, keepdims=True)


def shares(places: Floats) -> Floats:
    """Return how much each place, (n, 2) in 0..1, gives way to the pull at each knot: (n, KNOTS * KNOTS)."""
    along = np.clip(places, 0, 1)[:, :, None] * (KNOTS - 1) - np.arange(KNOTS)
    near = np.where(np.abs(along) < 1, (1 + np.cos(np.pi * along)) / 2, 0.0)  # smooth, and 1 in all
    return (near[:, 1, :, None] * near[:, 0, None, :]).reshape(len(places), KNOTS * KNOTS)
