"""What needs no network at all: the nearest neighbours of the pixels, and a logistic regression on them.

How many neighbours, and how strong the regularization, is chosen on validation.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.architectures import everything
from benchmarks.quality.bench import Bench, Figures, Part
from benchmarks.quality.drawings import Drawings
from benchmarks.quality.markdown import table, with_interval
from training.judging.evaluation import wilson_interval

NEIGHBOURS = (1, 3, 5)
STRENGTHS = (0.003, 0.03)  # scikit-learn's C
MOST_STEPS = 150

Reader = Callable[[NDArray[np.float32]], NDArray[np.integer]]


def measure(bench: Bench) -> Figures:
    train, validation = everything(bench, "train"), everything(bench, "validation")
    found: Figures = {"training": len(train)}
    for name, readers in (("nearest neighbours", _neighbours(train)), ("logistic regression", _logistic(train))):
        began = time.monotonic()
        scored = [(_right(read, validation), amount, read) for amount, read in readers]
        _, amount, best = max(scored, key=lambda each: each[0])
        found[name] = {
            "chosen": amount,
            "right": {name: _measured(best, drawings) for name, drawings in bench.test_sets().items()},
            "seconds": round(time.monotonic() - began),
        }
    return found


def _neighbours(train: Drawings) -> list[tuple[str, Reader]]:
    from sklearn.neighbors import KNeighborsClassifier

    return [
        (
            f"{count} neighbours",
            KNeighborsClassifier(count, algorithm="brute").fit(pixels(train), train.classes).predict,
        )
        for count in NEIGHBOURS
    ]


def _logistic(train: Drawings) -> list[tuple[str, Reader]]:
    from sklearn.linear_model import LogisticRegression

    return [
        (f"C = {c}", LogisticRegression(C=c, max_iter=MOST_STEPS).fit(pixels(train), train.classes).predict)
        for c in STRENGTHS
    ]


def pixels(drawings: Drawings) -> NDArray[np.float32]:
    return (drawings.images.reshape(len(drawings), -1) / 255).astype(np.float32)


def _right(read: Reader, drawings: Drawings) -> int:
    return int((read(pixels(drawings)) == drawings.classes).sum())


def _measured(read: Reader, drawings: Drawings) -> dict[str, Any]:
    right = _right(read, drawings)
    return {"accuracy": right / len(drawings), "interval": wilson_interval(right, len(drawings))}


def show(figures: Figures) -> str:
    methods = {name: found for name, found in figures.items() if isinstance(found, dict)}
    rows = [
        [name, found["chosen"], *(with_interval(one["accuracy"], one["interval"]) for one in found["right"].values())]
        for name, found in methods.items()
    ]
    sets = list(next(iter(methods.values()))["right"])
    about = f"Pixels of {figures['training']:,} drawings, no augmentation."
    return f"{about}\n\n{table(['method', 'chosen on validation', *sets], rows)}"


PART = Part("baselines", "Simple baselines", measure, show, trains=True)
