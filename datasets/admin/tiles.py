"""A drawing in the queue as a moderator judges it: the picture, the claim, and beside it the networks' opinion."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from datasets.admin.pictures import thumbnail
from datasets.labels import Label
from datasets.models import Drawing, Verdict

# Told apart by their form; the colour comes on top.
MARKS = {Verdict.AGREES: "✓", Verdict.DISAGREES: "≠", Verdict.NO_DIGIT: "∅", Verdict.UNREAD: "…"}


@dataclass(frozen=True)
class Opinion:
    """What the live networks say beside a label."""

    verdict: str
    mark: str
    short: str  # such as "4 99%"
    words: str  # the same as a sentence


@dataclass(frozen=True)
class Tile:
    drawing: Drawing
    url: str
    picture: SafeString
    label: str  # empty for who looks blind
    opinion: Opinion | None
    is_audited: bool


def tile_of(drawing: Drawing, *, blind: bool) -> Tile:
    return Tile(
        drawing=drawing,
        url=reverse("admin:datasets_drawing_change", args=[drawing.pk]),
        picture=thumbnail(drawing),
        label="" if blind else label_of(drawing),
        opinion=None if blind else opinion_of(drawing),
        is_audited=drawing.is_audited,
    )


def label_of(drawing: Drawing) -> str:
    return str(Label(drawing.label).label)


def opinion_of(drawing: Drawing) -> Opinion:
    verdict = Verdict(drawing.verdict)
    short, reading = _reading(drawing)
    return Opinion(
        verdict.value, MARKS[verdict], short, f"{verdict.label}: {reading}" if reading else str(verdict.label)
    )


def _reading(drawing: Drawing) -> tuple[str, str]:
    """Return what is read, in short and in words; nothing where nobody has read it."""
    if drawing.verdict == Verdict.UNREAD:
        return "", ""
    is_digit = drawing.opinion_is_digit or 0.0
    if is_digit < 0.5:
        return share(1 - is_digit), _("no digit, %(share)s") % {"share": share(1 - is_digit)}
    sure = share(drawing.opinion_confidence or 0.0)
    words = _("a %(digit)s, %(share)s") % {"digit": drawing.opinion_digit, "share": sure}
    return f"{drawing.opinion_digit} {sure}", words


def share(probability: float) -> str:
    """Return a probability in percent, rounded down: nothing is quite certain."""
    return f"{int(100 * probability)}%"
