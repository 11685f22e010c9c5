"""Each architecture trained in the same way, with the same seeds: ours, and those of the older systems. Hours."""

from typing import Any

import numpy as np

from benchmarks.quality.accuracy import of_digits
from benchmarks.quality.bench import Bench, Figures, Part
from benchmarks.quality.drawings import Drawings, of_mnist, of_unipen, together
from benchmarks.quality.fitted import fitted
from benchmarks.quality.markdown import percent, table
from training.augmenting.configuration import RunConfig

HOW = ("epochs", "copies", "training")  # what a run must have in common with others that it stands beside


def measure(bench: Bench) -> Figures:
    train, validation = everything(bench, "train"), everything(bench, "validation")
    found: Figures = {"epochs": bench.epochs, "copies": bench.copies, "training": len(train), "rows": {}}
    for architecture in bench.architectures:
        found["rows"][architecture] = [_one(bench, train, validation, architecture, seed) for seed in bench.seeds]
    return found


def joined(earlier: Figures, figures: Figures) -> Figures:
    """Return the new runs and those that were measured earlier in the same way: other architectures, other seeds."""
    if any(earlier[name] != figures[name] for name in HOW):
        return figures
    rows = dict(earlier["rows"])
    for architecture, runs in figures["rows"].items():
        of_seeds = {run["seed"]: run for run in [*rows.get(architecture, []), *runs]}
        rows[architecture] = [of_seeds[seed] for seed in sorted(of_seeds)]
    return {**figures, "rows": rows}


def everything(bench: Bench, split: str) -> Drawings:
    """Return the digits of one split: MNIST's and UNIPEN's."""
    digits = together(of_mnist(bench.folder, split), of_unipen(bench.folder, split, digits=True))
    return digits.some(bench.most)


def _one(bench: Bench, train: Drawings, validation: Drawings, architecture: str, seed: int) -> dict[str, Any]:
    config = RunConfig(epochs=bench.epochs, copies=bench.copies, seed=seed, averaging=0.1)
    made = fitted(train, validation, config, architecture=architecture)
    return {
        "seed": seed,
        "parameters": made.parameters,
        "bytes": made.size,
        "seconds": round(made.seconds),
        "validation": of_digits(made.network, validation)["accuracy"],
        "right": {name: of_digits(made.network, drawings)["accuracy"] for name, drawings in bench.test_sets().items()},
    }


def show(figures: Figures) -> str:
    rows = []
    for architecture, runs in figures["rows"].items():
        first = runs[0]
        means = {name: [run["right"][name] for run in runs] for name in first["right"]}
        rows.append(
            [
                architecture,
                f"{first['parameters']:,}",
                f"{first['bytes']:,}",
                len(runs),
                *(_error(found) for found in means.values()),
            ]
        )
    sets = list(next(iter(figures["rows"].values()))[0]["right"])
    heads = ["architecture", "parameters", "bytes", "seeds", *(f"error, {name}" for name in sets)]
    about = f"{figures['training']:,} drawings, {figures['copies']} copies of each, {figures['epochs']} epochs."
    means = "Means over the seeds. The command above measured last; other rows are of earlier ones."
    return f"{about} {means}\n\n{table(heads, rows)}"


def _error(accuracies: list[float]) -> str:
    """Return the mean error and, over several seeds, its standard deviation."""
    spread = f" (sd {percent(np.std(accuracies))})" if len(accuracies) > 1 else ""
    return percent(1 - np.mean(accuracies)) + spread


PART = Part("architectures", "Architectures, trained the same way", measure, show, trains=True, joined=joined)
