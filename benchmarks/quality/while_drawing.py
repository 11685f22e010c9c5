"""While somebody draws: what is read of digits that are not finished yet, and how often the answer changes.

Digits of UNIPEN's test people without `ibm`, cut off after shares of the pen's way.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.bench import Bench, Figures, Part
from benchmarks.quality.markdown import percent, table, with_interval
from benchmarks.quality.redrawing import seen
from datasets.labels import ACCEPTED_FROM
from training.augmenting.unfinished import without_end
from training.judging.evaluation import wilson_interval

DRAWN = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # shares of the way


def measure(bench: Bench) -> Figures:
    digits = bench.complete(bench.people()).some(bench.most)
    strokes = [record.strokes for record in digits.records if record.strokes]
    cut = [np.array([seen(without_end(each, 1 - share)) for each in strokes]) for share in DRAWN]
    found: Figures = {"n": len(strokes), "digits": {}, "digit_or_not": {}}
    for subject in bench.digits:
        answers = np.array([subject.network.predict_many(images).argmax(axis=1) for images in cut])
        found["digits"][subject.name] = {
            "right": [_share(answer == digits.classes) for answer in answers],
            "changes": float(changes(answers).mean()),
            "detours": float((first_right(answers, digits.classes) < settled(answers, digits.classes)).mean()),
        }
    for subject in bench.digit_or_not:
        accepted = [subject.network.predict_many(images)[:, 1] >= ACCEPTED_FROM for images in cut]
        found["digit_or_not"][subject.name] = [_share(each) for each in accepted]
    return found


def changes(answers: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return how often the answer to each digit changes, out of answers (shares, n)."""
    return (answers[1:] != answers[:-1]).sum(axis=0)


def first_right(answers: NDArray[np.integer], classes: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return after how many shares each was read correctly for the first time; the number of shares: never."""
    right = answers == classes
    return np.where(right.any(axis=0), right.argmax(axis=0), len(answers))


def settled(answers: NDArray[np.integer], classes: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return from which share on each was read correctly to its end; the number of shares: never."""
    wrong = (answers != classes)[::-1]
    return len(answers) - np.where(wrong.any(axis=0), wrong.argmax(axis=0), len(answers))


def _share(hits: NDArray[np.bool_]) -> dict[str, Any]:
    count = int(hits.sum())
    return {"share": count / len(hits), "interval": wilson_interval(count, len(hits))}


def show(figures: Figures) -> str:
    heads = ["", *(f"{share:.0%} drawn" for share in DRAWN)]
    rows = [
        [f"read correctly: {name}", *(with_interval(one["share"], one["interval"], 1) for one in found["right"])]
        for name, found in figures["digits"].items()
    ]
    rows += [
        [f"taken for a digit: {name}", *(with_interval(one["share"], one["interval"], 1) for one in found)]
        for name, found in figures["digit_or_not"].items()
    ]
    words = [
        f"{name}: the answer changes {found['changes']:.2f} times a digit from {DRAWN[0]:.0%} on; "
        f"{percent(found['detours'], 1)} are read correctly and then otherwise, before they are finished."
        for name, found in figures["digits"].items()
    ]
    return "\n\n".join([f"{figures['n']} digits.", table(heads, rows), *words])


PART = Part("while-drawing", "While somebody draws", measure, show)
