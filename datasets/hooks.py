"""What apps to the right hang into this one, which imports none of them and names none of them.

They hang it in when they are ready, by its dotted path: apps are ready before there are models, and what is hung in may
be slow to import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from datasets.journeys import Reading
    from datasets.lineage import Descendant
    from datasets.models import DatasetVersion, Drawing

T = TypeVar("T")


class Hook(Generic[T]):
    """What hangs in one place, in the order in which it was hung in."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def hang(self, path: str) -> None:
        if path not in self.paths:
            self.paths.append(path)

    def __iter__(self) -> Iterator[T]:
        for path in self.paths:
            hung: T = import_string(path)
            yield hung


ADDRESSES: Hook[Callable[[], dict[str, str]]] = Hook()
"""Addresses by name that the scripts of this app's pages may ask."""

DESCENDANTS: Hook[Callable[[list[DatasetVersion]], dict[int, list[Descendant]]]] = Hook()
"""From dataset versions to what was made from them by version's id, in the order in which it is told."""

READINGS: Hook[Callable[[list[Drawing]], dict[int, list[Reading]]]] = Hook()
"""From drawings, read with their contents, to how networks read them by drawing's id, the earliest first."""

SUBMITTED: Hook[Callable[[], object]] = Hook()
"""Celery tasks without arguments that are sent soon after drawings have come in."""
