"""What `/contribute` asks for: what the dataset lacks most, with some chance in it, and now and then no digit.

A crowd that may choose draws its favourites, and hardly anybody thinks of drawing something that is no digit.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from celery import current_app
from django.core.cache import cache
from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from datasets.errors import InvalidInput
from datasets.labels import DIGITS, Label
from datasets.models import Drawing
from datasets.models.drawings import LABEL

logger = logging.getLogger(__name__)

SHARE_OF_SHAPES = 1 / 8  # of what is asked for is no digit
LACKING_MOST = 9  # something of which there is none is asked for so many times more often than the most frequent one
TASK = "datasets.tasks.count_for_prompts"
COUNTS_KEY = "datasets.prompting.counts"
FRESH_KEY = "datasets.prompting.fresh"
FRESH_SECONDS = 300  # counting a million drawings takes a while, and nobody notices the difference

# Of one symbol each, and such that nobody takes them for a digit: no circle (0), no O, I, S, Z or B.
SHAPES: dict[str, Promise] = {
    "star": _("Please draw a star"),
    "heart": _("Please draw a heart"),
    "wave": _("Please draw a wave"),
    "house": _("Please draw a house"),
    "tree": _("Please draw a tree"),
    "flower": _("Please draw a flower"),
    "fish": _("Please draw a fish"),
    "cloud": _("Please draw a cloud"),
    "umbrella": _("Please draw an umbrella"),
    "arrow": _("Please draw an arrow"),
    "triangle": _("Please draw a triangle"),
    "square": _("Please draw a square"),
    "spiral": _("Please draw a spiral"),
    "zigzag": _("Please draw a zigzag"),
    "plus": _("Please draw a plus sign"),
    "question-mark": _("Please draw a question mark"),
    "letter-a": _("Please draw the letter A"),
    "letter-e": _("Please draw the letter E"),
    "letter-h": _("Please draw the letter H"),
    "letter-k": _("Please draw the letter K"),
    "letter-m": _("Please draw the letter M"),
    "letter-r": _("Please draw the letter R"),
    "letter-w": _("Please draw the letter W"),
    "letter-x": _("Please draw the letter X"),
}
DIGIT = _("Please draw a {digit}")
VOWEL = _("Please draw an {digit}")  # English says "an 8"


@dataclass(frozen=True)
class Prompt:
    """Something that one may be asked to draw."""

    name: str  # a digit, or the name of a shape
    label: str  # as which it is claimed
    sentence: str  # that asks for it
    weight: float  # how often it is asked for; all together 1


def prompts() -> list[Prompt]:
    """Return all that is asked for, in the language of the request, weighted by what the public dataset lacks."""
    counts = _counts()
    of_digits = shares_of(counts, DIGITS, 1 - SHARE_OF_SHAPES)
    of_shapes = shares_of(counts, SHAPES, SHARE_OF_SHAPES)
    return [
        *(Prompt(digit, digit, _sentence(digit), share) for digit, share in of_digits.items()),
        *(Prompt(name, Label.NOT_A_DIGIT.value, str(SHAPES[name]), share) for name, share in of_shapes.items()),
    ]


def shares_of(counts: Mapping[str, int], names: Collection[str], together: float) -> dict[str, float]:
    """Return how often each of these is to be asked for: the more often, the fewer there are beside the others."""
    most = max(1, *(counts.get(name, 0) for name in names))
    weights = {name: 1 + LACKING_MOST * (1 - counts.get(name, 0) / most) for name in names}
    total = sum(weights.values())
    return {name: together * weight / total for name, weight in weights.items()}


def count() -> dict[str, int]:
    """Count anew how many drawings there are of each digit and of each shape, and keep it."""
    counts = _counted()
    cache.set(COUNTS_KEY, counts, timeout=None)
    cache.set(FRESH_KEY, True, FRESH_SECONDS)
    return counts


def check_prompt(prompt: str, label: str) -> None:
    """Raise InvalidInput `invalid_prompt` when nobody asks for this, or not for something of this label."""
    if prompt and prompt != label and not (prompt in SHAPES and label == Label.NOT_A_DIGIT):
        raise InvalidInput(
            "invalid_prompt",
            f"Expected as prompt the digit of the label, or with not-a-digit one of {', '.join(SHAPES)}; "
            f"received {prompt[:20]!r} with {label}.",
        )


def _sentence(digit: str) -> str:
    return str(VOWEL if digit == Label.EIGHT else DIGIT).format(digit=digit)


def _counts() -> dict[str, int]:
    """Return what was counted last; while Redis is away, what there is now.

    Counts that are old are good enough for this request: a worker counts for those to come.
    """
    try:
        counts: dict[str, int] | None = cache.get(COUNTS_KEY)
        if counts is None:
            return count()
        if cache.add(FRESH_KEY, True, FRESH_SECONDS):
            current_app.send_task(TASK, retry=False, expires=FRESH_SECONDS)
    except (RedisError, BrokerError, OSError) as error:
        logger.warning("The cache is away: %s", error)
        return _counted()
    return counts


def _counted() -> dict[str, int]:
    """Return the drawings that are approved or pending, of each digit and of each shape that was asked for."""
    drawings = Drawing.objects.public().exclude(status=Drawing.Status.REJECTED).annotate(shows=LABEL)
    counts: dict[str, int] = dict.fromkeys([*DIGITS, *SHAPES], 0)
    for label, prompt, number in drawings.values_list("shows", "prompt").annotate(Count("pk")).order_by():
        name = label if label in DIGITS else prompt
        if label in DIGITS or prompt in SHAPES:
            counts[name] += number
    return counts
