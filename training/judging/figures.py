"""The figures of a version: everything that its pages show, worked out once, where it is trained.

They are kept as JSON with the version, because a web process has no TensorFlow, and no time.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from datasets.models import DatasetVersion, Split
from training import selection
from training.judging import layers, perturbation
from training.judging.evaluation import evaluate, worst_mistakes
from training.judging.gatekeeping import Answers
from training.judging.litert import LiteRTNetwork
from training.selection import CLASSES, Selection

if TYPE_CHECKING:
    import keras

MOST_PERTURBED = 500  # test drawings: some 15,000 readings, a quarter of a minute with the drawing
MOST_MISTAKES = 48
SEED = 28


def measured(network: str, tflite: bytes, answers: Answers, test: Selection, sample: Selection) -> dict[str, Any]:
    """Return how good a version is: on all test drawings, and on a sample of them after changes."""
    probabilities = answers.probabilities
    mistakes = worst_mistakes(probabilities, test.classes, test.hashes, MOST_MISTAKES)
    return {
        **evaluate(probabilities, test.classes).to_json(),
        "classes": CLASSES[network],
        "by_source": by_source(probabilities, test),
        "milliseconds": answers.milliseconds,
        "worst": [asdict(mistake) for mistake in mistakes],
        "robustness": perturbation.measure(LiteRTNetwork(tflite), sample, SEED).to_json(),
    }


def made_of(network: "keras.Model") -> dict[str, Any]:
    """Return the layers of a network and what they have learned, in numbers."""
    return {"layers": layers.describe(network), "parameters": layers.parameters(network)}


def data_of(version: DatasetVersion) -> dict[str, Any]:
    """Return which drawings a version was made of and tested on."""
    return {
        "dataset": version.number,
        "sources": version.sources,
        "counts": version.counts,
        "manifest_sha256": version.manifest_sha256,
    }


def sample_of(version: DatasetVersion, network: str) -> Selection:
    """Return some test drawings with their strokes, always the same of one dataset version."""
    items = selection.items_for(version, network, Split.TEST)
    positions = np.array(items.values_list("position", flat=True))
    some = np.random.default_rng(SEED).permutation(positions)[:MOST_PERTURBED]
    return selection.load(items.filter(position__in=some.tolist()), network, with_strokes=True)


def by_source(probabilities: npt.NDArray[np.float32], test: Selection) -> dict[str, dict[str, Any]]:
    """Return the metrics of each source's test drawings alone; "same hand" stands apart."""
    sources = np.array(test.source_names())
    return {
        str(source): evaluate(probabilities[sources == source], test.classes[sources == source]).to_json()
        for source in np.unique(sources)
    }
