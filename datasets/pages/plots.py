"""Counts as pictures: what the templates need to draw bars and a curve as SVG, in whole numbers.

Whole, because a template writes 0.5 as 0,5 for a German, which no SVG understands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 1000, 1000  # of the drawing area; it is stretched to its place on the page
MOST_POINTS = 120


@dataclass(frozen=True)
class Bar:
    """One of several counts."""

    key: str
    name: str
    count: int
    length: int  # 0 to WIDTH: the longest bar fills the width


@dataclass(frozen=True)
class Curve:
    """A number that grows with time."""

    line: str  # SVG points, from left to right
    area: str  # the same, closed along the bottom
    highest: int
    first: date
    last: date


def bars(counts: Sequence[tuple[str, str, int]]) -> list[Bar]:
    """Return a bar for each (key, name, count)."""
    most = max((count for _, _, count in counts), default=0) or 1
    return [Bar(key, name, count, round(WIDTH * count / most)) for key, name, count in counts]


def growth(by_day: Sequence[tuple[str, int]], until: date) -> Curve | None:
    """Return the curve of the sums of what came on each day, in order; None where it has no length."""
    days = [date.fromisoformat(day) for day, _ in by_day]
    if not days or days[0] >= until:
        return None
    total, steps = 0, []
    span = (until - days[0]).days
    for day, (_, count) in zip(days, by_day, strict=True):
        x = round(WIDTH * (day - days[0]).days / span)
        steps += [(x, total)] if total else []
        total += count
        steps.append((x, total))
    steps.append((WIDTH, total))
    if len(steps) > MOST_POINTS:
        steps = [steps[place * (len(steps) - 1) // (MOST_POINTS - 1)] for place in range(MOST_POINTS)]
    line = " ".join(f"{x},{round(HEIGHT - HEIGHT * y / total)}" for x, y in steps)
    return Curve(line, f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}", total, days[0], until)
