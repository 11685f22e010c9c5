"""Digit or not: what is let in and what is turned away at a certainty of 0.5.

What no person could tell from a digit by its shape (the letter O, a plain line), and dots that the data has blown up
to full size, stand apart. Scribbles and doodles are made here: no public data set at hand has what people draw when
they are asked for a digit and do not want to.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.bench import Bench, Figures, Part
from benchmarks.quality.drawings import Drawings, of_mnist, of_unipen
from benchmarks.quality.markdown import percent, table, with_interval
from benchmarks.quality.redrawing import seen
from benchmarks.quality.review import after_review
from datasets.importers import ImportedDrawing, unipen
from datasets.preprocessing.strokes import parse_strokes
from tests.doodles import doodle
from tests.scribbles import scribble
from training.judging.evaluation import calibration_error, detection, wilson_interval
from training.judging.litert import LiteRTNetwork

THRESHOLD = 0.5
MADE_UP = 400  # scribbles, and as many doodles
WORST_SYMBOLS = 12
FEWEST_OF_SYMBOL = 20


def measure(bench: Bench) -> Figures:
    sets = digits_of(bench)
    others = others_of(of_unipen(bench.folder, "test", digits=False))
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
        "letters and symbols": of_clear_symbols.where(lambda record: not record.ambiguous),
        "the same, plain lines too (not counted)": of_clear_symbols,
        "plain lines (not counted)": of_clear_symbols.where(lambda record: record.ambiguous),
        "look-alikes (not counted)": everything.where(lambda record: record.symbol in unipen.LOOK_LIKE_DIGITS),
        "blown-up dots (not counted)": everything.where(lambda record: record.symbol in unipen.WITHOUT_SHAPE),
    }
    return {name: drawings for name, drawings in sets.items() if len(drawings)}


def made_up(make: Callable[[int], dict[str, Any]]) -> NDArray[np.uint8]:
    """Return uint8 (MADE_UP, 28, 28): what the networks see of drawings made here, by their numbers."""
    return np.array([seen(parse_strokes(make(variant))) for variant in range(MADE_UP)])


def _of(network: LiteRTNetwork, digits: dict[str, Drawings], others: dict[str, Drawings]) -> Figures:
    scores = {name: network.predict_many(drawings.images)[:, 1] for name, drawings in {**digits, **others}.items()}
    for name, make in (("scribbles", scribble), ("doodles", doodle)):
        scores[name] = network.predict_many(made_up(make))[:, 1]
    kept, clear = scores["without ibm"], scores["letters and symbols"]
    together = np.concatenate([kept, clear])
    truth = np.repeat([1, 0], [len(kept), len(clear)])
    both = np.column_stack([1 - together, together])
    return {
        "shares": {name: _share(values, accepts=name in digits) for name, values in scores.items()},
        "calibration_error": calibration_error(both, truth),
        "wrong_above_99": int(((both.max(axis=1) > 0.99) & (both.argmax(axis=1) != truth)).sum()),
        "roc_auc": detection(together, truth == 1).roc_auc,
        "symbols": _by_symbol(others["letters and symbols"].records, clear),
    }


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
            f"Digits without ibm and clear others together: calibration error {percent(found['calibration_error'])}, "
            f"{found['wrong_above_99']} wrong above 99%, ROC AUC {found['roc_auc']:.4f}.",
            "Symbols that are refused least: "
            + ", ".join(f"`{symbol}` {percent(row['refused'], 0)}" for symbol, row in worst[:WORST_SYMBOLS])
            + ".",
        ]
    return "\n\n".join(parts)


PART = Part("refusal", "Digit or not", measure, show)
