"""From the 60,000 digits of MNIST to 99.5% on its test digits within five minutes on two cores, augmentation included.

A fixed recipe, tested once, at its end, through the exported artifact: what it gave is printed at once. Then, in the
same run, the curve of the older apps' recipe: the network of 594,922 parameters at a rate that stays, a new copy of
each digit in every epoch, 15 epochs, tested and printed after each. It is stopped when it has had ten times as long.

Only two cores are used, however many there are. The minutes mean something when nobody else works on them: what others
took meanwhile is printed beside them. `five-minutes=1` leaves the older recipe out.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import psutil

from benchmarks import digits
from benchmarks.report import Figure
from training import networks
from training.augmenting.augmentation import Augmentation, augment_images
from training.augmenting.configuration import RunConfig
from training.judging.litert import LiteRTNetwork
from training.learning.export import export
from training.learning.feeding import Labelled
from training.learning.fitting import FitSettings, fit
from training.pipeline import fit_settings

CORES = 2
MINUTES = 5
MOST_WRONG = 50  # of 10,000: 99.5% are right
ARCHITECTURE = "light"
RECIPE = RunConfig(
    epochs=6,
    copies=0,  # the copies are made below: each epoch sees others
    batch_size=96,
    learning_rate=4e-3,
    label_smoothing=0.02,
    augmentation=Augmentation(rotation=10, zoom=0.1, shear=0.1, shift=2.0),
)
OLDER_AUGMENTATION = Augmentation(rotation=10, zoom=0.1, shear=0.0, shift=2.8)  # of their image generators
OLDER = FitSettings(
    epochs=15,
    optimizer="adam",
    one_cycle=False,
    learning_rate=1e-3,
    label_smoothing=0.0,
    patience=15,
    images_per_epoch=55_000,
)


def run(recipes: int = 2) -> Iterator[Figure]:
    """Measure ours, and with two recipes the older one as well."""
    _use_two_cores()
    data = digits.load()
    began, others = time.monotonic(), _seconds_of_others()
    wrong = _ours(data)
    seconds, others = time.monotonic() - began, _seconds_of_others() - others
    yield Figure("the fixed recipe, tested once: wrong of 10,000", wrong, "digits", at_most=MOST_WRONG)
    yield Figure("the fixed recipe, augmentation, export and test included", seconds / 60, "min", at_most=MINUTES)
    yield Figure("meanwhile others took of the processor", others / 60, "min")
    if recipes > 1:
        _older(data, wrong, 10 * seconds / 60)


def _ours(data: dict[str, Labelled]) -> int:
    """Augment, fit, export; return how many test digits what was exported reads wrongly."""
    train = _copies(data["train"], RECIPE.augmentation, RECIPE.epochs)
    settings = replace(fit_settings(RECIPE), images_per_epoch=len(data["train"][1]))
    network = networks.build(ARCHITECTURE, 10, seed=RECIPE.seed)
    fit(network, train, data["validation"], settings)
    lite = LiteRTNetwork(export(network, data["validation"][0]).tflite_bytes)
    return digits.wrong(lite.predict_many(data["test"][0]), data["test"])


def _older(data: dict[str, Labelled], ours: int, minutes: float) -> None:
    """Print how the older recipe reads the test digits after each of its epochs, for so many minutes at most."""

    def show(epoch: int, passed: float, wrong: int) -> None:
        name = f"the older recipe after epoch {epoch}, {passed:.1f} min"
        print(Figure(name, wrong, "digits", ("ours", ours)).line(), flush=True)

    began = time.monotonic()
    train = _copies(data["train"], OLDER_AUGMENTATION, OLDER.epochs)
    network = networks.build("four-conv", 10, seed=1)
    digits.fit_and_show(network, train, data, OLDER, show, began=began, minutes=minutes)


def _copies(data: Labelled, settings: Augmentation, epochs: int) -> Labelled:
    """Return another copy of each digit for each epoch."""
    images, classes = data
    made = [augment_images(images, copies=1, seed=(1, epoch), settings=settings) for epoch in range(epochs)]
    return np.concatenate(made), np.tile(classes, epochs)


def _use_two_cores() -> None:
    """Keep this process on two cores; before TensorFlow is imported, which has a thread for each that it finds."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])


def _seconds_of_others() -> float:
    """Return the processor time that went to others so far, on this machine and to those that it shares a host with."""
    machine, own = psutil.cpu_times(), psutil.Process().cpu_times()
    idle = machine.idle + getattr(machine, "iowait", 0.0)
    guests = getattr(machine, "guest", 0.0) + getattr(machine, "guest_nice", 0.0)  # within user and nice as well
    return float(sum(machine) - guests - idle - own.user - own.system)
