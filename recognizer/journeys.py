"""How the networks of different days read somebody's drawings: for the journeys that `/contribute/mine` shows.

The versions' own predictions are stored for their test drawings only, and the version before did not know the drawing
at all. So the networks of then are asked now: their files never change, and an answer takes a tenth of a millisecond.
"""

import logging
from collections.abc import Iterable

import numpy as np
from django.utils.translation import gettext as _

from datasets.journeys import Reading, When
from datasets.labels import ACCEPTED_FROM, DIGITS
from datasets.models import DatasetItem, Drawing, Split
from datasets.preprocessing.normalization import SIDE
from recognizer.shelf import tried
from training.errors import TrainingError
from training.models import ModelVersion, Network, PublishEvent
from training.selection import CLASSES

logger = logging.getLogger(__name__)


def readings_of(drawings: list[Drawing]) -> dict[int, list[Reading]]:
    """Return by drawing's id how the networks read it that were live when it was given, had it first, and are live."""
    events = list(_events())
    having = _having(drawings)
    return {
        drawing.pk: _readings(drawing, [event for event in events if event.version.network == _role(drawing)], having)
        for drawing in drawings
    }


def _events() -> Iterable[PublishEvent]:
    """Return what was published for the public, the oldest first."""
    events = PublishEvent.objects.filter(version__room=None).select_related("version").order_by("pk")
    return events.defer(*(f"version__{name}" for name in ModelVersion.HEAVY))


def _having(drawings: list[Drawing]) -> dict[int, set[int]]:
    """Return by drawing's id the dataset versions that have it."""
    having: dict[int, set[int]] = {}
    for drawing, version in DatasetItem.objects.filter(drawing__in=drawings).values_list("drawing_id", "version_id"):
        having.setdefault(drawing or 0, set()).add(version)
    return having


def _readings(drawing: Drawing, events: list[PublishEvent], having: dict[int, set[int]]) -> list[Reading]:
    datasets = having.get(drawing.pk, set())
    live = [event.version for event in events if event.created_at <= drawing.created_at]
    first = [event.version for event in events if event.version.dataset_version_id in datasets]
    now = [event.version for event in events]
    had = When.LEARNED if drawing.split == Split.TRAIN else When.TESTED
    chosen: dict[ModelVersion, When] = {}  # each version once, as what it was first
    for when, versions in ((When.GIVEN, live[-1:]), (had, first[:1]), (When.NOW, now[-1:])):
        for version in versions:
            chosen.setdefault(version, when)
    readings = [_reading(drawing, version, when) for version, when in chosen.items()]
    return [reading for reading in readings if reading is not None]


def _reading(drawing: Drawing, version: ModelVersion, when: When) -> Reading | None:
    try:
        loaded = tried.take(version)
    except TrainingError as error:
        logger.warning("%s cannot be asked about the drawings of then: %s", version, error)
        return None
    image = np.frombuffer(bytes(drawing.content.normalized), np.uint8).reshape(SIDE, SIDE)
    probabilities = loaded.litert.predict(image)
    if version.network == Network.DIGITS:
        says = DIGITS[int(probabilities.argmax())]
        return Reading(when, str(version), version.get_absolute_url(), says, says == drawing.label)
    is_digit = probabilities[CLASSES[Network.DIGIT_OR_NOT].index("digit")] >= ACCEPTED_FROM
    says = _("a digit") if is_digit else _("no digit")
    return Reading(when, str(version), version.get_absolute_url(), says, bool(is_digit) == drawing.is_digit)


def _role(drawing: Drawing) -> Network:
    return Network.DIGITS if drawing.is_digit else Network.DIGIT_OR_NOT
