"""What each epoch of a fit gave."""

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class EpochFigures:
    """Figures of one epoch. Losses are mean log losses without smoothing or weights; accuracies are 0..1."""

    epoch: int  # from 1
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float
    learning_rate: float = 0.0  # at the end of the epoch; 0 in runs that are older than this figure
    calibrated_loss: float | None = None  # validation_loss at the best temperature; None in runs that are older

    def to_json(self) -> dict[str, float]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(**data)


def best_epoch(history: list[EpochFigures]) -> EpochFigures:
    """Return the figures of the epoch whose weights a fit leaves in the network.

    That is the one which reads best once its certainty is fitted. Label smoothing makes a network the more doubtful the
    longer it learns, so that by its plain loss an early epoch wins over later ones that read better.
    """
    return min(history, key=deciding_loss)


def deciding_loss(figures: EpochFigures) -> float:
    """Return the loss by which epochs, and runs of several seeds, are compared."""
    return figures.validation_loss if figures.calibrated_loss is None else figures.calibrated_loss
