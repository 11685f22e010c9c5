"""What an artifact has to answer, stored with its version and asked again before a server swaps it in.

The questions are scribbles that this module makes up, never drawings of people: those stay with the person who gave
them, and a version lives longer than a drawing may.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import Stroke, Strokes, rasterize
from training.errors import SelfTestFailed
from training.judging.litert import LiteRTNetwork

QUESTIONS = 16
TOLERANCE = 0.02  # other processors round 8-bit products differently; a wrong network is far off


@dataclass(frozen=True)
class SelfTest:
    """Images and the answers that the artifact gave when it was exported."""

    images: list[str]  # 28x28 bytes each, as hex
    probabilities: list[list[float]]
    tolerance: float = TOLERANCE

    def check(self, network: LiteRTNetwork) -> None:
        """Raise `SelfTestFailed` when the network answers otherwise."""
        expected = np.array(self.probabilities, np.float32)
        if expected.shape[1] != network.classes:
            raise SelfTestFailed(f"expected {expected.shape[1]} classes; received {network.classes}")
        images = np.array([np.frombuffer(bytes.fromhex(text), np.uint8).reshape(28, 28) for text in self.images])
        difference = float(np.abs(network.predict_many(images) - expected).max())
        if not difference <= self.tolerance:  # written so that NaN fails
            raise SelfTestFailed(f"expected answers within {self.tolerance}; received a difference of {difference}")

    def to_json(self) -> dict[str, Any]:
        return {"images": self.images, "probabilities": self.probabilities, "tolerance": self.tolerance}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(data["images"], data["probabilities"], data["tolerance"])


def self_test_of(tflite: bytes) -> SelfTest:
    """Ask an artifact the questions and keep its answers."""
    images = scribbles()
    answers = LiteRTNetwork(tflite).predict_many(images)
    return SelfTest([image.tobytes().hex() for image in images], answers.tolist())


@cache
def scribbles() -> npt.NDArray[np.uint8]:
    """Return the questions, uint8 (QUESTIONS, 28, 28): smooth lines that turn this way and that, always the same."""
    rng = np.random.default_rng(28)
    return np.array([_scribble(rng) for _ in range(QUESTIONS)])


def _scribble(rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    first, last = rng.uniform(-0.35, 0.35, 2)  # how far it turns with each step
    heading = np.cumsum(np.linspace(first, last, 30)) + rng.uniform(0, 2 * np.pi)
    path = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=1), axis=0)
    path = (path - path.min(axis=0)) * 200 / np.ptp(path, axis=0).max() + 40
    points = tuple((round(float(x), 1), round(float(y), 1)) for x, y in path)
    return normalize(rasterize(Strokes(280, 280, (Stroke(points, pen=18.0),))))
