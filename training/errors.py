"""What can go wrong in training, on top of the tree in `datasets.errors`.

DigitsiteError
+-- TrainingError            a run cannot go on; the message is what the run shows as its outcome
    +-- UnknownArchitecture  no builder of that name                         (also InvalidInput)
    +-- BrokenArchitecture   a package offers one that does not work
    +-- TooFewDrawings       a class is missing or nearly so                 (also InvalidInput)
    +-- EmptySplit           nothing to validate or test on                  (also InvalidInput)
    +-- SelfTestFailed       an artifact does not answer as it should
    +-- UnreadableArtifact   an artifact is corrupt or of another shape      (also Unavailable)
    +-- Cancelled            somebody asked the run to stop; no failure
"""

from collections.abc import Iterable, Mapping

from datasets.errors import DigitsiteError, InvalidInput, Unavailable
from training import sentences


class TrainingError(DigitsiteError):
    """A training run cannot go on."""


class UnknownArchitecture(TrainingError, InvalidInput):
    """No architecture is registered under this name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            "unknown_architecture",
            f"expected an architecture out of {', '.join(sorted(known))}; received {name!r}",
        )


class BrokenArchitecture(TrainingError):
    """A package outside the project offers an architecture that cannot be built, or is no network of ours."""

    def __init__(self, name: str, package: str, expected: str, received: str) -> None:
        super().__init__(
            "broken_architecture",
            f"architecture {name!r} of the package {package}: expected {expected}; received {received}. "
            "Choose another architecture, or mend the package.",
        )


class TooFewDrawings(TrainingError, InvalidInput):
    """Classes have fewer drawings than training needs; the message names all of them."""

    def __init__(self, found: Mapping[str, int], needed: int) -> None:
        shortages = sentences.AND.join(
            sentences.SHORTAGE.format(label=label, count=count) for label, count in found.items()
        )
        message = sentences.TOO_FEW_DRAWINGS.format(needed=needed, shortages=shortages)
        super().__init__("too_few_drawings", message)
        self.found = dict(found)
        self.needed = needed


class EmptySplit(TrainingError, InvalidInput):
    """A network cannot be validated or tested without drawings."""

    def __init__(self, splits: Iterable[str]) -> None:
        super().__init__("empty_split", sentences.EMPTY_SPLIT.format(splits=", ".join(splits)))


class SelfTestFailed(TrainingError):
    """An artifact does not give the answers that it has to give."""

    def __init__(self, message: str) -> None:
        super().__init__("self_test_failed", message)


class UnreadableArtifact(TrainingError, Unavailable):
    """An artifact is corrupt, or is no network of ours; the message may name a folder or a bucket."""

    def __init__(self, message: str) -> None:
        super().__init__("unreadable_artifact", message)

    @property
    def public_message(self) -> str:
        return "A file of this version cannot be read at the moment. Try again later."


class Cancelled(TrainingError):
    """The run was asked to stop and has stopped."""

    def __init__(self, message: str = "the run was cancelled") -> None:
        super().__init__("cancelled", message)
