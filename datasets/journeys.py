"""What became of a drawing, as far as others know it: how networks read it before and after they had it.

This app knows of no networks. Whoever does registers a function here, by its dotted path, because it is slow to import
and only one page asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:  # apps register before there are models
    from datasets.models import Drawing


class When(models.TextChoices):
    """Which network it was that read the drawing."""

    GIVEN = "given", _("live when you drew it")
    FIRST = "first", _("the first to have it")
    NOW = "now", _("live now")


@dataclass(frozen=True)
class Reading:
    """What a network makes of a drawing."""

    when: When
    name: str  # of the network, such as "digits 12"
    url: str  # its page
    says: str  # for people, such as "4"
    is_right: bool  # by the drawing's label


Provider = Callable[["list[Drawing]"], dict[int, list[Reading]]]

_providers: list[str] = []


def register(path: str) -> None:
    """Ask the function at this dotted path from now on: from drawings with contents to readings by drawing's id."""
    if path not in _providers:
        _providers.append(path)


def readings_of(drawings: list[Drawing]) -> dict[int, list[Reading]]:
    """Return by drawing's id how networks read it, the earliest first; the drawings were read with their contents."""
    readings: dict[int, list[Reading]] = {}
    for path in _providers:
        provider: Provider = import_string(path)
        for pk, of_drawing in provider(drawings).items():
            readings.setdefault(pk, []).extend(of_drawing)
    return readings
