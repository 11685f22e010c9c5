"""A dataset version as the exporters read it: row after row from the database, in little memory."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac

from datasets.cards import markdown_of
from datasets.exporters import LABELS, Picture, Record
from datasets.labels import ACCEPTED_FROM, DIGITS, Label
from datasets.licences import licence_of
from datasets.models import DatasetVersion
from datasets.preprocessing.strokes import publishable

PICTURES_AT_ONCE = 2000  # rows
RECORDS_AT_ONCE = 500  # the largest drawing has 128 kB of strokes

MANIFEST = """
    COPY (
        SELECT position, content_hash, label, split FROM datasets_datasetitem WHERE version_id = {} ORDER BY position
    ) TO STDOUT
"""


class FrozenVersion:
    """The `Source` that `datasets.exporters` writes from. Read it in a transaction, so that cursors stay on the server.

    `on_progress` gets the number of drawings done since its last call.
    """

    def __init__(self, version: DatasetVersion, on_progress: Callable[[int], None] = lambda done: None) -> None:
        self._version = version
        self._on_progress = on_progress
        self._items = version.items.filter(drawing__isnull=False).order_by("position")

    @property
    def card(self) -> str:
        return markdown_of(self._version)

    def count(self, splits: Sequence[str], labels: Sequence[str]) -> int:
        return self._items.filter(split__in=splits, label__in=labels).count()

    def pictures(self, split: str, labels: Sequence[str]) -> Iterator[Picture]:
        items = self._items.filter(split=split)
        if set(labels) != set(LABELS):
            items = items.filter(label__in=labels)
        rows = items.values_list("position", "label", "drawing__content__normalized")
        for position, label, pixels in self._counted(rows.iterator(PICTURES_AT_ONCE), PICTURES_AT_ONCE):
            yield Picture(position, label, bytes(pixels))

    def records(self) -> Iterator[Record]:
        rows = self._items.values(
            "position",
            "label",
            "split",
            "drawing__content__strokes",
            "drawing__content__normalized",
            *(f"drawing__{name}" for name in COLUMNS),
        )
        for row in self._counted(rows.iterator(RECORDS_AT_ONCE), RECORDS_AT_ONCE):
            yield self._record(row)

    def manifest(self) -> Iterator[bytes]:
        with connection.cursor() as cursor, cursor.copy(MANIFEST.format(self._version.pk)) as rows:
            yield from map(bytes, rows)

    def _record(self, row: dict[str, Any]) -> Record:
        drawing = {name: row[f"drawing__{name}"] for name in COLUMNS}
        return Record(
            position=row["position"],
            id=str(drawing["public_id"]),
            label=row["label"],
            claimed_label=drawing["claimed_label"],
            prompt=drawing["prompt"],
            split=row["split"],
            same_hand=drawing["same_hand"],
            ambiguous=drawing["ambiguous"],
            recognized=is_recognized(row["label"], drawing["opinion_digit"], drawing["opinion_is_digit"]),
            strokes=publishable(row["drawing__content__strokes"]),
            pixels=bytes(row["drawing__content__normalized"]),
            contributor=pseudonym(self._version, drawing["contributor_id"]),
            votes=drawing["votes_count"],
            device=drawing["device"],
            source=drawing["source"],
            source_key=drawing["source_key"] or "",
            licence=licence_of(drawing["source"]).name,
        )

    def _counted(self, rows: Iterator[Any], step: int) -> Iterator[Any]:
        """Yield the rows, and tell the progress from time to time."""
        place = 0
        for place, row in enumerate(rows, start=1):
            yield row
            if place % step == 0:
                self._on_progress(step)
        self._on_progress(place % step)


COLUMNS = (
    "public_id",
    "contributor_id",
    "source",
    "source_key",
    "claimed_label",
    "prompt",
    "device",
    "same_hand",
    "ambiguous",
    "opinion_digit",
    "opinion_is_digit",
    "votes_count",
)


def pseudonym(version: DatasetVersion, contributor_id: int) -> str:
    """Return the name of a contributor in this version; in another one he has another.

    The names alone do not tell that it is the same person. Drawings that lie in both versions do.
    """
    return salted_hmac("datasets.pseudonym", f"{version.pk}/{contributor_id}", algorithm="sha256").hexdigest()[:16]


def is_recognized(label: str, digit: int | None, is_digit: float | None) -> bool | None:
    """Return whether the live networks read this label; None when they have not been asked."""
    if digit is None or is_digit is None:
        return None
    if label == Label.NOT_A_DIGIT:
        return is_digit < ACCEPTED_FROM
    return is_digit >= ACCEPTED_FROM and DIGITS[digit] == label
