"""Which drawings of an import are there already, and which only have the key of one that is.

A drawing of a source is known by its key. Where the key is a place in a folder or in a file, other folders have the
same keys.
"""

import uuid
from collections.abc import Callable, Iterator
from itertools import compress
from typing import NamedTuple, Protocol, TypeVar

from datasets.importers import ImportedDrawing
from datasets.models import Drawing, DrawingContent
from datasets.preprocessing import contents

PICTURES = 500  # stored ones that are in memory at a time

Name = tuple[str, str] | uuid.UUID
"""By what a drawing is known again: its source and its key in it, or its id."""
Item = TypeVar("Item")
Result = TypeVar("Result")


class Mapped(Protocol):
    """Is `map`, by other processes where there is much to do."""

    def __call__(self, function: Callable[[Item], Result], items: list[Item], /) -> Iterator[Result]: ...


class Stored(NamedTuple):
    """What the database has under a key."""

    pk: int
    kind: str
    content_hash: str


ByKey = dict[tuple[str, str], Stored]


def stored_under_keys(drawings: list[ImportedDrawing]) -> ByKey:
    """Return what is there under the drawings' keys."""
    stored = {}
    for source in {drawing.source for drawing in drawings}:
        keys = [drawing.source_key for drawing in drawings if drawing.source == source and drawing.source_key]
        there = Drawing.objects.filter(source=source, source_key__in=keys)
        for key, pk, kind, content_hash in there.values_list("source_key", "pk", "kind", "content_hash"):
            stored[source, str(key)] = Stored(pk, kind, content_hash)
    return stored


def not_yet_there(drawings: list[ImportedDrawing], stored: ByKey) -> list[ImportedDrawing]:
    """Return the drawings that neither the database has nor an earlier one among them is."""
    seen: set[Name] = set(stored)
    ids = [drawing.public_id for drawing in drawings if drawing.public_id]
    seen.update(Drawing.objects.filter(public_id__in=ids).values_list("public_id", flat=True))
    new = []
    for drawing in drawings:
        names = _names_of(drawing)
        if not names & seen:
            new.append(drawing)
            seen |= names
    return new


def with_key_of_another(drawings: list[ImportedDrawing], stored: ByKey, mapped: Mapped) -> list[ImportedDrawing]:
    """Return those of the drawings under whose key the database has something else.

    What comes with an id is what it is, in whatever form it comes back.
    """
    without_id = [drawing for drawing in drawings if drawing.public_id is None]
    known = [(drawing, stored[key]) for drawing in without_id if (key := _key_of(drawing)) in stored]
    pictures = [(drawing, there) for drawing, there in known if drawing.kind == there.kind == Drawing.Kind.IMAGE]
    others = [
        drawing
        for drawing, there in known
        if drawing.kind != there.kind or (drawing.image is None and _hash_of(drawing) != there.content_hash)
    ]
    for start in range(0, len(pictures), PICTURES):
        others += _unlike(pictures[start : start + PICTURES], mapped)
    return others


def _unlike(pictures: list[tuple[ImportedDrawing, Stored]], mapped: Mapped) -> Iterator[ImportedDrawing]:
    """Return the drawings that do not show what is stored.

    The hash of a picture is that of its file here, which another version of the encoder writes otherwise.
    """
    pks = [there.pk for _, there in pictures]
    images = dict(DrawingContent.objects.filter(drawing__in=pks).values_list("drawing", "image"))
    pairs = [(drawing.image or b"", bytes(images[there.pk] or b"")) for drawing, there in pictures]
    return compress((drawing for drawing, _ in pictures), mapped(contents.are_unlike, pairs))


def _hash_of(drawing: ImportedDrawing) -> str:
    """Return the hash that the content of strokes, or of what is normalized already, will have."""
    if drawing.normalized is not None:
        return contents.of_normalized(drawing.normalized).content_hash
    return drawing.strokes.content_hash() if drawing.strokes else ""


def _key_of(drawing: ImportedDrawing) -> tuple[str, str]:
    return drawing.source, drawing.source_key


def _names_of(drawing: ImportedDrawing) -> set[Name]:
    names: set[Name] = set()
    if drawing.source_key:
        names.add(_key_of(drawing))
    if drawing.public_id:
        names.add(drawing.public_id)
    return names
