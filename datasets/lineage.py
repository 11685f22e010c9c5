"""What came of a dataset version, as those say who use it.

This app knows of no models and of no training. An app that makes something from dataset versions registers a function
here when it is ready, and the pages ask.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # apps register before there are models
    from datasets.models import DatasetVersion


@dataclass(frozen=True)
class Descendant:
    """Something that was made from a dataset version, such as a trained network."""

    name: str  # for people, such as "digits 12"
    url: str = ""  # its page; empty where it has none
    is_live: bool = False  # visitors are answered by it now


Provider = Callable[["DatasetVersion"], list[Descendant]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Ask this function from now on; once is enough."""
    if provider not in _providers:
        _providers.append(provider)


def descendants_of(version: "DatasetVersion") -> list[Descendant]:
    """Return what was made from a version, in the order in which it is told."""
    return [descendant for provider in _providers for descendant in provider(version)]
