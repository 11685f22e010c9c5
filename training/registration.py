"""What a version keeps beside its pointer: its files, its figures, and its card."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from datasets.normalization import PREPROCESSING_VERSION
from training import artifacts
from training.cards import write_card
from training.comparison import Verdict
from training.evaluation import Metrics, evaluate
from training.export import Exported
from training.fitting import EpochFigures
from training.models import TrainingRun
from training.selection import CLASSES, Selection

if TYPE_CHECKING:
    import keras


@contextmanager
def stored(
    run: TrainingRun, exported: Exported, probabilities: npt.NDArray[np.float32], test: Selection
) -> Iterator[dict[str, str]]:
    """Store a version's files and give their paths and SHA-256; remove them when the body does not succeed."""
    contents = {
        "keras": ("network.keras", exported.keras_bytes),
        "tflite": ("network.tflite", exported.tflite_bytes),
        "predictions": ("predictions.npz", predictions_file(probabilities, test)),
    }
    fields: dict[str, str] = {}
    try:
        for kind, (name, content) in contents.items():
            # The digest in the path keeps a second attempt apart from what a killed one left behind.
            digest = hashlib.sha256(content).hexdigest()[:12]
            path, sha256 = artifacts.write(f"models/{run.network}/run-{run.pk}/{digest}/{name}", content)
            fields[f"{kind}_path"], fields[f"{kind}_sha256"] = path, sha256
        yield fields
    except BaseException:
        for kind in contents:
            if f"{kind}_path" in fields:
                artifacts.delete(fields[f"{kind}_path"])
        raise


def predictions_file(probabilities: npt.NDArray[np.float32], test: Selection) -> bytes:
    """Return an NPZ of every test drawing: SHA-256 of its content (n, 32), class (n,), probabilities (n, c)."""
    file = io.BytesIO()
    np.savez_compressed(
        file,
        content_sha256=np.array([list(bytes.fromhex(text)) for text in test.hashes], np.uint8),
        classes=test.classes,
        probabilities=probabilities.astype(np.float16),
    )
    return file.getvalue()


@dataclass(frozen=True)
class Facts:
    """Everything about a trained network that its row will say."""

    run: TrainingRun
    network: "keras.Model"
    exported: Exported
    history: list[EpochFigures]
    training_images: int

    def of(
        self, metrics: Metrics, probabilities: npt.NDArray[np.float32], test: Selection, verdict: Verdict
    ) -> dict[str, Any]:
        """Return the fields of the `ModelVersion`."""
        run = self.run
        figures = {
            **metrics.to_json(),
            "classes": CLASSES[run.network],
            "by_source": by_source(probabilities, test),
            "export": {
                "float_difference": self.exported.float_difference,
                "quantized_difference": self.exported.quantized_difference,
                "quantized_agreement": self.exported.quantized_agreement,
                "keras_bytes": len(self.exported.keras_bytes),
                "tflite_bytes": len(self.exported.tflite_bytes),
            },
            "parameters": parameters(self.network),
            "training_images": self.training_images,
            "history": [epoch.to_json() for epoch in self.history],
            "verdict": verdict.reasons,
        }
        return {
            "architecture": run.trunk.architecture if run.trunk else run.architecture,
            "dataset_version": run.dataset_version,
            "trunk": run.trunk,
            "preprocessing_version": PREPROCESSING_VERSION,
            "self_test": self.exported.self_test.to_json(),
            "metrics": figures,
            "config": run.config,
            "card": write_card(run, figures),
        }


def by_source(probabilities: npt.NDArray[np.float32], test: Selection) -> dict[str, dict[str, Any]]:
    """Return the metrics of each source's test drawings alone."""
    sources = np.array(by_source_names(test))
    return {
        str(source): evaluate(probabilities[sources == source], test.classes[sources == source]).to_json()
        for source in np.unique(sources)
    }


def by_source_names(test: Selection) -> list[str]:
    """Return the source of each drawing; those by hands that were trained on as well stand apart."""
    return [
        f"{source}, same hand" if same_hand else source
        for source, same_hand in zip(test.sources, test.same_hand, strict=True)
    ]


def parameters(network: "keras.Model") -> dict[str, int]:
    """Count trainable and non-trainable parameters."""
    trainable = sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)
    frozen = sum(int(np.prod(weight.shape)) for weight in network.non_trainable_weights)
    return {"trainable": trainable, "non_trainable": frozen}
