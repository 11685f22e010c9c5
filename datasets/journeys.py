"""What became of a drawing, as far as others know it: how networks read it before and after they had it.

This app knows of no networks. Whoever does hangs a function into `hooks.READINGS`.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from datasets import hooks
from datasets.models import Drawing


class When(models.TextChoices):
    """Which network it was that read the drawing."""

    GIVEN = "given", _("live when you drew it")
    LEARNED = "learned", _("the first to learn from it")
    TESTED = "tested", _("the first to be tested with it")
    NOW = "now", _("live now")


@dataclass(frozen=True)
class Reading:
    """What a network makes of a drawing."""

    when: When
    name: str  # of the network, such as "digits 12"
    url: str  # its page
    says: str  # for people, such as "4"
    is_right: bool  # by the drawing's label


def readings_of(drawings: list[Drawing]) -> dict[int, list[Reading]]:
    """Return by drawing's id how networks read it, the earliest first; the drawings were read with their contents."""
    readings: dict[int, list[Reading]] = {}
    for read in hooks.READINGS:
        for pk, of_drawing in read(drawings).items():
            readings.setdefault(pk, []).extend(of_drawing)
    return readings
