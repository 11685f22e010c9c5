"""MNIST for the benchmarks that train: its digits in three parts, and how a fit goes on them, epoch by epoch."""

import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from datasets.importers import mnist
from tests.paths import shared_data
from training.errors import Cancelled
from training.learning.epochs import EpochFigures
from training.learning.feeding import Labelled, as_floats
from training.learning.fitting import FitSettings, fit

if TYPE_CHECKING:
    import keras

Show = Callable[[int, float, int], object]
"""Gets the number of an epoch, the minutes so far, and how many of the 10,000 test digits are then read wrongly."""


def load() -> dict[str, Labelled]:
    """Return the 55,000 digits to train on, the 5,000 to validate on and the 10,000 to test on."""
    return {split: _digits(split) for split in ("train", "validation", "test")}


def wrong(answers: np.ndarray, test: Labelled) -> int:
    """Return how many digits are read wrongly, out of probabilities `(n, 10)`."""
    return int((answers.argmax(axis=1) != test[1]).sum())


def fit_and_show(
    network: "keras.Model",
    train: Labelled,
    data: dict[str, Labelled],
    settings: FitSettings,
    show: Show,
    *,
    began: float,
    minutes: float = float("inf"),
) -> None:
    """Fit, test after each epoch and tell, for so many minutes at most since `began` (of `time.monotonic`)."""

    def measure(figures: EpochFigures) -> bool:
        answers = network.predict(as_floats(data["test"][0]), batch_size=512, verbose=0)
        passed = (time.monotonic() - began) / 60
        show(figures.epoch, passed, wrong(answers, data["test"]))
        return passed < minutes

    with contextlib.suppress(Cancelled):
        fit(network, train, data["validation"], settings, on_epoch=measure)


def _digits(split: str) -> Labelled:
    found = [record for record in mnist.read(shared_data("mnist")) if getattr(record, "split", "") == split]
    images = np.array([record.normalized for record in found])
    return images, np.array([int(record.label) for record in found], np.uint8)
