"""What the live networks make of the drawings that wait for a moderator."""

import time

import numpy as np

from datasets.models import Drawing
from datasets.normalization import PREPROCESSING_VERSION, SIDE
from datasets.services import Opinion, record_opinions
from recognizer import serving
from recognizer.prediction import IS_DIGIT
from recognizer.serving import LivePair

DRAWINGS_AT_ONCE = 500
MOST_SECONDS = 45.0  # less than the minute after which the next round starts


def score_pending(seconds: float = MOST_SECONDS) -> int:
    """Give each pending drawing the opinion of the live pair, the newest first; return how many got one.

    Drawings with an opinion of other versions are read again, so a publish needs no round of its own. Doing it
    twice gives the same opinions twice. What is left when the time is over waits for the next round.
    """
    deadline = time.monotonic() + seconds
    serving.poll_once()
    pair = serving.public.pair
    scored = 0
    before: int | None = None
    while pair is not None and time.monotonic() < deadline:
        batch = _batch(pair, before)
        if not batch:
            break
        scored += record_opinions(_opinion(pair, drawing_id, pixels) for drawing_id, pixels in batch)
        before = batch[-1][0]
    return scored


def _batch(pair: LivePair, before: int | None) -> list[tuple[int, bytes | memoryview]]:
    """Return id and pixels of the next drawings, below the id `before`: each is seen once in a round."""
    drawings = Drawing.objects.public().pending()
    drawings = drawings.unscored_by(pair.digits.number, pair.digit_or_not.number)
    drawings = drawings.filter(content__preprocessing_version=PREPROCESSING_VERSION)
    if before is not None:
        drawings = drawings.filter(pk__lt=before)
    return list(drawings.order_by("-pk").values_list("pk", "content__normalized")[:DRAWINGS_AT_ONCE])


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
