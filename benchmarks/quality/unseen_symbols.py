"""Digit or not, for symbols that it has never been shown: some are held out of training, as people are. An hour a fold.

It learns as the starter version does, from the starter version's digits network, without the symbols of one fold; the
test people's drawings of just these symbols are then turned away or not.
"""

from typing import Any

import numpy as np
from django.conf import settings

from benchmarks.quality.bench import Bench, Figures, Part, starter
from benchmarks.quality.drawings import Drawings, of_mnist, of_unipen, together
from benchmarks.quality.fitted import fitted
from benchmarks.quality.markdown import table, with_interval
from benchmarks.quality.refusal import THRESHOLD
from training import networks
from training.augmenting.configuration import RunConfig
from training.judging.evaluation import wilson_interval
from training.judging.litert import LiteRTNetwork
from training.models import Network

FOLDS = 6
MOST_COPIES = 2  # of each drawing: there are eight times as many as digits


def measure(bench: Bench) -> Figures:
    test = of_unipen(bench.folder, "test", digits=False).where(lambda record: not record.ambiguous)
    folds = folds_of(sorted({record.symbol for record in test.records}))
    made = {str(number): _one(bench, test, folds[number - 1]) for number in bench.folds}
    return {"epochs": bench.epochs, "copies": _copies(bench), "folds": made, "of": FOLDS}


def joined(earlier: Figures, figures: Figures) -> Figures:
    """Return the new folds and those that were measured earlier in the same way."""
    if any(earlier[name] != figures[name] for name in ("epochs", "copies", "of")):
        return figures
    folds = {**earlier["folds"], **figures["folds"]}
    return {**figures, "folds": {number: folds[number] for number in sorted(folds, key=int)}}


def _copies(bench: Bench) -> int:
    return min(bench.copies, MOST_COPIES)


def folds_of(symbols: list[str]) -> list[list[str]]:
    """Return the symbols in parts, each as mixed as the others: upper and lower case of a letter are together."""
    letters = sorted({symbol.lower() for symbol in symbols})
    order = np.random.default_rng(1).permutation(letters).tolist()
    groups = [set(order[start::FOLDS]) for start in range(FOLDS)]
    return [[symbol for symbol in symbols if symbol.lower() in group] for group in groups]


def _one(bench: Bench, test: Drawings, fold: list[str]) -> dict[str, Any]:
    digits = networks.load((settings.STARTER_VERSIONS / Network.DIGITS / "network.keras").read_bytes())
    made = fitted(
        _shown(bench, "train", fold),
        _shown(bench, "validation", fold),
        RunConfig(epochs=bench.epochs, copies=_copies(bench), averaging=0.1, fine_tune=True),
        role=Network.DIGIT_OR_NOT,
        start=networks.transfer(digits, 2, fine_tune=True, seed=1),
    )
    unseen = test.where(lambda record: record.symbol in fold)
    kept = bench.complete(bench.people())
    return {
        "symbols": "".join(fold),
        "refused": _share(made.network, unseen, accepts=False),
        "refused_by_starter": _share(starter(Network.DIGIT_OR_NOT).network, unseen, accepts=False),
        "accepted": _share(made.network, kept, accepts=True),
        "seconds": round(made.seconds),
    }


def _shown(bench: Bench, split: str, fold: list[str]) -> Drawings:
    """Return what a fold is trained or validated on: no drawing of its symbols, nothing ambiguous."""
    digits = together(of_mnist(bench.folder, split), of_unipen(bench.folder, split, digits=True))
    others = of_unipen(bench.folder, split, digits=False)
    clear = others.where(lambda record: not record.ambiguous and record.symbol not in fold)
    return together(digits.some(bench.most), clear.some(bench.most))


def _share(network: LiteRTNetwork, drawings: Drawings, *, accepts: bool) -> dict[str, Any]:
    scores = network.predict_many(drawings.images)[:, 1]
    right = int(((scores >= THRESHOLD) == accepts).sum())
    return {"n": len(scores), "share": right / len(scores), "interval": wilson_interval(right, len(scores))}


def show(figures: Figures) -> str:
    columns = ("refused", "refused_by_starter", "accepted")
    rows = [
        [f"`{fold['symbols']}`", fold["refused"]["n"], *(_cell(fold[name]) for name in columns)]
        for fold in figures["folds"].values()
    ]
    heads = ["held out", "n", "refused, never shown", "refused by the starter version, which was", "digits accepted"]
    how = f"{figures['epochs']} epochs, {figures['copies']} copies of each drawing"
    return f"{len(figures['folds'])} of {figures['of']} folds; {how}.\n\n{table(heads, rows)}"


def _cell(share: dict[str, Any]) -> str:
    return with_interval(share["share"], share["interval"])


PART = Part("unseen-symbols", "Symbols that were never shown", measure, show, trains=True, joined=joined)
