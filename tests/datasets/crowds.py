"""A few days on the site, for the tests of the sweep: who drew what from where and when, and how it is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone

from datasets.models import Contributor, Drawing, DrawingContent
from datasets.preprocessing import contents
from datasets.preprocessing.contents import Content
from datasets.preprocessing.normalization import PREPROCESSING_VERSION, SIDE
from datasets.preprocessing.strokes import Strokes, parse_strokes
from tests import unipen
from tests.datasets.factories import strokes_of
from tests.scribbles import scribble
from training.judging.litert import LiteRTNetwork


@dataclass(frozen=True)
class Sent:
    """One drawing that somebody has sent; the same `hand` is the same cookie."""

    hand: str
    address: str
    minute: float  # before now
    label: str
    strokes: Strokes
    status: str = "pending"


@cache
def _networks() -> tuple[LiteRTNetwork, LiteRTNetwork]:
    files = [settings.STARTER_VERSIONS / network / "network.tflite" for network in ("digits", "digit-or-not")]
    if not all(file.exists() for file in files):
        pytest.skip("needs the starter versions (`make train-starter`)")
    digits, digit_or_not = (LiteRTNetwork(file.read_bytes()) for file in files)
    return digits, digit_or_not


def send(sent: Iterable[Sent], *, now: datetime | None = None) -> list[int]:
    """Create the drawings with the opinions of the networks that ship with the project; return their ids."""
    now = now or timezone.now()
    everything = list(sent)
    hands = {hand: Contributor(kind="visitor", key=hand) for hand in dict.fromkeys(one.hand for one in everything)}
    Contributor.objects.bulk_create(hands.values())
    kept = [contents.of_strokes(one.strokes) for one in everything]
    rows = [_row(one, content, hands[one.hand], now) for one, content in zip(everything, kept, strict=True)]
    Drawing.objects.bulk_create(rows)
    DrawingContent.objects.bulk_create(
        DrawingContent(
            drawing=row,
            strokes=content.strokes,
            normalized=content.normalized,
            preprocessing_version=PREPROCESSING_VERSION,
        )
        for row, content in zip(rows, kept, strict=True)
    )
    return [row.pk for row in rows]


def _row(one: Sent, content: Content, hand: Contributor, now: datetime) -> Drawing:
    return Drawing(
        contributor=hand,
        kind="strokes",
        content_hash=content.content_hash,
        claimed_label=one.label,
        final_label=one.label if one.status == "approved" else "",
        status=one.status,
        split="train",
        address_hash=one.address,
        created_at=now - timedelta(minutes=one.minute),
        **_opinion(content),
    )


def _opinion(content: Content) -> dict[str, Any]:
    digits, digit_or_not = _networks()
    image = np.frombuffer(content.normalized, np.uint8).reshape(SIDE, SIDE)
    probabilities = digits.predict(image)
    return {
        "opinion_digit": int(probabilities.argmax()),
        "opinion_confidence": float(probabilities.max()),
        "opinion_is_digit": float(digit_or_not.predict(image)[1]),
        "opinion_digits_version": 1,
        "opinion_digit_or_not_version": 1,
    }


def honest(count: int, folder: Path) -> list[tuple[str, str, Strokes]]:
    """Return hand, label and strokes of so many drawings, two thirds of them digits, in no order.

    They are by UNIPEN's people where its files are at hand; `folder` is an empty one, to choose among them.
    """
    if not unipen.FOLDER.exists():
        labels = [str(place % 10) if place % 3 else "not-a-digit" for place in range(count)]
        return [(str(n // 10), label, in_a_hand(strokes_of(label, n), n // 10, n)) for n, label in enumerate(labels)]
    read = unipen.some_drawings(folder, digits=count * 2 // 3, others=count - count * 2 // 3)
    found = [(one.writer, one.label, one.strokes) for one in read if one.strokes]
    np.random.default_rng(5).shuffle(found)  # type: ignore[arg-type]
    return found


def in_a_hand(strokes: Strokes, hand: int, drawing: int) -> Strokes:
    """Return the strokes as one of many hands draws them: leaning, stretched and bent its way, never twice the same."""
    own, once = np.random.default_rng([1, hand]), np.random.default_rng([2, drawing])
    lean, width = own.normal(0, 0.15) + once.normal(0, 0.08), np.exp(own.normal(0, 0.15) + once.normal(0, 0.08))
    bends = own.normal(0, 6, (2, 2)) + once.normal(0, 6, (2, 2))  # canvas units
    phases = own.uniform(0, 6.3, (2, 2)) + once.normal(0, 0.5, (2, 2))
    content = strokes.to_json()
    for stroke in content["strokes"]:
        for point in stroke["points"]:
            x, y = (np.array(point[:2]) - 140) / 100
            waves = bends * np.sin(np.array([[x], [y]]) * [[2.2, 3.1]] + phases)
            bent_x = 140 + 100 * (x * width - lean * y) + waves[1].sum()
            bent_y = 140 + 100 * y / width + waves[0].sum()
            point[:2] = [round(float(np.clip(bent_x, 10, 270)), 1), round(float(np.clip(bent_y, 10, 270)), 1)]
    return parse_strokes(content)


def scribbles(count: int) -> list[tuple[str, Strokes]]:
    """Return label and strokes of so many scribbles: one in ten is even claimed to be no digit."""
    labels = np.random.default_rng(3).integers(0, 10, count)
    return [
        ("not-a-digit" if place % 10 == 9 else str(label), parse_strokes(scribble(place)))
        for place, label in enumerate(labels)
    ]
