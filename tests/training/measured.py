"""Versions as a run leaves them: with figures, predictions and drawings that they were tested on."""

import hashlib
from typing import Any

import numpy as np

from tests.training.factories import bars_and_rings, make_drawing, make_version
from training.judging.evaluation import evaluate, worst_mistakes
from training.models import ModelVersion
from training.registration import predictions_file
from training.selection import CLASSES, Selection
from training.versions import artifacts, registry

LAYERS = [
    {
        "part": "trunk",
        "kind": "Conv2D",
        "settings": {"filters": 16, "kernel_size": [3, 3]},
        "output": [26, 26, 16],
        "trainable": 160,
        "non_trainable": 0,
    },
    {
        "part": "head",
        "kind": "Dense",
        "settings": {"units": 10, "activation": "softmax"},
        "output": [10],
        "trainable": 108170,
        "non_trainable": 7,
    },
]
POINT = {"amount": 0.0, "n": 10, "accuracy": 0.9, "interval": [0.6, 0.98]}
EPOCH = {"loss": 0.5, "accuracy": 0.9, "validation_loss": 0.4, "validation_accuracy": 0.876, "seconds": 3}


def drawings_to_test(count: int = 2, **fields: Any) -> Selection:
    """Create `count` approved drawings of each digit, and return them as a network reads them."""
    pictures = [(label, ink) for label, ink in bars_and_rings(count, 5) if label != "not-a-digit"]
    drawings = [make_drawing(label, "test", ink=ink, **fields) for label, ink in pictures]
    return Selection(
        images=np.array([ink for _, ink in pictures]),
        classes=np.array([int(label) for label, _ in pictures], np.uint8),
        hashes=[drawing.content_hash for drawing in drawings],
        sources=["test"] * len(drawings),
        same_hand=np.zeros(len(drawings), bool),
        strokes=[],
    )


def answers(test: Selection, wrong: dict[int, int] | None = None) -> np.ndarray:
    """Return probabilities (n, 10) that name the truth, but another class at the indices `wrong`."""
    named = test.classes.astype(int)
    for index, answer in (wrong or {}).items():
        named[index] = answer
    probabilities = np.full((len(test), 10), 0.01, np.float32)
    probabilities[np.arange(len(test)), named] = 0.91
    return probabilities


def make_measured(
    test: Selection, wrong: dict[int, int] | None = None, *, publish: bool = False, **fields: Any
) -> ModelVersion:
    """Register a digits version that got the drawings `wrong` (index to answer) wrong."""
    probabilities = answers(test, wrong)
    content = predictions_file(probabilities, test)
    path, sha256 = artifacts.write(f"tests/{hashlib.sha256(content).hexdigest()}.npz", content)
    mistakes = worst_mistakes(probabilities, test.classes, test.hashes, 10)
    metrics = {
        **evaluate(probabilities, test.classes).to_json(),
        "classes": CLASSES["digits"],
        "by_source": {"test": evaluate(probabilities, test.classes).to_json()},
        "worst": [vars(mistake) for mistake in mistakes],
        "layers": LAYERS,
        "parameters": {"trainable": 108330, "non_trainable": 7},
        "milliseconds": 0.08,
        "robustness": {"rotation": [POINT], "shift": [POINT], "zoom": [POINT], "pen": []},
        "history": [{"epoch": 1, **EPOCH}, {"epoch": 2, **EPOCH}],
        "export": {"tflite_bytes": 142320, "keras_bytes": 606555},
        "training_images": 250752,
    }
    version = make_version(
        **{
            "metrics": {**metrics, **fields.pop("metrics", {})},
            "predictions_path": path,
            "predictions_sha256": sha256,
            "card": "# digits\n\n## Made of\n\n| a | b |\n| --- | --- |\n| 1 | <script>alert(1)</script> |",
            "config": {"epochs": 2, "augmentation": {"rotation": 15.0}},
            **fields,
        }
    )
    if publish:
        registry.publish(version, reason="for a test")
    return version
