"""The mean of the weights over the last steps of a fit (Polyak and Juditsky 1992, as an exponential moving average).

Weights wander about a minimum as long as the learning rate is high; their mean lies nearer to it, and reads better.
"""

from typing import TYPE_CHECKING

from training.learning.checkpoints import Arrays

if TYPE_CHECKING:
    import keras

EVERY = 10  # steps: copying the weights out of TensorFlow takes as long as a small batch


class Averaging:
    """Averages a network's weights over about so many of its last steps; over none it does nothing.

    Statistics of a normalization are averaged as well: they belong to the weights.
    """

    def __init__(self, network: "keras.Model", over: float, *, average: Arrays | None = None, step: int = 0) -> None:
        self.average = average or []  # with `step`: what an earlier attempt had
        self._network, self._over, self._step = network, over, step

    def after_step(self) -> None:
        self._step += 1
        if not self._over or self._step % EVERY:
            return
        weights = self._network.get_weights()
        share = max(EVERY / self._step, min(1.0, EVERY / self._over))  # at first: the plain mean
        self.average = [mean + share * (now - mean) for mean, now in zip(self.average or weights, weights, strict=True)]
