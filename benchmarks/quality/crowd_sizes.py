"""How many drawings by a crowd it takes, with and without augmentation. Hours.

The crowd are UNIPEN's training people, in turns: a small crowd has as many people as a large one. Every fit sees as
many images, so that only what they show differs. Its test people, without `ibm`, are read.
"""

import itertools
from collections import defaultdict
from typing import Any

import numpy as np

from benchmarks.quality.accuracy import of_digits
from benchmarks.quality.bench import Bench, Figures, Part
from benchmarks.quality.drawings import Drawings, of_unipen
from benchmarks.quality.fitted import fitted
from benchmarks.quality.markdown import table, with_interval
from training.augmenting.configuration import RunConfig
from training.pages.charts import Chart, Series, line_chart

SIZES = (100, 300, 1_000, 3_000, 11_000)  # the last: as many as there are
COPIES = 20
IMAGES_PER_EPOCH = 60_000
WAYS = {"with augmentation": COPIES, "without": 0}


def measure(bench: Bench) -> Figures:
    people, validation = (of_unipen(bench.folder, split, digits=True) for split in ("train", "validation"))
    order = in_turns(people)
    sizes = [size for size in SIZES if size < len(people)] + [len(people)]
    test = bench.complete(bench.people())
    found: Figures = {"epochs": bench.epochs, "images": IMAGES_PER_EPOCH, "n": len(test), "rows": {}}
    for size in sizes[: bench.most]:
        crowd = people.at(order[:size])
        found["rows"][str(size)] = {way: _one(bench, crowd, validation, test, copies) for way, copies in WAYS.items()}
    return found


def in_turns(drawings: Drawings) -> Any:
    """Return an order in which everybody's first drawing of each digit comes before anybody's second."""
    turns: dict[tuple[str, str], Any] = defaultdict(itertools.count)
    keys = [(next(turns[record.writer, record.label]), record.writer, record.label) for record in drawings.records]
    shuffled = np.random.default_rng(1).permutation(len(keys))
    return np.array(sorted(shuffled, key=lambda place: keys[place][0]))


def _one(bench: Bench, crowd: Drawings, validation: Drawings, test: Drawings, copies: int) -> dict[str, Any]:
    config = RunConfig(epochs=bench.epochs, copies=copies, patience=bench.epochs, averaging=0.1)
    made = fitted(crowd, validation, config, images_per_epoch=IMAGES_PER_EPOCH)
    figures = of_digits(made.network, test)
    return {"accuracy": figures["accuracy"], "interval": figures["accuracy_interval"], "seconds": round(made.seconds)}


def show(figures: Figures) -> str:
    rows = [
        [f"{int(size):,}", *(with_interval(row[way]["accuracy"], row[way]["interval"]) for way in WAYS)]
        for size, row in figures["rows"].items()
    ]
    how = f"`light` from scratch, {figures['epochs']} epochs of {figures['images']:,} images"
    about = f"{how}; {figures['n']:,} digits were read."
    return f"{about}\n\n{table(['drawings by the crowd', *WAYS], rows)}"


def charts(figures: Figures) -> dict[str, Chart | None]:
    series = [
        Series(
            way,
            [(float(np.log10(int(size))), row[way]["accuracy"]) for size, row in figures["rows"].items()],
            [tuple(row[way]["interval"]) for row in figures["rows"].values()],
        )
        for way in WAYS
    ]
    chart = line_chart(
        "accuracy by the size of the crowd's data",
        series,
        x_name="drawings",
        y_name="right",
        x_text=lambda power: f"{10**power:,.0f}",
        y_text=lambda share: f"{100 * share:.1f}%",
    )
    return {"crowd sizes": chart}


PART = Part("crowd-sizes", "How many drawings it takes", measure, show, charts, trains=True)
