"""Tables of figures as text."""

from collections.abc import Sequence

Row = Sequence[object]


def table(heads: Row, rows: Sequence[Row]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def percent(share: float | None, digits: int = 2) -> str:
    return "-" if share is None else f"{100 * share:.{digits}f}%"


def with_interval(share: float | None, interval: Sequence[float], digits: int = 2) -> str:
    """Return a share and its 95% interval."""
    if share is None:
        return "-"
    low, high = (f"{100 * end:.{digits}f}" for end in interval)
    return f"{100 * share:.{digits}f}% ({low} to {high})"


def points(difference: float) -> str:
    return f"{100 * difference:+.2f}"
