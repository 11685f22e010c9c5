"""The shapes of one digit: crossed sevens, ones with a flag or a foot, slashed zeros, open fours, hooked nines.

Digits of UNIPEN's test people without `ibm`, after the review of labels. Which shape one has follows from its strokes
by plain geometry, which is right of most: `python -m benchmarks.quality.shapes FOLDER` draws what each rule finds.
MNIST has no strokes.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import robustness
from benchmarks.quality.bench import Bench, Figures, Part
from benchmarks.quality.drawings import Drawings
from benchmarks.quality.markdown import table, with_interval
from benchmarks.quality.redrawing import placed
from benchmarks.quality.review import after_review
from benchmarks.quality.sheets import write_sheets
from datasets.preprocessing.strokes import Stroke, Strokes, rasterize
from tests.paths import DATA
from training.augmenting.ways import places_along, places_in, places_of, way_of

STEPS = 60  # places along a stroke
BAR_BETWEEN = (0.25, 0.8)  # of the height of a seven: where the middle of its bar is
BAR_HEIGHT = 0.45  # at most, of the same
SLASH = 0.6  # at least, of the longer side of a zero, from one end of a stroke to the other
STRAIGHT = 0.9  # at least, of the pen's way, from one end of a stroke to the other
ASIDE = 0.15  # of its length: how far the ends of a one reach to the side
FOOT = 0.85  # of its length: from there on it is the foot
CLOSED = 0.2  # of the height of a four: nearer than that, its first stroke begins at the down-stroke
HOOKED = 0.35  # of the width of a nine, from the left: where a tail ends that runs back under the loop

Places = NDArray[np.float64]


def crossed(drawing: Strokes) -> bool:
    """Whether a seven has a bar: a flat stroke, not the first one, half-way down."""
    everything = places_of(drawing)
    top, height = everything[:, 1].min(), np.ptp(everything[:, 1])
    return any(_is_bar(places_in(stroke), top, height) for stroke in drawing.strokes[1:])


def _is_bar(places: Places, top: float, height: float) -> bool:
    width, own_height = np.ptp(places, axis=0)
    middle = (places[:, 1].min() + places[:, 1].max()) / 2
    low, high = BAR_BETWEEN
    return bool(low < (middle - top) / height < high and own_height < min(width, BAR_HEIGHT * height))


def with_flag_or_foot(drawing: Strokes) -> bool:
    """Whether a one is more than a line: it reaches aside in its upper half, or at its foot."""
    places = places_of(drawing)
    top, foot = places[places[:, 1].argmin()], places[places[:, 1].argmax()]
    way = foot - top
    length = np.hypot(*way)
    along = (places - top) @ way / length**2
    aside = np.abs((places - top) @ np.array([-way[1], way[0]])) / length**2
    return bool((aside[(along < 0.5) | (along > FOOT)] > ASIDE).any())


def slashed(drawing: Strokes) -> bool:
    """Whether a zero has a line through it: a long straight stroke, not the first one."""
    longer = np.ptp(places_of(drawing), axis=0).max()
    return any(_reach(stroke) > max(SLASH * longer, STRAIGHT * way_of(stroke)[-1]) for stroke in drawing.strokes[1:])


def _reach(stroke: Stroke) -> float:
    """Return how far apart the ends of a stroke are."""
    places = places_in(stroke)
    return float(np.hypot(*(places[-1] - places[0])))


def closed(drawing: Strokes) -> bool:
    """Whether a four begins where its down-stroke passes, rather than beside it."""
    first, *others = (_along(stroke) for stroke in drawing.strokes)
    rest = np.concatenate(others) if others else first[len(first) // 2 :]
    distances = np.linalg.norm(rest - first[0], axis=1)
    return bool(distances.min() < CLOSED * np.ptp(places_of(drawing)[:, 1]))


def hooked(drawing: Strokes) -> bool:
    """Whether the tail of a nine runs back under its loop."""
    places = places_of(drawing)
    return bool((places[-1, 0] - places[:, 0].min()) / np.ptp(places[:, 0]) < HOOKED)


RULES: dict[str, tuple[str, str, Callable[[Strokes], bool]]] = {
    "0": ("slashed", "plain", slashed),
    "1": ("with a flag or a foot", "a line", with_flag_or_foot),
    "4": ("closed", "open", closed),
    "7": ("crossed", "plain", crossed),
    "9": ("tail hooked to the left", "tail straight down", hooked),
}
"""Of each digit: the name of those that a rule holds for, that of the others, and the rule."""


def shape_of(label: str, drawing: Strokes) -> str:
    """Return the name of the shape of a digit in `RULES`."""
    holds, otherwise, rule = RULES[label]
    return holds if rule(drawing) else otherwise


def of_people(bench: Bench) -> dict[str, Drawings]:
    """Return the digits in `RULES` by their shapes."""
    digits = after_review(bench.complete(bench.people()))
    found = {}
    for label, (*names, _) in RULES.items():
        one = digits.at(np.flatnonzero(digits.classes == int(label)))
        shapes = np.array([shape_of(label, record.strokes) for record in one.records if record.strokes], str)
        found |= {f"{label}, {name}": one.at(np.flatnonzero(shapes == name)) for name in names}
    return {name: drawings for name, drawings in found.items() if len(drawings)}


def measure(bench: Bench) -> Figures:
    shapes = of_people(bench)
    return {
        subject.name: {
            name: {"n": len(drawings), **robustness.of(subject.network, drawings.images, drawings)}
            for name, drawings in shapes.items()
        }
        for subject in bench.digits
    }


def _along(stroke: Stroke) -> Places:
    """Return places of the pen at equal distances: (STEPS, 2)."""
    return np.array(places_along(stroke, np.linspace(0, way_of(stroke)[-1], STEPS)))[:, :2]


def show(figures: Figures) -> str:
    names = list(figures)
    rows = [
        [shape, figures[names[0]][shape]["n"], *(_cell(figures[name][shape]) for name in names)]
        for shape in figures[names[0]]
    ]
    return table(["digit and shape", "n", *(f"right: {name} (95% interval)" for name in names)], rows)


def _cell(found: dict[str, Any]) -> str:
    return with_interval(found["accuracy"], found["interval"])


PART = Part("shapes", "Digits by their shapes", measure, show)

if __name__ == "__main__":
    for name, drawings in of_people(Bench(DATA)).items():
        inks = [rasterize(placed(r.strokes, size=180, pen=6)) for r in drawings.records if r.strokes]
        keys = [record.source_key for record in drawings.records]
        title = name.replace(", ", "-").replace(" ", "-")
        print(f"{name}: {len(inks)}")
        write_sheets(list(zip(inks, keys, strict=True)), Path(sys.argv[1]), title)
