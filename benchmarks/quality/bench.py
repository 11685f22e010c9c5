"""What every part is given: the data, the networks that are measured, and how much time there is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from benchmarks.quality.drawings import UNLIKE_THE_REST, Drawings, of_mnist, of_unipen
from benchmarks.quality.matrix import Matrix
from training.judging.litert import LiteRTNetwork
from training.models import Network
from training.pages.charts import Chart

Figures = dict[str, Any]
"""What a part has measured, as JSON keeps it."""


@dataclass(frozen=True)
class Subject:
    """A network that is measured, by the file that would serve."""

    name: str
    path: Path

    @cached_property
    def content(self) -> bytes:
        return self.path.read_bytes()

    @cached_property
    def network(self) -> LiteRTNetwork:
        return LiteRTNetwork(self.content)


def starter(network: str) -> Subject:
    return Subject("starter version", settings.STARTER_VERSIONS / network / "network.tflite")


@dataclass(frozen=True)
class Bench:
    """The data in `folder`, and what to measure on it."""

    folder: Path  # with mnist/ and unipen/
    digits: list[Subject] = field(default_factory=lambda: [starter(Network.DIGITS)])
    digit_or_not: list[Subject] = field(default_factory=lambda: [starter(Network.DIGIT_OR_NOT)])
    most: int | None = None  # drawings that each change is measured on; None: all of them
    architectures: tuple[str, ...] = ("light",)  # of the parts that train
    seeds: tuple[int, ...] = (1, 2, 3)
    folds: tuple[int, ...] = (1, 2, 3, 4, 5, 6)  # of `unseen-symbols`
    epochs: int = 4  # of the parts that train
    copies: int = 7
    mistakes: Path | None = None  # a folder for sheets of all mistakes

    def test_sets(self) -> dict[str, Drawings]:
        """Return the digits that nobody has trained on, by a name for each set."""
        people = self.people()
        return {
            "MNIST test": of_mnist(self.folder, "test"),
            "UNIPEN test people": people,
            "UNIPEN test people without ibm": self.complete(people),
        }

    def people(self) -> Drawings:
        """Return the digits of UNIPEN's test people."""
        return of_unipen(self.folder, "test", digits=True)

    def complete(self, drawings: Drawings) -> Drawings:
        """Return them without the collection in which strokes are missing."""
        return drawings.where(lambda record: record.collection != UNLIKE_THE_REST)


@dataclass(frozen=True)
class Part:
    """One thing to measure: how, and how its figures are shown."""

    name: str
    title: str
    measure: Callable[[Bench], Figures]
    table: Callable[[Figures], str]  # Markdown
    charts: Callable[[Figures], dict[str, Chart | Matrix | None]] = lambda figures: {}
    trains: bool = False  # takes hours: only when it is named
    joined: Callable[[Figures, Figures], Figures] = lambda earlier, figures: figures
    """Earlier figures of this part and new ones together: hours can be spread over several runs."""
