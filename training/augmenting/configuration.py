"""The settings of a run, as the row keeps them."""

from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

from datasets.errors import InvalidInput
from training.augmenting.augmentation import Augmentation


class Optimizer(StrEnum):
    ADAMW = "adamw"
    ADAM = "adam"
    RMSPROP = "rmsprop"
    SGD = "sgd"  # with Nesterov's momentum of 0.9


class Balance(StrEnum):
    """How a class of few drawings counts as much as one of many."""

    WEIGHTS = "weights"  # its drawings weigh more
    SAMPLING = "sampling"  # its drawings come more often
    NONE = "none"  # it does not


LIMITS = {
    "epochs": (1, 200),
    "batch_size": (8, 4096),
    "learning_rate": (1e-6, 1.0),
    "copies": (0, 200),
    "label_smoothing": (0.0, 0.5),
    "averaging": (0.0, 2.0),
    "patience": (1, 200),
    "seed": (0, 2**31 - 1),
}


@dataclass(frozen=True)
class RunConfig:
    """How to augment and to fit. The defaults suit retraining on the whole crowd on two cores."""

    epochs: int = 3
    batch_size: int = 128
    optimizer: str = Optimizer.ADAMW.value
    learning_rate: float = 2e-3  # with `one_cycle` the peak
    one_cycle: bool = True  # the rate rises, then falls to almost nothing; otherwise it stays
    patience: int = 6  # stop after so many epochs without a better validation loss, calibrated
    balance: str = Balance.WEIGHTS.value
    copies: int = 4  # augmented copies of each drawing, beside the drawing itself
    seed: int = 1
    label_smoothing: float = 0.05
    averaging: float = 0.0  # of the weights, over so many of the last epochs; 0: the weights as they are
    calibrate: bool = True  # fit its certainty to validation, where there are enough drawings
    fine_tune: bool = False  # digit-or-not: train the trunk as well, not only the new layers
    augmentation: Augmentation = field(default_factory=Augmentation)

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise InvalidInput("invalid_configuration", f"{name}: expected {low} to {high}; received {value}")
        for name, kinds in (("optimizer", Optimizer), ("balance", Balance)):
            value = getattr(self, name)
            if value not in list(kinds):
                message = f"{name}: expected one of {', '.join(kinds)}; received {value!r}"
                raise InvalidInput("invalid_configuration", message)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "augmentation": self.augmentation.to_json()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote, or a part of it: what is missing has its default."""
        known = {f.name for f in fields(cls)}
        unknown = sorted(set(data) - known)
        if unknown:
            raise InvalidInput(
                "invalid_configuration",
                f"expected settings out of {', '.join(sorted(known))}; received {', '.join(unknown)}",
            )
        values = dict(data)
        if "augmentation" in values:
            values["augmentation"] = Augmentation.from_json(values["augmentation"])
        return cls(**values)
