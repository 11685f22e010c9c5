"""The gate at work: the champion reads the candidate's test drawings, today, both through their artifacts.

What must hold is in `training.judging.comparison`; how strictly, in the settings `GATE_...`.
"""

import logging
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings

from training import sentences
from training.errors import UnreadableArtifact
from training.judging.comparison import Comparison, GateRules, Verdict, compare, gate
from training.judging.evaluation import evaluate
from training.judging.litert import LiteRTNetwork
from training.models import ModelVersion
from training.selection import CLASSES, Selection
from training.versions import artifacts

logger = logging.getLogger(__name__)

MOST_FLIPS = 200  # kept with a version, to be looked at


@dataclass(frozen=True)
class Answers:
    """What an exported network says to the test drawings."""

    probabilities: npt.NDArray[np.float32]  # (n, classes)
    milliseconds: float  # of the processor, for one drawing


@dataclass(frozen=True)
class Judgement:
    """The verdict on a candidate, and what it rests on; without a champion that can be read there is no comparison."""

    verdict: Verdict
    champion: ModelVersion | None
    comparison: Comparison | None
    test: Selection

    @property
    def against(self) -> str:
        """What the candidate was held against, as the outcome of a run says it."""
        if self.champion is None:
            return sentences.NO_CHAMPION
        sentence = sentences.COMPARED if self.comparison else sentences.NOT_COMPARED
        return sentence.format(champion=self.champion)

    def to_json(self) -> dict[str, Any]:
        """Return what a version keeps of it: flips as the SHA-256 of the drawings' contents."""
        return {
            "passed": self.verdict.passed,
            "needs_person": self.verdict.needs_person,
            "reasons": self.verdict.reasons,
            "champion": self.champion.number if self.champion else None,
            "comparison": self._comparison(self.comparison) if self.comparison else None,
        }

    def _comparison(self, comparison: Comparison) -> dict[str, Any]:
        return {
            "n": comparison.n,
            "loss_points": comparison.loss_points,
            "loss_interval": comparison.loss_interval,
            "classes": [{"n": c.n, "lost": c.lost, "won": c.won} for c in comparison.classes],
            "calibration_loss": comparison.calibration_loss,
            "milliseconds": comparison.milliseconds,
            "flip_count": len(comparison.flips),
            "flips": [self.test.hashes[index] for index in comparison.flips[:MOST_FLIPS]],
        }


def rules() -> GateRules:
    """Return what a candidate must hold, as this site has set it."""
    return GateRules(
        max_loss_points=settings.GATE_MAX_LOSS_POINTS,
        min_items=settings.GATE_MIN_ITEMS,
        min_class_items=settings.GATE_MIN_CLASS_ITEMS,
        max_class_loss_points=settings.GATE_MAX_CLASS_LOSS_POINTS,
        max_calibration_loss=settings.GATE_MAX_CALIBRATION_LOSS,
        max_latency_factor=settings.GATE_MAX_LATENCY_FACTOR,
        free_milliseconds=settings.GATE_FREE_MILLISECONDS,
    )


def answers_of(tflite: bytes, test: Selection) -> Answers:
    """Return what an artifact says to all test drawings, one after the other, as it does when it serves.

    Its time is that of the processor: on a busy machine the clock would make a version slow that only had to wait.
    """
    network = LiteRTNetwork(tflite)
    started = time.thread_time()
    probabilities = network.predict_many(test.images)
    return Answers(probabilities, 1000 * (time.thread_time() - started) / len(test))


def judge(champion: ModelVersion | None, candidate: Answers, test: Selection) -> Judgement:
    """Compare a candidate with the live version on the same drawings.

    A live version that cannot be read costs the candidate nothing but the comparison: a person decides.
    """
    if champion is None:
        verdict = gate(None, rules(), metrics=evaluate(candidate.probabilities, test.classes))
        return Judgement(verdict, None, None, test)
    try:
        theirs = answers_of(artifacts.read(champion.tflite_path, champion.tflite_sha256), test)
    except UnreadableArtifact as error:
        logger.warning("%s cannot be read: %s", champion, error)
        reason = sentences.UNREADABLE_CHAMPION.format(champion=champion)
        return Judgement(Verdict(False, True, [reason]), champion, None, test)
    times = (theirs.milliseconds, candidate.milliseconds)
    comparison = compare(theirs.probabilities, candidate.probabilities, test.classes, milliseconds=times)
    verdict = gate(comparison, rules(), doubts=_untested(champion, test), names=CLASSES[champion.network])
    return Judgement(verdict, champion, comparison, test)


def _untested(champion: ModelVersion, test: Selection) -> list[str]:
    """Return what this test leaves open: sources that the champion was tested on, and hands that nobody has seen."""
    doubts = []
    missing = sorted(set(champion.metrics.get("by_source", {})) - set(test.source_names()))
    if missing:
        doubts.append(sentences.UNTESTED_SOURCES.format(sources=", ".join(missing), champion=champion))
    unseen = int((~test.same_hand).sum())
    if unseen < min(rules().min_items, len(test)):
        doubts.append(sentences.FEW_UNSEEN_HANDS.format(unseen=unseen, n=len(test)))
    return doubts
