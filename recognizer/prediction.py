"""From a picture and the live pair to the answer, in the form that clients rely on."""

import time
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datasets.labels import ACCEPTED_FROM
from datasets.preprocessing.normalization import encode_png
from recognizer.inputs import Picture
from recognizer.serving import LivePair

IS_DIGIT = 1  # the output of digit-or-not that stands for a digit, see `training.selection.CLASSES`
DECIMALS = 6


@dataclass
class Stopwatch:
    """Seconds spent in the networks, for `Server-Timing` and the metrics."""

    seconds: float = 0.0


def answer(picture: Picture, pair: LivePair, watch: Stopwatch) -> dict[str, Any]:
    """Return what the pair makes of a picture.

    `digit`, `probabilities`, `is_digit` and `normalized` are of the drawing as a whole, whatever is on it:
    that is what is kept when it is submitted. With several symbols, `readings` has each for itself, from left
    to right. A dot is no digit, whatever the networks say.
    """
    started = time.perf_counter()
    whole = pair.digits.litert.predict(picture.normalized)
    is_digit = 0.0 if picture.is_dot else float(pair.digit_or_not.litert.predict(picture.normalized)[IS_DIGIT])
    alone = len(picture.symbols) == 1
    each = [whole] if alone else [pair.digits.litert.predict(symbol.normalized) for symbol in picture.symbols]
    watch.seconds += time.perf_counter() - started
    return {
        "digit": int(whole.argmax()),
        "probabilities": [round(probability, DECIMALS) for probability in whole.tolist()],
        "is_digit": {"accepted": is_digit >= ACCEPTED_FROM, "probability": round(is_digit, DECIMALS)},
        "symbols": len(picture.symbols),
        "readings": [
            _reading(probabilities, [symbol.box.x, symbol.box.y, symbol.box.width, symbol.box.height])
            for symbol, probabilities in zip(picture.symbols, each, strict=True)
        ],
        "normalized": b64encode(encode_png(picture.normalized)).decode(),
        "models": pair.versions,
    }


def _reading(probabilities: NDArray[np.float32], box: list[int]) -> dict[str, Any]:
    digit = int(probabilities.argmax())
    return {"digit": digit, "probability": round(float(probabilities[digit]), DECIMALS), "box": box}
