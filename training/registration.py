"""What a version keeps beside its pointer: its files, its figures, and its card."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from datasets.preprocessing.normalization import PREPROCESSING_VERSION
from training.judging import figures
from training.judging.gatekeeping import Answers, Judgement
from training.learning.export import Exported
from training.learning.fitting import EpochFigures
from training.models import TrainingRun
from training.runs.failures import passes
from training.selection import Selection
from training.versions import artifacts
from training.versions.ancestors import line_of
from training.versions.cards import write_card

if TYPE_CHECKING:
    import keras


@contextmanager
def stored(
    run: TrainingRun, exported: Exported, probabilities: npt.NDArray[np.float32], test: Selection
) -> Iterator[dict[str, str]]:
    """Store a version's files and give their paths and SHA-256; remove them when the body fails.

    They stay when the database went away or the process ends: the body's last COMMIT may have succeeded, only its
    answer got lost, and then they are those of a version. Files without one harm nobody.
    """
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
    except Exception as error:
        if not passes(error):
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

    def of(self, answers: Answers, judgement: Judgement) -> dict[str, Any]:
        """Return the fields of the `ModelVersion`. Takes some seconds: call it outside of a transaction."""
        run, test = self.run, judgement.test
        assert run.dataset_version is not None  # noqa: S101 - `pipeline.prepare` has set it
        sample = figures.sample_of(run.dataset_version, run.network)
        metrics = {
            **figures.measured(run.network, self.exported.tflite_bytes, answers, test, sample),
            **figures.made_of(self.network),
            "data": figures.data_of(run.dataset_version),
            "export": {
                "float_difference": self.exported.float_difference,
                "quantized_difference": self.exported.quantized_difference,
                "quantized_agreement": self.exported.quantized_agreement,
                "quantized": self.exported.quantized,
                "keras_bytes": len(self.exported.keras_bytes),
                "tflite_bytes": len(self.exported.tflite_bytes),
            },
            "training_images": self.training_images,
            "history": [epoch.to_json() for epoch in self.history],
            "gate": judgement.to_json(),
            "ancestors": line_of(run.trunk),
        }
        architecture = run.trunk.architecture if run.trunk else run.architecture
        return {
            "architecture": architecture,
            "dataset_version": run.dataset_version,
            "trunk": run.trunk,
            "preprocessing_version": PREPROCESSING_VERSION,
            "self_test": self.exported.self_test.to_json(),
            "metrics": metrics,
            "config": run.config,
            "card": write_card(run.network, architecture, str(run.dataset_version), metrics),
        }
