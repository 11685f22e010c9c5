"""One factor at a time: how much is lost with other pens, at other places, turned, or sent as other pictures.

Digits of UNIPEN's test people without `ibm`, drawn again from their strokes; and every size with every pen.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.bench import Bench, Figures, Part
from benchmarks.quality.drawings import Drawings
from benchmarks.quality.markdown import percent, points, table, with_interval
from benchmarks.quality.photographs import STYLES, uploaded
from benchmarks.quality.redrawing import placed, seen
from datasets.preprocessing.strokes import Strokes
from training.augmenting.simplification import simplified
from training.judging.evaluation import wilson_interval
from training.judging.litert import LiteRTNetwork
from training.pages.charts import Chart, Series, line_chart

RATIOS = (0.02, 0.03, 0.05, 0.08, 0.12, 0.18, 0.25)  # of the pen to the longer side of the symbol
DEGREES = (-15, -10, -5, 5, 10, 15)
PLACES = ((65, 65), (215, 65), (140, 140), (65, 215), (215, 215))  # canvas units
SIZES = (30, 60, 110, 160, 220)  # canvas units of the longer side
PENS = (2, 4, 8, 12, 18, 28, 40)  # canvas units
ORDINARY_SIZE, ORDINARY_PEN, SMALL_SIZE = 180.0, 18.0, 110.0

Look = Callable[[Strokes, int], NDArray[np.uint8]]
"""From strokes and their place in the list to uint8 (28, 28)."""


def measure(bench: Bench) -> Figures:
    drawings = bench.complete(bench.people()).some(bench.most)
    plain = [simplified(record.strokes) for record in drawings.records if record.strokes]
    found: Figures = {"n": len(drawings), "networks": {subject.name: {} for subject in bench.digits}}
    for factor, amounts in factors().items():
        for amount, look in amounts.items():
            images = np.array([look(strokes, index) for index, strokes in enumerate(plain)])
            for subject in bench.digits:
                right = of(subject.network, images, drawings)
                found["networks"][subject.name].setdefault(factor, {})[amount] = right
    return found


def factors() -> dict[str, dict[str, Look]]:
    """Return every change of every factor, by their names."""
    return {
        "ordinary": {"size of 180, pen of 18, of 280": _drawn(size=ORDINARY_SIZE, pen=ORDINARY_PEN)},
        "pen": {str(ratio): _drawn(size=ORDINARY_SIZE, pen=ratio * ORDINARY_SIZE) for ratio in RATIOS},
        "rotation": {str(d): _drawn(size=ORDINARY_SIZE, pen=ORDINARY_PEN, degrees=d) for d in DEGREES},
        "place": {f"{x}, {y}": _drawn(size=SMALL_SIZE, pen=ORDINARY_PEN, place=(x, y)) for x, y in PLACES},
        "picture": {style: _uploaded(style) for style in STYLES},
        "grid": {f"{size} x {pen}": _drawn(size=size, pen=pen) for size in SIZES for pen in PENS},
    }


def _drawn(**how: Any) -> Look:
    return lambda strokes, index: seen(placed(strokes, **how))


def _uploaded(style: str) -> Look:
    return lambda strokes, index: uploaded(strokes, style, index)


def of(network: LiteRTNetwork, images: NDArray[np.uint8], drawings: Drawings) -> dict[str, Any]:
    right = int((network.predict_many(images).argmax(axis=1) == drawings.classes).sum())
    return {"accuracy": right / len(images), "interval": wilson_interval(right, len(images))}


def show(figures: Figures) -> str:
    parts = [
        f"{figures['n']} digits of UNIPEN's test people without `ibm`, drawn again on a canvas of 280. "
        "Points are lost against the ordinary size and pen; pictures go through the upload's path."
    ]
    for name, found in figures["networks"].items():
        parts += [f"**{name}**", _one_at_a_time(found), "Every size with every pen, right:", _grid(found["grid"])]
    return "\n\n".join(parts)


def _one_at_a_time(found: dict[str, Any]) -> str:
    (base,) = found["ordinary"].values()
    rows = [
        [factor, amount, with_interval(one["accuracy"], one["interval"]), points(one["accuracy"] - base["accuracy"])]
        for factor, amounts in found.items()
        if factor != "grid"
        for amount, one in amounts.items()
    ]
    return table(["factor", "amount", "right (95% interval)", "points"], rows)


def _grid(grid: dict[str, Any]) -> str:
    rows = [[size, *(percent(grid[f"{size} x {pen}"]["accuracy"], 1) for pen in PENS)] for size in SIZES]
    return table(["size / pen", *PENS], rows)


def charts(figures: Figures) -> dict[str, Chart | None]:
    return {
        f"robustness {factor}": line_chart(
            f"accuracy by {factor}",
            [Series(name, *_line(found[factor].items())) for name, found in figures["networks"].items()],
            x_name=x_name,
            y_name="right",
            y_text=lambda share: percent(share, 1),
        )
        for factor, x_name in (("pen", "pen to symbol"), ("rotation", "degrees, clockwise"))
    }


def _line(amounts: Iterable[tuple[str, Any]]) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    rows = list(amounts)
    return [(float(x), one["accuracy"]) for x, one in rows], [tuple(one["interval"]) for _, one in rows]


PART = Part("robustness", "One factor at a time", measure, show, charts)
