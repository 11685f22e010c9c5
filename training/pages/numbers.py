"""Numbers as people read them, in the visitor's language."""

from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _

NOTHING = "–"


def number(value: float | str | None, digits: int = 0) -> str:
    """Return a number with so many digits after the point, and its thousands apart."""
    if value is None or isinstance(value, str):  # templates give an empty text for what a version lacks
        return NOTHING
    return str(number_format(round(value, digits), digits, force_grouping=True))


def percent(share: float | str | None, digits: int = 2) -> str:
    """Return a share of 0..1 in percent."""
    if share is None or isinstance(share, str):
        return NOTHING
    return _("%(number)s%%") % {"number": number_format(round(100 * share, digits), digits)}


def interval(shares: Sequence[float] | None, digits: int = 2) -> str:
    """Return two shares as an interval in percent."""
    if not shares:
        return NOTHING
    low, high = shares
    return _("%(low)s to %(high)s") % {"low": percent(low, digits), "high": percent(high, digits)}


def signed(value: float, digits: int = 2) -> str:
    """Return a difference with its sign, a real minus for a loss."""
    if round(value, digits) == 0:
        return number(0.0, digits)
    return ("+" if value > 0 else "−") + number(abs(value), digits)


def shape(sides: Sequence[int]) -> str:
    """Return a shape: 28×28×1."""
    return "×".join(map(str, sides))


def half_width(pair: Sequence[float], digits: int = 3) -> str:
    """Return what stands behind the plus-minus of an interval."""
    return number((pair[1] - pair[0]) / 2, digits)


def short_number(value: float) -> str:
    """Return a number with no more digits than it needs, at most four."""
    return number(value, next((digits for digits in range(4) if abs(round(value, digits) - value) < 1e-9), 4))


def short_percent(share: float) -> str:
    """Return a share in percent, with no more digits than it needs."""
    value = 100 * share
    return percent(share, next((digits for digits in range(3) if abs(round(value, digits) - value) < 1e-7), 3))
