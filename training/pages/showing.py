"""Drawings beside what versions said of them, as far as the drawings may be shown.

Predictions name drawings by content. Those that are in this site's database and publicly shown get their picture; the
rest are counted, because a number that cannot be looked at should say so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from datasets.models import Drawing
from datasets.pages.pictures import on_paper
from training.pages.texts import class_name
from training.versions.predictions import Indices, Predictions


@dataclass(frozen=True)
class Reading:
    """What a version said of one test drawing; classes are indices, the probability is that of its answer."""

    content: str  # SHA-256
    actual: int
    predicted: int
    probability: float


@dataclass(frozen=True)
class Picture:
    """A drawing that may be shown: its 28x28 as a data URL, dark ink on white, and the address of its page."""

    image: str
    page: str


@dataclass(frozen=True)
class Tile:
    """A drawing that may be shown, with what a version said of it."""

    picture: Picture
    actual: str
    predicted: str
    probability: float
    is_right: bool


@dataclass(frozen=True)
class Gallery:
    """The drawings to show, and how many more there are that are not kept here."""

    tiles: list[Tile]
    hidden: int


def readings_of(predictions: Predictions, indices: Indices) -> list[Reading]:
    answers = predictions.answers
    return [
        Reading(content, int(predictions.classes[i]), int(answers[i]), float(predictions.probabilities[i, answers[i]]))
        for content, i in zip(predictions.hashes(indices), indices, strict=True)
    ]


def pictures_of(contents: Iterable[str]) -> dict[str, Picture]:
    """Return the drawings with these contents that everybody may see, by content: one query."""
    rows = Drawing.objects.publicly_shown().filter(content_hash__in=set(contents))
    return {
        content: Picture(on_paper(bytes(normalized)), reverse("datasets:shown-drawing", args=[public_id]))
        for content, public_id, normalized in rows.values_list("content_hash", "public_id", "content__normalized")
    }


def galleries(classes: list[str], *wanted: tuple[Sequence[Reading], int]) -> list[Gallery]:
    """Return a gallery for each of these: readings, and how many of them to show at most, the first that may be.

    Two queries for them all. Of thousands that may be shown only those are fetched and drawn that are.
    """
    contents = _publicly_shown(reading.content for readings, _most in wanted for reading in readings)
    visible = [[reading for reading in readings if reading.content in contents] for readings, _most in wanted]
    pairs = list(zip(visible, wanted, strict=True))
    pictures = pictures_of(reading.content for some, (_all, most) in pairs for reading in some[:most])
    return [
        Gallery(_tiles(some[:most], pictures, classes), len(readings) - len(some)) for some, (readings, most) in pairs
    ]


def _publicly_shown(contents: Iterable[str]) -> set[str]:
    rows = Drawing.objects.publicly_shown().filter(content_hash__in=set(contents))
    return set(rows.values_list("content_hash", flat=True))


def _tiles(readings: Sequence[Reading], pictures: dict[str, Picture], classes: list[str]) -> list[Tile]:
    return [
        Tile(
            pictures[reading.content],
            class_name(classes[reading.actual]),
            class_name(classes[reading.predicted]),
            reading.probability,
            reading.actual == reading.predicted,
        )
        for reading in readings
        if reading.content in pictures  # it may have been taken back since
    ]
