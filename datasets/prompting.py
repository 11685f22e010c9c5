"""What `/contribute` asks for: what the dataset lacks most, with some chance in it, and now and then no digit.

A crowd that may choose draws its favourites, and hardly anybody thinks of drawing something that is no digit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from datasets.errors import InvalidInput
from datasets.labels import DIGITS, Label
from datasets.models import Drawing
from datasets.models.drawings import LABEL

SHARE_OF_SHAPES = 1 / 8  # of what is asked for is no digit
LACKING_MOST = 9  # a digit of which there is none is asked for so many times more often than the most frequent one
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
    shares = shares_of(_counts())
    shapes = [
        Prompt(name, Label.NOT_A_DIGIT.value, str(sentence), SHARE_OF_SHAPES / len(SHAPES))
        for name, sentence in SHAPES.items()
    ]
    return [Prompt(digit, digit, _sentence(digit), shares[digit]) for digit in DIGITS] + shapes


def shares_of(counts: Mapping[str, int]) -> dict[str, float]:
    """Return how often each digit is to be asked for, together as often as is left beside the shapes."""
    most = max([*counts.values(), 1])
    weights = {digit: 1 + LACKING_MOST * (1 - counts.get(digit, 0) / most) for digit in DIGITS}
    total = sum(weights.values())
    return {digit: (1 - SHARE_OF_SHAPES) * weight / total for digit, weight in weights.items()}


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
    """Return how many drawings there are of each digit, approved or pending; while Redis is away, counted anew.

    When the counts are old, one request counts and the others go on with the old ones.
    """
    try:
        is_old = cache.add(FRESH_KEY, True, FRESH_SECONDS)
        counts: dict[str, int] | None = cache.get(COUNTS_KEY)
        if counts is None or is_old:
            counts = _counted()
            cache.set(COUNTS_KEY, counts, timeout=None)
    except (RedisError, OSError):
        return _counted()
    return counts


def _counted() -> dict[str, int]:
    drawings = Drawing.objects.public().exclude(status=Drawing.Status.REJECTED).annotate(shows=LABEL)
    return dict(drawings.filter(shows__in=DIGITS).values_list("shows").annotate(Count("pk")).order_by())
