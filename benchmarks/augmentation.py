"""Augmented images a second in one process, against the images a second that fitting consumes."""

import time
from statistics import median

import numpy as np

from benchmarks import site
from benchmarks.report import Figure
from training import networks
from training.augmenting.augmentation import Augmentation, augment_images
from training.learning.fitting import FitSettings, fit

IMAGES = 1_000
COPIES = 10
FIT_IMAGES = 6_000  # an epoch of a few seconds
ARCHITECTURE = "four-conv"  # 594,922 parameters


def run() -> list[Figure]:
    images = site.pictures(IMAGES)
    rates = []
    for seed in range(4):
        started = time.perf_counter()
        augmented = augment_images(images, copies=COPIES, seed=seed, settings=Augmentation())
        rates.append(len(augmented) / (time.perf_counter() - started))
    produced = median(rates[1:])
    consumed = _fitted_images_per_second(augmented[:FIT_IMAGES])
    return [Figure("affine augmentation, one process", produced, "images/s", ("fitting", consumed), at_least=5)]


def _fitted_images_per_second(images: np.ndarray) -> float:
    """Return the rate of the second epoch: the first one also compiles."""
    classes = np.arange(len(images), dtype=np.uint8) % 10
    network = networks.build(ARCHITECTURE, 10)
    settings = FitSettings(epochs=3, batch_size=128)
    history = fit(network, (images, classes), (images[:100], classes[:100]), settings)
    return len(images) / min(epoch.seconds for epoch in history[1:])
