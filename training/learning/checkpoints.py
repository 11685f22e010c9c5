"""What a fit was interrupted with: enough for another process to go on as if nothing had happened.

The order of the drawings is no part of it: it follows from the seed and the number of the epoch.
"""

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from training.learning.epochs import EpochFigures

if TYPE_CHECKING:
    import keras

Arrays = list[npt.NDArray[Any]]
GROUPS = ("variable", "optimizer", "best", "average")


@dataclass(frozen=True)
class FitState:
    """All that changes in a fit, after a whole number of epochs."""

    history: list[EpochFigures]
    variables: Arrays  # of the network: weights, statistics of its normalization, the random state of its dropout
    optimizer: Arrays  # moments, and the step that the learning rate depends on
    best_weights: Arrays
    average: Arrays  # of the weights, where a run averages them; otherwise empty

    @classmethod
    def of(cls, network: "keras.Model", history: list[EpochFigures], best_weights: Arrays, average: Arrays) -> Self:
        variables, optimizer = _values(network.variables), _values(network.optimizer.variables)
        return cls(list(history), variables, optimizer, best_weights, average)

    def restore(self, network: "keras.Model") -> None:
        """Put this state into a compiled network of the same architecture."""
        network.optimizer.build(network.trainable_variables)
        for variable, value in zip(network.variables, self.variables, strict=True):
            variable.assign(value)
        for variable, value in zip(network.optimizer.variables, self.optimizer, strict=True):
            variable.assign(value)

    def to_bytes(self) -> bytes:
        """Return the content of a file in NumPy's format."""
        parts = (self.variables, self.optimizer, self.best_weights, self.average)
        groups = dict(zip(GROUPS, parts, strict=True))
        arrays = {f"{name}-{n:04}": array for name, group in groups.items() for n, array in enumerate(group)}
        history = json.dumps([figures.to_json() for figures in self.history])
        file = io.BytesIO()
        np.savez(file, history=np.array(history), **arrays)  # type: ignore[arg-type]
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read what `to_bytes` wrote."""
        with np.load(io.BytesIO(content)) as file:
            groups = [[file[name] for name in sorted(file.files) if name.startswith(f"{group}-")] for group in GROUPS]
            history = [EpochFigures.from_json(figures) for figures in json.loads(str(file["history"]))]
        return cls(history, *groups)


def _values(variables: "list[keras.Variable]") -> Arrays:
    return [np.array(variable.numpy()) for variable in variables]
