"""Images a second that a fit learns from, with and without bfloat16, against Keras' own normalization in float32.

And without oneDNN, which TensorFlow leaves off by itself on processors without instructions for neural networks: it
decides when it is loaded, so that is measured in a process of its own, in turns with the others.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from statistics import median
from unittest import mock

import numpy as np

from benchmarks import site
from benchmarks.report import Figure
from training import networks
from training.learning import fitting
from training.learning.fitting import FitSettings, fit

IMAGES = 6_000
ROUNDS = 4  # in turns: a machine that slows down slows both
ARCHITECTURES = ("light", "wide")


def run() -> Iterator[Figure]:
    images = _images()
    for architecture in ARCHITECTURES:
        quick, single, plain, without = [], [], [], []
        for _ in range(ROUNDS):
            quick.append(_images_per_second(architecture, images))
            with mock.patch.object(fitting, "bfloat16_where_quicker", nullcontext):
                single.append(_images_per_second(architecture, images))
                with mock.patch.object(fitting, "quick_twin", lambda network: network):
                    plain.append(_images_per_second(architecture, images))
            without.append(_without_onednn(architecture))
        baseline = ("with Keras' normalization, in float32", median(plain))
        yield Figure(f"a fit of {architecture}", median(quick), "images/s", baseline)
        yield Figure(f"a fit of {architecture}, in float32", median(single), "images/s", baseline)
        yield Figure(f"a fit of {architecture}", median(quick), "images/s", ("without oneDNN", median(without)))


def main(architecture: str) -> None:
    print(_images_per_second(architecture, _images()))


def _images() -> np.ndarray:
    return np.resize(site.pictures(1_000), (IMAGES, 28, 28))


def _without_onednn(architecture: str) -> float:
    """Return the rate of a fit, all else as it is on the site, in a process whose TensorFlow has no oneDNN."""
    code = f"import django; django.setup(); import {__name__} as it; it.main({architecture!r})"
    environment = {**os.environ, "TF_ENABLE_ONEDNN_OPTS": "0"}
    made = subprocess.run([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, check=True)
    return float(made.stdout.splitlines()[-1])


def _images_per_second(architecture: str, images: np.ndarray) -> float:
    """Return the rate of the second epoch: the first one also compiles."""
    classes = np.arange(len(images), dtype=np.uint8) % 10
    network = networks.build(architecture, 10)
    history = fit(network, (images, classes), (images[:100], classes[:100]), FitSettings(epochs=2))
    return len(images) / history[1].seconds
