"""Rows for the tests of training."""

from typing import Any

import numpy as np

from datasets.models import Contributor, Drawing, DrawingContent
from datasets.preprocessing.normalization import PREPROCESSING_VERSION
from training.models import ModelVersion, Network
from training.versions import registry


def make_drawing(label: str, split: str = "train", *, ink: np.ndarray | None = None, **fields: Any) -> Drawing:
    """Create an approved drawing; `ink` is uint8 (28, 28)."""
    contributor, _ = Contributor.objects.get_or_create(source="test", key=split, kind="writer", split=split)
    number = Drawing.objects.count()
    image = np.zeros((28, 28), np.uint8) if ink is None else ink
    drawing = Drawing.objects.create(
        **{
            "contributor": contributor,
            "kind": "normalized",
            "source": "test",
            "source_key": f"{number}",
            "content_hash": f"{number:064x}",
            "claimed_label": label,
            "final_label": label,
            "status": "approved",
            "split": split,
            **fields,
        }
    )
    DrawingContent.objects.create(
        drawing=drawing, normalized=image.tobytes(), preprocessing_version=PREPROCESSING_VERSION
    )
    return drawing


def make_version(network: str = Network.DIGITS, **fields: Any) -> ModelVersion:
    """Register a version whose files do not exist."""
    return registry.register(
        network=network,
        **{
            "architecture": "small",
            "preprocessing_version": PREPROCESSING_VERSION,
            "keras_path": "none.keras",
            "keras_sha256": "0" * 64,
            "tflite_path": "none.tflite",
            "tflite_sha256": "0" * 64,
            "predictions_path": "none.npz",
            "predictions_sha256": "0" * 64,
            "self_test": {},
            **fields,
        },
    )


def bars_and_rings(count: int, seed: int) -> list[tuple[str, np.ndarray]]:
    """Return easy pictures of all eleven labels: (label, uint8 (28, 28)), `count` of each.

    Digit k is a bar in column 2k + 2; what is no digit is a frame.
    """
    rng = np.random.default_rng(seed)
    pictures = []
    for _ in range(count):
        for digit in range(10):
            image = np.zeros((28, 28), np.uint8)
            top = rng.integers(2, 6)
            image[top : top + 20, 2 * digit + 3 : 2 * digit + 5] = rng.integers(180, 256)
            pictures.append((str(digit), image))
        frame = np.zeros((28, 28), np.uint8)
        edge = rng.integers(3, 6)
        frame[edge : 28 - edge, edge : 28 - edge] = rng.integers(180, 256)
        frame[edge + 3 : 25 - edge, edge + 3 : 25 - edge] = 0
        pictures.append(("not-a-digit", frame))
    return pictures
