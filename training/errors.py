"""What can go wrong in training, on top of the tree in `datasets.errors`.

DigitsiteError
+-- TrainingError            a run cannot go on; the message is what the run shows as its outcome
    +-- UnknownArchitecture  no builder of that name                         (also InvalidInput)
    +-- TooFewDrawings       a class is missing or nearly so                 (also InvalidInput)
    +-- SelfTestFailed       an artifact does not answer as it should
    +-- UnreadableArtifact   an artifact is corrupt or of another shape      (also Unavailable)
    +-- Cancelled            somebody asked the run to stop; no failure
"""

from collections.abc import Iterable

from datasets.errors import DigitsiteError, InvalidInput, Unavailable


class TrainingError(DigitsiteError):
    """A training run cannot go on."""


class UnknownArchitecture(TrainingError, InvalidInput):
    """No architecture is registered under this name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            "unknown_architecture",
            f"expected an architecture out of {', '.join(sorted(known))}; received {name!r}",
        )


class TooFewDrawings(TrainingError, InvalidInput):
    """A class has fewer drawings than training needs."""

    def __init__(self, label: str, found: int, needed: int) -> None:
        super().__init__(
            "too_few_drawings",
            f"too few drawings of class {label}: expected at least {needed}, received {found}",
        )
        self.label = label
        self.found = found
        self.needed = needed


class SelfTestFailed(TrainingError):
    """An artifact does not give the answers that it has to give."""

    def __init__(self, message: str) -> None:
        super().__init__("self_test_failed", message)


class UnreadableArtifact(TrainingError, Unavailable):
    """An artifact is corrupt, or is no network of ours."""

    def __init__(self, message: str) -> None:
        super().__init__("unreadable_artifact", message)


class Cancelled(TrainingError):
    """The run was asked to stop and has stopped."""

    def __init__(self, message: str = "the run was cancelled") -> None:
        super().__init__("cancelled", message)
