"""What a version said to each of its test drawings: stored with it when it was made, and never changed.

Drawings are named by the SHA-256 of their content, so the file says nothing about them once they are deleted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
import numpy.typing as npt

from training.models import ModelVersion
from training.versions import artifacts

KEPT = 8  # files in memory, about half a megabyte each

Indices = npt.NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Predictions:
    """The answers to n test drawings."""

    contents: npt.NDArray[np.void]  # (n,), SHA-256 of 32 bytes each
    classes: npt.NDArray[np.uint8]  # (n,), what they are
    probabilities: npt.NDArray[np.float16]  # (n, classes)

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def answers(self) -> npt.NDArray[np.integer]:
        return self.probabilities.argmax(axis=1)

    def cell(self, actual: int, predicted: int) -> Indices:
        """Return the drawings of one class that were read as another, or as it, the least certain first."""
        inside = np.flatnonzero((self.classes == actual) & (self.answers == predicted))
        return inside[np.argsort(self.probabilities[inside, predicted], kind="stable")]

    def some(self, most: int, seed: int) -> Indices:
        """Return some drawings by chance, the same for one seed."""
        return np.random.default_rng(seed).permutation(len(self))[:most]

    def named(self, hashes: Iterable[str]) -> Indices:
        """Return those of the drawings that have these SHA-256, in the order in which they are stored."""
        wanted = np.array([list(bytes.fromhex(text)) for text in hashes], np.uint8).reshape(-1, 32)
        return np.flatnonzero(np.isin(self.contents, wanted.view("V32").ravel()))

    def hashes(self, indices: Indices) -> list[str]:
        return [self.contents[index].tobytes().hex() for index in indices]

    def of(self, indices: Indices) -> Self:
        return type(self)(self.contents[indices], self.classes[indices], self.probabilities[indices])


def stored_with(version: ModelVersion) -> Predictions:
    """Return a version's predictions; raises `UnreadableArtifact` when the file is missing or damaged."""
    return _load(version.predictions_path, version.predictions_sha256)


def on_the_same(first: Predictions, second: Predictions) -> tuple[Predictions, Predictions]:
    """Return the answers of both to those drawings that both were tested on as the same class, in one order."""
    _, ours, theirs = np.intersect1d(first.contents, second.contents, return_indices=True)
    agreed = first.classes[ours] == second.classes[theirs]
    return first.of(ours[agreed]), second.of(theirs[agreed])


@lru_cache(maxsize=KEPT)
def _load(path: str, sha256: str) -> Predictions:
    with np.load(artifacts.open_bytes(path, sha256)) as file:
        contents = np.ascontiguousarray(file["content_sha256"]).view("V32").ravel()
        return Predictions(contents, file["classes"], file["probabilities"])
