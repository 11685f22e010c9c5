"""What a fit is fed with: batches of floats out of arrays of bytes, balanced over the classes.

Images stay `uint8`, in memory or memory-mapped, until they are in a batch: 700,000 of them take 550 MB.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.augmenting.configuration import Balance

if TYPE_CHECKING:
    import keras

LARGEST_CLASS_WEIGHT = 10.0  # a class of a few drawings must not shake the whole network
FEATURES_AT_ONCE = 512

Floats = npt.NDArray[np.float32]
Inputs = npt.NDArray[np.uint8] | npt.NDArray[np.float16]
"""Images `uint8 (n, 28, 28)`, 0..255, or a frozen trunk's features of them, `float16 (n, f)`."""
Labelled = tuple[Inputs, npt.NDArray[np.integer]]
"""Inputs and their classes `(n,)`, 0..c-1."""


def batches(
    data: Labelled, size: int, classes: int, seed: int, *, balance: str = Balance.WEIGHTS, skip: int = 0
) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Yield inputs, one-hot classes and weights for ever, without the first `skip` batches.

    Every drawing comes once before any comes again; with balanced sampling, drawings of small classes come more often.
    """
    inputs, labels = data
    shares = class_weights(labels, classes)
    weights = shares if balance == Balance.WEIGHTS else np.ones_like(shares)
    for order in _orders(labels, shares, seed, balance):
        for start in range(0, len(order) - size + 1, size):
            if skip:
                skip -= 1
                continue
            chosen = order[start : start + size]
            yield as_floats(inputs[chosen]), one_hot(labels[chosen], classes), weights[labels[chosen]]


def _orders(
    labels: npt.NDArray[np.integer], shares: Floats, seed: int, balance: str
) -> Iterator[npt.NDArray[np.integer]]:
    """Yield for ever which drawings make an epoch, in order."""
    generator = np.random.default_rng(seed)
    if balance != Balance.SAMPLING:
        while True:
            yield generator.permutation(len(labels))
    bounds = np.cumsum(shares[labels], dtype=np.float64)
    while True:
        yield np.searchsorted(bounds, generator.uniform(0, bounds[-1], len(labels)), side="right")


def class_weights(labels: npt.NDArray[np.integer], classes: int) -> Floats:
    """Return weights `float32 (classes,)` under which every class counts the same, and a drawing 1 on average.

    No class is raised above 10 times.
    """
    counts = np.bincount(labels, minlength=classes)
    present = int((counts > 0).sum())
    weights = len(labels) / (present * np.maximum(counts, 1))
    return np.minimum(weights, LARGEST_CLASS_WEIGHT).astype(np.float32)


def as_floats(inputs: Inputs) -> Floats:
    """Return images as `float32 (n, 28, 28, 1)`, 0..255; features as `float32 (n, f)`."""
    return (inputs[..., None] if inputs.ndim == 3 else inputs).astype(np.float32)


def one_hot(labels: npt.NDArray[np.integer], classes: int) -> Floats:
    return np.eye(classes, dtype=np.float32)[labels]


def features(trunk: "keras.Model", data: Labelled, on_batch: Callable[[float], None]) -> Labelled:
    """Return what a frozen trunk makes of images, so that it runs once and not once an epoch. Tells the share done.

    Half precision is plenty to train a head on, and takes less room than the images for up to 392 features.
    """
    images, labels = data
    made = np.empty((len(images), trunk.output_shape[-1]), np.float16)
    for start in range(0, len(images), FEATURES_AT_ONCE):
        part = slice(start, start + FEATURES_AT_ONCE)
        made[part] = trunk.predict_on_batch(as_floats(images[part]))
        on_batch(min(1.0, part.stop / len(images)))
    return made, labels
