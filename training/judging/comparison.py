"""Whether a candidate may replace the version that is live: both read the same drawings, then rules decide.

Probabilities are `float (n, classes)`, labels `int (n,)`. NumPy only.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training import sentences
from training.errors import TrainingError
from training.judging.evaluation import Z95, Labels, Metrics, Probabilities, calibration_error

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class ClassChange:
    """What changes for one class: drawings that only the champion, or only the candidate, reads correctly."""

    n: int
    lost: int
    won: int

    @property
    def loss_points(self) -> float:
        return 100 * (self.lost - self.won) / self.n if self.n else 0.0

    @property
    def is_significant(self) -> bool:
        """Whether more are lost than chance explains: sign test, one-sided."""
        return sign_test(self.lost, self.won) < SIGNIFICANT


@dataclass(frozen=True)
class Comparison:
    """Candidate against champion on the same drawings. Losses are in points of accuracy; negative is a gain."""

    n: int
    loss_points: float
    loss_interval: tuple[float, float]  # 95%, paired
    classes: list[ClassChange]
    calibration_loss: float  # calibration error of the candidate less that of the champion
    flips: list[int]  # indices that the champion reads correctly and the candidate does not
    milliseconds: tuple[float, float] | None = None  # for one drawing: champion, candidate


@dataclass(frozen=True)
class GateRules:
    """What a candidate must hold to go live by itself."""

    max_loss_points: float = 0.3  # upper bound of the 95% interval
    min_items: int = 500  # with fewer drawings a person decides
    min_class_items: int = 30  # of any class: with fewer, a class could be lost unseen
    max_class_loss_points: float = 2.0  # for any class, when chance does not explain it
    max_calibration_loss: float = 0.03
    max_latency_factor: float = 3.0
    free_milliseconds: float = 1.0  # below which a slower network is fast enough all the same


@dataclass(frozen=True)
class Verdict:
    """Whether the rules hold, whether a person has to decide, and why, in words."""

    passed: bool
    needs_person: bool
    reasons: list[str]


def compare(
    champion: Probabilities,
    candidate: Probabilities,
    labels: Labels,
    *,
    milliseconds: tuple[float, float] | None = None,
) -> Comparison:
    """Compare two versions' answers to the same drawings, which is far sharper than comparing two accuracies.

    The interval is that of a difference of paired proportions (Wald): drawings on which both are right, or both are
    wrong, say nothing, so only those on which they differ widen it.
    """
    if not len(labels) == len(champion) == len(candidate) or not len(labels):
        received = f"{len(champion)}, {len(candidate)} and {len(labels)}"
        raise TrainingError("no_drawings", f"expected two answers and a class for each drawing; received {received}")
    theirs, ours = champion.argmax(axis=1) == labels, candidate.argmax(axis=1) == labels
    lost, won = theirs & ~ours, ours & ~theirs
    return Comparison(
        n=len(labels),
        loss_points=100 * float(lost.mean() - won.mean()),
        loss_interval=_paired_interval(int(lost.sum()), int(won.sum()), len(labels)),
        classes=[
            ClassChange(int((labels == c).sum()), int(lost[labels == c].sum()), int(won[labels == c].sum()))
            for c in range(candidate.shape[1])
        ],
        calibration_loss=calibration_error(candidate, labels) - calibration_error(champion, labels),
        flips=np.flatnonzero(lost).tolist(),
        milliseconds=milliseconds,
    )


def gate(
    comparison: Comparison | None,
    rules: GateRules,
    *,
    metrics: Metrics | None = None,
    doubts: Sequence[str] = (),
    names: Sequence[str] = (),
) -> Verdict:
    """Decide whether a candidate may go live by itself. `doubts` are reasons of the caller to leave it to a person,
    `names` what its classes are called (by default 0, 1, 2, ...).

    Without a champion (`comparison` is None, `metrics` are the candidate's) nothing can be lost, and any version that
    clearly does better than always naming the commonest class is better than none.
    """
    if comparison is None:
        if metrics is None:
            raise ValueError("without a champion the gate needs the candidate's metrics")
        return _first(metrics)
    names = names or [str(index) for index in range(len(comparison.classes))]
    objections = _objections(comparison, rules, names)
    doubts = [*doubts, *_too_few(comparison, rules, names)]
    return Verdict(not objections, bool(doubts), [*(objections or [_change(comparison)]), *doubts])


def sign_test(lost: int, won: int) -> float:
    """Return the chance of `lost` or more losses among `lost + won` when either is as likely."""
    total = lost + won
    return sum(math.comb(total, k) for k in range(lost, total + 1)) / 2**total


def _paired_interval(lost: int, won: int, n: int) -> tuple[float, float]:
    difference = (lost - won) / n
    spread = Z95 * math.sqrt(max(0.0, (lost + won) - (lost - won) ** 2 / n)) / n
    return 100 * (difference - spread), 100 * (difference + spread)


def _change(comparison: Comparison) -> str:
    return sentences.CHANGES.format(
        points=f"{-comparison.loss_points:+z.2f}",
        worst=f"{-comparison.loss_interval[1]:+z.2f}",
        n=comparison.n,
        flips=len(comparison.flips),
    )


def _objections(comparison: Comparison, rules: GateRules, names: Sequence[str]) -> list[str]:
    """Return which rules a candidate breaks."""
    objections = []
    if comparison.loss_interval[1] > rules.max_loss_points:
        is_lower = comparison.loss_points > 0
        objections.append(
            (sentences.MAY_BE_LOWER if is_lower else sentences.MAY_BE_LOWER_THOUGH_HIGHER).format(
                worst=f"{comparison.loss_interval[1]:.2f}",
                most=rules.max_loss_points,
                points=f"{abs(comparison.loss_points):.2f}",
                n=comparison.n,
            )
        )
    for name, change in zip(names, comparison.classes, strict=True):
        if change.loss_points > rules.max_class_loss_points and change.is_significant:
            objections.append(
                sentences.CLASS_LOSES.format(
                    label=name, points=f"{change.loss_points:.2f}", most=rules.max_class_loss_points
                )
            )
    if comparison.calibration_loss > rules.max_calibration_loss:
        loss = f"{comparison.calibration_loss:.3f}"
        objections.append(sentences.CALIBRATION_LOSES.format(loss=loss, most=rules.max_calibration_loss))
    if comparison.milliseconds is not None:
        champion, candidate = comparison.milliseconds
        if candidate > max(rules.max_latency_factor * champion, rules.free_milliseconds):
            objections.append(sentences.SLOWER.format(candidate=f"{candidate:.2f}", champion=f"{champion:.2f}"))
    return objections


def _too_few(comparison: Comparison, rules: GateRules, names: Sequence[str]) -> list[str]:
    """Return where there are too few test drawings to decide by rule."""
    doubts = []
    if comparison.n < rules.min_items:
        doubts.append(sentences.FEW_ITEMS.format(n=comparison.n, needed=rules.min_items))
    for name, change in zip(names, comparison.classes, strict=True):
        if change.n < rules.min_class_items:
            doubts.append(sentences.FEW_ITEMS_OF_CLASS.format(n=change.n, label=name, needed=rules.min_class_items))
    return doubts


def _first(metrics: Metrics) -> Verdict:
    commonest = max(sum(row) for row in metrics.confusion) / metrics.n
    low = metrics.accuracy_interval[0]
    if low > commonest:
        reason = sentences.FIRST_VERSION.format(accuracy=f"{metrics.accuracy:.2%}", n=metrics.n)
        return Verdict(True, False, [reason])
    reason = sentences.NO_BETTER_THAN_COMMONEST.format(low=f"{low:.2%}", commonest=f"{commonest:.2%}")
    return Verdict(False, False, [reason])
