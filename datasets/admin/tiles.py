"""A drawing in the queue as a moderator judges it: the picture, the claim, and beside it the networks' opinion."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from datasets.admin.pictures import thumbnail
from datasets.labels import ACCEPTED_FROM, Label
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
    return Opinion(verdict.value, MARKS[verdict], _in_short(drawing, verdict), _in_words(drawing, verdict))


def _in_short(drawing: Drawing, verdict: Verdict) -> str:
    if verdict == Verdict.UNREAD:
        return ""
    is_digit = drawing.opinion_is_digit or 0.0
    if is_digit < ACCEPTED_FROM:
        return share(1 - is_digit)
    return f"{drawing.opinion_digit} {share(drawing.opinion_confidence or 0.0)}"


def _in_words(drawing: Drawing, verdict: Verdict) -> str:
    """Return who says what, and how sure each network is: which digit it is, and whether it is one at all."""
    if verdict == Verdict.UNREAD:
        return str(verdict.label)
    is_digit = drawing.opinion_is_digit or 0.0
    if is_digit < ACCEPTED_FROM:
        agree = verdict == Verdict.AGREES
        words = _("The networks agree: no digit, %(share)s") if agree else _("The networks see no digit, %(share)s")
        return words % {"share": share(1 - is_digit)}
    words = {
        Verdict.AGREES: _("The networks agree: %(digit)s, %(share)s; a digit at all: %(is_digit)s"),
        Verdict.DISAGREES: _("The networks disagree: %(digit)s, %(share)s; a digit at all: %(is_digit)s"),
    }[verdict]
    return words % {
        "digit": drawing.opinion_digit,
        "share": share(drawing.opinion_confidence or 0.0),
        "is_digit": share(is_digit),
    }


def share(probability: float) -> str:
    """Return a probability in percent, rounded down: nothing is quite certain."""
    return f"{int(100 * probability)}%"
