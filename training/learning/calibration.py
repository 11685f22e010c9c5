"""Making a network as certain as it is right: a temperature for its softmax (Guo et al. 2017), found on validation.

Label smoothing leaves a network too doubtful: 96% certain where 99.5% of its answers are right. Logits are divided by
one number, which changes no answer; it goes into the weights of the last layer, so that every client has it.

Of two classes one may also have been favoured: by a source that has far more drawings of it, or by outliers. There a
bias is fitted as well (Platt 1999), with both classes counting the same, so that 0.5 lies where they are told apart.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.judging.evaluation import SMALLEST_PROBABILITY
from training.learning.feeding import Labelled, as_floats, class_weights

if TYPE_CHECKING:
    import keras

FEWEST = 500  # validation drawings: a few that are all read correctly would ask for no doubt at all
TEMPERATURES = np.geomspace(0.4, 2.5, 301)
BIASES = np.linspace(-3, 3, 301)  # logits of the second class against the first
ROUNDS = 4  # temperature and bias in turns: the loss is convex

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Scaling:
    """What logits are divided by, and what the second of two classes gets beside."""

    temperature: float
    bias: float = 0.0

    def __str__(self) -> str:
        return f"temperature {self.temperature:.2f}" + (f", bias {self.bias:+.2f}" if self.bias else "")


def calibrate(network: "keras.Model", validation: Labelled) -> Scaling | None:
    """Change the last layer so that certainty fits the validation drawings, and return how.

    Returns None, and changes nothing, where there are too few of them, or where the last layer is no dense softmax with
    a bias.
    """
    last = network.layers[-1].layers[-1]
    if len(validation[0]) < FEWEST or not _is_softmax(last):
        return None
    probabilities = network.predict(as_floats(validation[0]), batch_size=512, verbose=0)
    scaling = best_scaling(probabilities, validation[1])
    kernel, bias = (weights / scaling.temperature for weights in last.get_weights())
    if scaling.bias:
        bias[1] += scaling.bias
    last.set_weights([kernel, bias])
    return scaling


def best_scaling(probabilities: Floats, classes: npt.NDArray[np.integer]) -> Scaling:
    """Return the scaling under which probabilities `(n, c)` have the least log loss.

    Of two classes, which count the same, it has a bias, unless the drawings of one are missing.
    """
    if probabilities.shape[1] != 2 or len(np.unique(classes)) < 2:
        return Scaling(best_temperature(probabilities, classes))
    margins = np.diff(_logits(probabilities), axis=1)[:, 0]
    signs, weights = np.where(classes == 1, 1, -1), class_weights(classes, 2)[classes]

    def loss(temperature: float, bias: float) -> float:
        return float(np.average(np.logaddexp(0, -signs * (margins / temperature + bias)), weights=weights))

    temperature, bias = 1.0, 0.0
    for _ in range(ROUNDS):
        bias = min(BIASES, key=lambda each: loss(temperature, each))
        temperature = min(TEMPERATURES, key=lambda each: loss(each, bias))
    return Scaling(float(temperature), float(bias))


def best_temperature(probabilities: Floats, classes: npt.NDArray[np.integer]) -> float:
    """Return the temperature under which probabilities `(n, c)` have the least log loss."""
    return float(TEMPERATURES[int(np.argmin(_losses(probabilities, classes)))])


def log_loss(probabilities: Floats, classes: npt.NDArray[np.integer]) -> float:
    """Return the mean log loss of probabilities `(n, c)` as they are."""
    return _log_loss(_logits(probabilities), classes)


def calibrated_loss(probabilities: Floats, classes: npt.NDArray[np.integer]) -> float:
    """Return the log loss that probabilities `(n, c)` have under their best temperature."""
    return min(_losses(probabilities, classes))


def _losses(probabilities: Floats, classes: npt.NDArray[np.integer]) -> list[float]:
    """Return the log loss under each of the temperatures."""
    logits = _logits(probabilities)
    return [_log_loss(logits / temperature, classes) for temperature in TEMPERATURES]


def _logits(probabilities: Floats) -> Floats:
    return np.log(np.maximum(probabilities.astype(np.float64), SMALLEST_PROBABILITY))


def _log_loss(logits: Floats, classes: npt.NDArray[np.integer]) -> float:
    highest = logits.max(axis=1)
    total = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
    return float((total - logits[np.arange(len(classes)), classes]).mean())


def _is_softmax(layer: "keras.layers.Layer") -> bool:
    import keras

    is_dense = isinstance(layer, keras.layers.Dense)
    return is_dense and layer.use_bias and layer.activation is keras.activations.softmax
