"""Small sets of drawn digits as arrays, and a small network that has learned them. Made once a test run."""

from functools import cache

import numpy as np

from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import Strokes, parse_strokes, rasterize
from tests.drawings import drawing
from training import networks
from training.learning.fitting import EpochFigures, FitSettings, fit


@cache
def drawn(count: int, first: int = 0) -> list[Strokes]:
    """Return `count` drawings of each digit, digit by digit."""
    variants = range(first, first + count)
    return [parse_strokes(drawing(str(digit), variant)) for digit in range(10) for variant in variants]


@cache
def digits(count: int, first: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return `count` images of each digit, uint8 (n, 28, 28), and their classes."""
    images = np.array([normalize(rasterize(strokes)) for strokes in drawn(count, first)])
    return images, np.repeat(np.arange(10, dtype=np.uint8), count)


@cache
def fitted_small():
    """Return a small network fitted on 20 drawings of each digit, and its history."""
    network = networks.build("small", 10, seed=1)
    settings = FitSettings(epochs=8, batch_size=32, learning_rate=3e-3, seed=1)
    history: list[EpochFigures] = fit(network, digits(20), digits(4, first=100), settings)
    return network, history
