"""What the live networks make of the drawings that wait for a moderator."""

import time

import numpy as np
from django.db.models import QuerySet

from datasets.models import Drawing
from datasets.preprocessing.normalization import PREPROCESSING_VERSION, SIDE
from datasets.services import Opinion, record_opinions
from recognizer import serving
from recognizer.prediction import IS_DIGIT
from recognizer.serving import LivePair

DRAWINGS_AT_ONCE = 500
MOST_SECONDS = 4.0  # less than the five after which the next round starts; the reaper waits for the same worker


def score_pending(seconds: float = MOST_SECONDS) -> int:
    """Give each pending drawing the opinion of the live pair; return how many got one.

    First those that nobody has read, the newest first, then those that other versions have read: so a publish needs no
    round of its own. Doing it twice gives the same opinions twice. What is left when the time is over, and what
    somebody was changing at that moment, waits for the next round.
    """
    deadline = time.monotonic() + seconds
    serving.poll_once()
    pair = serving.public.pair
    if pair is None:
        return 0
    drawings = Drawing.objects.public().pending().filter(content__preprocessing_version=PREPROCESSING_VERSION)
    kinds = [drawings.unread().order_by("-pk"), *drawings.read_by_others(pair.digits.number, pair.digit_or_not.number)]
    return sum(_score(pair, of_a_kind, deadline) for of_a_kind in kinds)


def _score(pair: LivePair, drawings: QuerySet[Drawing], deadline: float) -> int:
    """Read until there are no more of these drawings; what has been read is none of them any more."""
    scored = 0
    while time.monotonic() < deadline:
        batch = drawings.values_list("pk", "content__normalized")[:DRAWINGS_AT_ONCE]
        recorded = record_opinions(_opinion(pair, drawing_id, pixels) for drawing_id, pixels in batch)
        scored += recorded
        if not recorded:
            break
    return scored


def _opinion(pair: LivePair, drawing_id: int, pixels: bytes | memoryview) -> Opinion:
    image = np.frombuffer(pixels, np.uint8).reshape(SIDE, SIDE)
    probabilities = pair.digits.litert.predict(image)
    digit = int(probabilities.argmax())
    return Opinion(
        drawing_id=drawing_id,
        digit=digit,
        confidence=float(probabilities[digit]),
        is_digit=float(pair.digit_or_not.litert.predict(image)[IS_DIGIT]),
        digits_version=pair.digits.number,
        digit_or_not_version=pair.digit_or_not.number,
    )
