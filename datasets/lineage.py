"""What came of a dataset version, as those say who use it.

This app knows of no models and of no training. An app that makes something from dataset versions hangs a function
into `hooks.DESCENDANTS`, and the pages ask.
"""

from dataclasses import dataclass

from datasets import hooks
from datasets.models import DatasetVersion


@dataclass(frozen=True)
class Descendant:
    """Something that was made from a dataset version, such as a trained network."""

    name: str  # for people, such as "digits 12"
    url: str = ""  # its page; empty where it has none
    is_live: bool = False  # visitors are answered by it now


def descendants_of(version: DatasetVersion) -> list[Descendant]:
    """Return what was made from a version, in the order in which it is told."""
    return descendants_of_each([version])[version.pk]


def descendants_of_each(versions: list[DatasetVersion]) -> dict[int, list[Descendant]]:
    """Return the same of several versions by their ids, asked for once."""
    found = [made_from(versions) for made_from in hooks.DESCENDANTS]
    return {version.pk: [one for made in found for one in made.get(version.pk, [])] for version in versions}
