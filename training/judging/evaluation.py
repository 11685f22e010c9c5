"""How good a version is. NumPy only.

Probabilities are `float (n, classes)`, labels `int (n,)`. In the digit-or-not network class 1 is "digit".
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from datasets.labels import ACCEPTED_FROM
from training.errors import TrainingError

Probabilities = npt.NDArray[np.floating]
Labels = npt.NDArray[np.integer]

Z95 = 1.959964  # half a 95% interval, in standard deviations
CALIBRATION_BINS = 15
SMALLEST_PROBABILITY = 1e-7  # so that one impossible answer does not make a log loss infinite
REFUSED_SHARE = 0.95  # of what is no digit: where "kept at 95% refused" is read off


@dataclass(frozen=True)
class Detection:
    """How well two classes are told apart. Shares are 0..1; None where the drawings of one class are missing."""

    kept: float | None  # of the digits, at ACCEPTED_FROM
    refused: float | None  # of the others, at ACCEPTED_FROM
    kept_at_95_refused: float | None  # of the digits, at the threshold that refuses 95% of these others
    roc_auc: float | None


@dataclass(frozen=True)
class Bin:
    """What a version makes of its answers of one degree of certainty. Shares are 0..1."""

    count: int
    certainty: float  # mean of what it says
    accuracy: float  # what comes true


@dataclass(frozen=True)
class Mistake:
    """A test drawing that was read as something else, by the SHA-256 of its content."""

    content: str
    actual: int
    predicted: int
    probability: float  # of the wrong class


@dataclass(frozen=True)
class Metrics:
    """The figures of one version on one set of drawings. Shares are 0..1."""

    n: int
    accuracy: float
    accuracy_interval: tuple[float, float]  # 95%, Wilson
    loss: float  # mean log loss
    loss_interval: tuple[float, float]  # 95%, normal
    top2: float  # share with the truth among the two likeliest classes
    recall: list[float | None]  # accuracy of each class; None for one without drawings
    confusion: list[list[int]]  # [truth][answer]
    calibration_error: float  # mean distance of certainty and accuracy, over 15 bins of certainty
    reliability: list[Bin]  # those bins, without empty ones
    detection: Detection | None  # for two classes

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def evaluate(probabilities: Probabilities, labels: Labels) -> Metrics:
    """Return the figures of a version's answers; raises `TrainingError` without any."""
    n, classes = probabilities.shape
    if not n or n != len(labels):
        raise TrainingError("no_drawings", f"expected drawings with a class each; received {n} and {len(labels)}")
    correct = probabilities.argmax(axis=1) == labels
    confusion = confusion_matrix(labels, probabilities.argmax(axis=1), classes)
    counts = confusion.sum(axis=1)
    truth = probabilities[np.arange(n), labels]
    losses = -np.log(np.maximum(truth, SMALLEST_PROBABILITY)).astype(np.float64)
    top2 = np.argsort(-probabilities, axis=1, kind="stable")[:, :2] == labels[:, None]
    return Metrics(
        n=n,
        accuracy=float(correct.mean()),
        accuracy_interval=wilson_interval(int(correct.sum()), n),
        loss=float(losses.mean()),
        loss_interval=mean_interval(losses),
        top2=float(top2.any(axis=1).mean()),
        recall=[float(confusion[c, c] / counts[c]) if counts[c] else None for c in range(classes)],
        confusion=confusion.tolist(),
        calibration_error=calibration_error(probabilities, labels),
        reliability=reliability(probabilities, labels),
        detection=detection(probabilities[:, 1], labels == 1) if classes == 2 else None,
    )


def confusion_matrix(labels: Labels, predictions: Labels, classes: int) -> npt.NDArray[np.int64]:
    """Return counts `(classes, classes)`: the row is the truth, the column the answer."""
    cells = labels.astype(np.int64) * classes + predictions
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """Return the 95% interval of a share, after Wilson (1927): within 0..1 and sane near both ends."""
    if n == 0:
        return 0.0, 1.0
    share = successes / n
    centre = share + Z95**2 / (2 * n)
    spread = Z95 * math.sqrt(share * (1 - share) / n + Z95**2 / (4 * n**2))
    scale = 1 + Z95**2 / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def mean_interval(values: npt.NDArray[np.floating]) -> tuple[float, float]:
    """Return the 95% interval of a mean that can be nothing below zero."""
    spread = Z95 * float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.inf
    mean = float(values.mean())
    return max(0.0, mean - spread), mean + min(spread, -math.log(SMALLEST_PROBABILITY))


def calibration_error(probabilities: Probabilities, labels: Labels) -> float:
    """Return the expected calibration error (Naeini et al. 2015) of the top class, 0..1."""
    bins = reliability(probabilities, labels)
    return sum(part.count * abs(part.certainty - part.accuracy) for part in bins) / len(labels)


def reliability(probabilities: Probabilities, labels: Labels) -> list[Bin]:
    """Return what comes true of the answers, by how certain they are: 15 bins of the top class's probability."""
    certainty = probabilities.max(axis=1).astype(np.float64)
    correct = probabilities.argmax(axis=1) == labels
    bins = np.minimum((certainty * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    parts = (bins == index for index in np.unique(bins))
    return [Bin(int(part.sum()), float(certainty[part].mean()), float(correct[part].mean())) for part in parts]


def worst_mistakes(probabilities: Probabilities, labels: Labels, contents: list[str], most: int) -> list[Mistake]:
    """Return the wrong answers that were given with the greatest certainty, the worst first."""
    answers, certainty = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(answers != labels)
    worst = wrong[np.argsort(-certainty[wrong], kind="stable")][:most]
    return [Mistake(contents[i], int(labels[i]), int(answers[i]), round(float(certainty[i]), 4)) for i in worst]


def detection(scores: npt.NDArray[np.floating], is_digit: npt.NDArray[np.bool_]) -> Detection:
    """Return how well scores `(n,)`, the probability of being a digit, tell digits from others."""
    digits, others = scores[is_digit], np.sort(scores[~is_digit])
    both = len(digits) > 0 and len(others) > 0
    threshold = others[math.ceil(REFUSED_SHARE * len(others)) - 1] if len(others) else 0.0
    return Detection(
        kept=float((digits >= ACCEPTED_FROM).mean()) if len(digits) else None,
        refused=float((others < ACCEPTED_FROM).mean()) if len(others) else None,
        kept_at_95_refused=float((digits > threshold).mean()) if both else None,
        roc_auc=_roc_auc(digits, others) if both else None,
    )


def _roc_auc(digits: npt.NDArray[np.floating], sorted_others: npt.NDArray[np.floating]) -> float:
    """Return the chance that a digit scores above another drawing; ties count half (Mann-Whitney)."""
    below = np.searchsorted(sorted_others, digits, side="left")
    not_above = np.searchsorted(sorted_others, digits, side="right")
    return float((below + not_above).mean() / 2 / len(sorted_others))
