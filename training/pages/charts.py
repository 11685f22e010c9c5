"""Plots as numbers: where lines, points and words go. Templates make SVG of them, on the server, for every browser.

A plot is 360 units wide; its words are part of it. Each brings its figures as a table as well.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 10, 40  # room for the words

Number = Callable[[float], str]


@dataclass(frozen=True)
class Series:
    """One line: points (x, y), and for each the 95% interval of y where there is one."""

    name: str
    points: Sequence[tuple[float, float]]
    intervals: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True)
class Mark:
    """A point on the plot, its interval from `low` to `high` (None: none), and what it says."""

    x: float
    y: float
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class Line:
    name: str
    number: int  # from 1: its colour, its dashes and its marks
    path: str
    marks: list[Mark]


@dataclass(frozen=True)
class Chart:
    """A plot in units of its view box, and its figures as rows of a table."""

    title: str
    x_name: str
    y_name: str
    lines: list[Line]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    rows: list[list[str]]
    diagonal: str = ""  # a path for what would be ideal
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM
    heads: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Scale:
    """From values to units of the view box."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(self.start + share * (self.end - self.start), 1)


def line_chart(
    title: str,
    series: Sequence[Series],
    *,
    x_name: str,
    y_name: str,
    x_text: Number = "{:g}".format,
    y_text: Number = "{:g}".format,
    y_tick: Number | None = None,
    y_range: tuple[float, float] | None = None,
    x_values: Sequence[float] | None = None,
    ideal: bool = False,
) -> Chart | None:
    """Return lines over common axes, or None without points.

    `y_tick` writes the axis where that needs fewer digits than the values, `ideal` draws y = x.
    """
    everything = [point for one in series for point in one.points]
    if not everything:
        return None
    xs = sorted({x for x, _ in everything})
    low, high = y_range or _span(
        [y for _, y in everything] + [y for one in series for pair in one.intervals for y in pair]
    )
    y_steps = steps(low, high)
    x = _Scale(min(x_values or xs), max(x_values or xs), LEFT, WIDTH - RIGHT)
    y = _Scale(min(low, y_steps[0]), max(high, y_steps[-1]), HEIGHT - BOTTOM, TOP)
    return Chart(
        title=title,
        x_name=x_name,
        y_name=y_name,
        lines=[_line(number, one, x, y, x_text, y_text) for number, one in enumerate(series, 1)],
        x_ticks=[Tick(x(value), x_text(value)) for value in _thinned(x_values or xs)],
        y_ticks=[Tick(y(value), (y_tick or y_text)(value)) for value in y_steps],
        rows=_rows(series, xs, x_text, y_text),
        heads=[x_name, *(one.name for one in series)],
        diagonal=f"M{x(x.low)} {y(x.low)}L{x(x.high)} {y(x.high)}" if ideal else "",
    )


def steps(low: float, high: float, most: int = 5) -> list[float]:
    """Return round values that cover a range, at most about `most` of them."""
    if high <= low:
        return [low]
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    size = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(low / size + 1e-9), math.ceil(high / size - 1e-9)
    return [round(index * size, 10) for index in range(first, last + 1)]


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 0.01, high + 0.01)


def _thinned(values: Sequence[float], most: int = 9) -> list[float]:
    """Return at most so many of the values, evenly, the first and the last among them."""
    every = max(1, math.ceil((len(values) - 1) / (most - 1))) if len(values) > 1 else 1
    chosen = list(values[::every])
    return chosen if chosen[-1] == values[-1] else [*chosen[:-1], values[-1]]


def _line(number: int, series: Series, x: _Scale, y: _Scale, x_text: Number, y_text: Number) -> Line:
    marks = []
    for index, (at, value) in enumerate(series.points):
        low, high = series.intervals[index] if series.intervals else (None, None)
        marks.append(
            Mark(
                x(at),
                y(value),
                None if low is None else y(low),
                None if high is None else y(high),
                f"{x_text(at)}: {y_text(value)}",
            )
        )
    path = "M" + "L".join(f"{mark.x} {mark.y}" for mark in marks) if marks else ""
    return Line(series.name, number, path, marks)


def _rows(series: Sequence[Series], xs: Sequence[float], x_text: Number, y_text: Number) -> list[list[str]]:
    columns = [dict(one.points) for one in series]
    return [[x_text(at), *(y_text(column[at]) if at in column else "-" for column in columns)] for at in xs]
