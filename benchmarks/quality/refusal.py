"""Digit or not: what is let in and what is turned away at a certainty of 0.5.

What no person could tell from a digit by its shape (the letter O, a plain line), and dots that the data has blown up
to full size, stand apart; so does, after the review, what a reader took for a digit without knowing what it is.
"""

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.accuracy import CERTAIN
from benchmarks.quality.bench import Bench, Figures, Part
from benchmarks.quality.drawings import Drawings, of_mnist, of_unipen
from benchmarks.quality.made_up import KINDS, of_made_up
from benchmarks.quality.markdown import percent, table, with_interval
from benchmarks.quality.review import after_review, read_as_digits
from datasets.importers import ImportedDrawing, unipen
from training.judging.evaluation import calibration_error, detection, wilson_interval
from training.judging.litert import LiteRTNetwork

THRESHOLD = 0.5
CLEAR = "letters and symbols"
WORST_SYMBOLS = 12
FEWEST_OF_SYMBOL = 20


def measure(bench: Bench) -> Figures:
    sets = digits_of(bench)
    others = others_of(of_unipen(bench.folder, "test", digits=False)) | {kind: of_made_up(kind) for kind in KINDS}
    others |= reviewed({name: others[name] for name in (CLEAR, *KINDS)})
    return {subject.name: _of(subject.network, sets, others) for subject in bench.digit_or_not}


def digits_of(bench: Bench) -> dict[str, Drawings]:
    """Return what has to be let in."""
    people = bench.people()
    complete = bench.complete(people)
    return {
        "digits of UNIPEN test people": people,
        "without ibm": complete,
        "without ibm, after review": after_review(complete),
        "MNIST test digits": of_mnist(bench.folder, "test"),
    }


def others_of(everything: Drawings) -> dict[str, Drawings]:
    """Return what is no digit, apart from what nobody could tell from one."""
    of_clear_symbols = everything.where(lambda record: not unipen.is_ambiguous(record.symbol))
    sets = {
        CLEAR: of_clear_symbols.where(lambda record: not record.ambiguous),
        "the same, plain lines too (not counted)": of_clear_symbols,
        "plain lines (not counted)": of_clear_symbols.where(lambda record: record.ambiguous),
        "look-alikes (not counted)": everything.where(lambda record: record.symbol in unipen.LOOK_LIKE_DIGITS),
        "blown-up dots (not counted)": everything.where(lambda record: record.symbol in unipen.WITHOUT_SHAPE),
    }
    return {name: drawings for name, drawings in sets.items() if len(drawings)}


def reviewed(sets: dict[str, Drawings]) -> dict[str, Drawings]:
    """Return each set without what was read as a digit in the review, and all of that together."""
    found = {}
    for name, drawings in sets.items():
        digits = read_as_digits(drawings)
        found[f"{name}, after review"] = drawings.at(np.flatnonzero(~digits))
        found[f"{name} read as digits in the review (not counted)"] = drawings.at(np.flatnonzero(digits))
    return {name: drawings for name, drawings in found.items() if len(drawings)}


def _of(network: LiteRTNetwork, digits: dict[str, Drawings], others: dict[str, Drawings]) -> Figures:
    scores = {name: network.predict_many(drawings.images)[:, 1] for name, drawings in {**digits, **others}.items()}
    return {
        "shares": {name: _share(values, accepts=name in digits) for name, values in scores.items()},
        "certainty": {
            "": _certainty(scores["without ibm"], scores[CLEAR]),
            ", after review": _certainty(scores["without ibm, after review"], scores[f"{CLEAR}, after review"]),
        },
        "symbols": _by_symbol(others[CLEAR].records, scores[CLEAR]),
    }


def _certainty(digits: NDArray[np.float32], others: NDArray[np.float32]) -> Figures:
    """Return how well the certainty fits on digits and others together.

    The error is also given with digits repeated until they are as many: a run fits the certainty to such a mixture.
    """
    answers, truth = _two_classes(digits, others)
    certain = answers.max(axis=1) > CERTAIN
    return {
        "calibration_error": calibration_error(answers, truth),
        "calibration_error_alike": calibration_error(*_two_classes(np.resize(digits, len(others)), others)),
        "wrong_above_99": int((certain & (answers.argmax(axis=1) != truth)).sum()),
        "roc_auc": detection(answers[:, 1], truth == 1).roc_auc,
    }


def _two_classes(
    digits: NDArray[np.float32], others: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.integer]]:
    """Return probabilities (n, 2) of being no digit and a digit, and what is true (n,)."""
    scores = np.concatenate([digits, others])
    return np.column_stack([1 - scores, scores]), np.repeat([1, 0], [len(digits), len(others)])


def _share(scores: NDArray[np.float32], *, accepts: bool) -> dict[str, Any]:
    """Return the share that is treated rightly: let in, or turned away."""
    right = int(((scores >= THRESHOLD) == accepts).sum())
    wanted = "accepted" if accepts else "refused"
    return {"n": len(scores), "wanted": wanted, "share": right / len(scores), "interval": _interval(right, scores)}


def _interval(right: int, scores: NDArray[np.float32]) -> tuple[float, float]:
    return wilson_interval(right, len(scores))


def _by_symbol(records: list[ImportedDrawing], scores: NDArray[np.float32]) -> dict[str, Any]:
    """Return how often each letter and symbol is turned away, the worst first."""
    refused = defaultdict(list)
    for record, score in zip(records, scores, strict=True):
        refused[record.symbol].append(bool(score < THRESHOLD))
    rows = {symbol: {"n": len(found), "refused": float(np.mean(found))} for symbol, found in refused.items()}
    return dict(sorted(rows.items(), key=lambda row: row[1]["refused"]))


def show(figures: Figures) -> str:
    parts = []
    for name, found in figures.items():
        rows = [
            [what, one["n"], one["wanted"], with_interval(one["share"], one["interval"])]
            for what, one in found["shares"].items()
        ]
        worst = [(symbol, row) for symbol, row in found["symbols"].items() if row["n"] >= FEWEST_OF_SYMBOL]
        parts += [
            f"**{name}**",
            table(["drawings", "n", "wanted", "share (95% interval)"], rows),
            *(
                f"Digits without ibm and {CLEAR}, together{what}: calibration error "
                f"{percent(one['calibration_error'])} ({percent(one['calibration_error_alike'])} where both count the "
                f"same), {one['wrong_above_99']} wrong above 99%, ROC AUC {one['roc_auc']:.4f}."
                for what, one in found["certainty"].items()
            ),
            "Symbols that are refused least: "
            + ", ".join(f"`{symbol}` {percent(row['refused'], 0)}" for symbol, row in worst[:WORST_SYMBOLS])
            + ".",
        ]
    return "\n\n".join(parts)


PART = Part("refusal", "Digit or not", measure, show)
