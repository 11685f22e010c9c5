"""Numbers in templates: see `training.pages.numbers`."""

from collections.abc import Sequence

from django import template

from training.pages import numbers

register = template.Library()
register.filter(numbers.number)
register.filter(numbers.percent)
register.filter(numbers.interval)
register.filter(numbers.signed)
register.filter(numbers.shape)
register.filter(numbers.half_width)


@register.filter
def at(values: Sequence[object], index: int) -> object:
    return values[index]


@register.filter
def together(counts: dict[str, int] | None) -> int | None:
    """Return trainable and non-trainable parameters as one number."""
    return sum(counts.values()) if counts else None
