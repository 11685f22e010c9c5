"""How large the files are and how long a drawing takes, beside the older apps' network in the same run."""

import itertools
from statistics import median

import numpy as np

from benchmarks.models import milliseconds
from benchmarks.quality.bench import Bench, Figures, Part, Subject
from benchmarks.quality.markdown import table
from training import networks
from training.judging.litert import LiteRTNetwork
from training.learning.export import export

ROUNDS = 9
CALLS = 300
OLDER = "four-conv"


def measure(bench: Bench) -> Figures:
    picture = np.random.default_rng(1).integers(0, 256, (28, 28), np.uint8)
    probes = picture[None].repeat(10, axis=0)
    older = LiteRTNetwork(export(networks.build(OLDER, 10, seed=1), probes).tflite_bytes)
    rows = {"older": older, **_named("digits", bench.digits), **_named("digit-or-not", bench.digit_or_not)}
    times: dict[str, list[float]] = {name: [] for name in rows}
    for _ in range(ROUNDS):  # in turns: a busy moment strikes all alike
        for name, network in rows.items():
            times[name].append(milliseconds(lambda network=network: network.predict(picture), CALLS))
    least, usual = ({name: of(found) for name, found in times.items()} for of in (min, median))
    subjects = itertools.chain(bench.digits, bench.digit_or_not)
    sizes = dict(zip(list(rows)[1:], (len(subject.content) for subject in subjects), strict=True))
    return {
        name: {
            "bytes": sizes.get(name),
            "least_ms": least[name],
            "ms": usual[name],
            "ratio": usual[name] / usual["older"],
        }
        for name in rows
    }


def _named(role: str, subjects: list[Subject]) -> dict[str, LiteRTNetwork]:
    return {f"{role}: {subject.name}": subject.network for subject in subjects}


def show(figures: Figures) -> str:
    rows = [
        [
            name,
            f"{found['bytes']:,}" if found["bytes"] else "-",
            f"{found['ms']:.3f}",
            f"{found['least_ms']:.3f}",
            f"{found['ratio']:.2f}",
        ]
        for name, found in figures.items()
    ]
    heads = ["network", "bytes", "ms (median)", "ms (least)", f"times the older `{OLDER}`"]
    return "Batch 1, one thread, through LiteRT:\n\n" + table(heads, rows)


PART = Part("speed", "Size and speed", measure, show)
