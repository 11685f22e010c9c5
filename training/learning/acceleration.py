"""A fit as quick as the processor allows, with no trace of it in the network that is stored.

Keras normalizes a batch in a dozen operations, each of which reads and writes all of it. TensorFlow has one for them,
and libraries that know the processor have it as well. And a processor that multiplies in bfloat16 does so several times
as fast as in float32: the products of a step lose digits, not the weights, which stay float32.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.networks import layers_of

if TYPE_CHECKING:
    import keras

BFLOAT16 = "auto_mixed_precision_onednn_bfloat16"  # the name of TensorFlow's option
WITH_BFLOAT16 = {"avx512_bf16", "amx_bf16"}  # what Linux calls processors that multiply in it
CHANNELS_LAST = (3, -1)


def quick_twin(network: "keras.Model") -> "keras.Model":
    """Return a network to fit in the place of this one: the same layers and weights, but fused normalization.

    It has weights of its own, in the same order.
    """
    import keras

    fused = _fused_normalization()

    def twin_of(layer: "keras.layers.Layer") -> "keras.layers.Layer":
        kind = fused if _can_be_fused(layer) else type(layer)
        return kind.from_config(layer.get_config())

    twin = keras.models.clone_model(network, clone_function=twin_of, recursive=True)
    twin.set_weights(network.get_weights())
    for _part, layer in layers_of(twin):
        if hasattr(layer, "finalize_state"):  # `Normalization` takes its constants from its weights
            layer.finalize_state()
    return twin


@contextmanager
def bfloat16_where_quicker() -> Iterator[None]:
    """Let TensorFlow multiply in bfloat16 for a while, where the processor can."""
    import tensorflow as tf

    if not multiplies_in_bfloat16():
        yield
        return
    before = tf.config.optimizer.get_experimental_options().get(BFLOAT16, False)
    tf.config.optimizer.set_experimental_options({BFLOAT16: True})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({BFLOAT16: before})


@cache
def multiplies_in_bfloat16() -> bool:
    """Whether this is a processor with instructions for it; where nothing says so, it counts as one without."""
    try:
        words = Path("/proc/cpuinfo").read_text().split()
    except OSError:
        return False
    return not WITH_BFLOAT16.isdisjoint(words)


def _can_be_fused(layer: "keras.layers.Layer") -> bool:
    """Whether a layer does just what the one operation does: it normalizes channels, then scales and shifts them."""
    import keras

    if type(layer) is not keras.layers.BatchNormalization or layer.renorm or not (layer.scale and layer.center):
        return False
    return layer.axis in CHANNELS_LAST and layer.input_spec.ndim == 4 and layer.compute_dtype != "float64"


@cache
def _fused_normalization() -> "type[keras.layers.BatchNormalization]":
    """Return the class of layers that normalize in one operation; made when it is needed, as Keras loads slowly."""
    import keras
    import tensorflow as tf

    class FusedBatchNormalization(keras.layers.BatchNormalization):
        def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
            learns = bool(training and self.trainable)
            statistics = ([], []) if learns else (self.moving_mean, self.moving_variance)
            outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
                x=inputs,
                scale=self.gamma,
                offset=self.beta,
                mean=statistics[0],
                variance=statistics[1],
                epsilon=self.epsilon,
                is_training=learns,
            )
            if learns:
                for moving, now in ((self.moving_mean, mean), (self.moving_variance, variance)):
                    moving.assign(moving * self.momentum + now * (1 - self.momentum))
            return outputs

    return FusedBatchNormalization
