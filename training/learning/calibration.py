"""Making a network as certain as it is right: a temperature for its softmax (Guo et al. 2017), found on validation.

Label smoothing leaves a network too doubtful: 96% certain where 99.5% of its answers are right. Logits are divided by
one number, which changes no answer; it goes into the weights of the last layer, so that every client has it.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.judging.evaluation import SMALLEST_PROBABILITY
from training.learning.feeding import Labelled, as_floats

if TYPE_CHECKING:
    import keras

FEWEST = 500  # validation drawings: a few that are all read correctly would ask for no doubt at all
TEMPERATURES = np.geomspace(0.4, 2.5, 301)

Floats = npt.NDArray[np.floating]


def calibrate(network: "keras.Model", validation: Labelled) -> float | None:
    """Change the last layer so that certainty fits the validation drawings, and return the temperature.

    Returns None, and changes nothing, where there are too few of them, or where the last layer is no dense softmax.
    """
    last = network.layers[-1].layers[-1]
    if len(validation[0]) < FEWEST or not _is_softmax(last):
        return None
    probabilities = network.predict(as_floats(validation[0]), batch_size=512, verbose=0)
    temperature = best_temperature(probabilities, validation[1])
    last.set_weights([weights / temperature for weights in last.get_weights()])
    return temperature


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

    return isinstance(layer, keras.layers.Dense) and layer.activation is keras.activations.softmax
