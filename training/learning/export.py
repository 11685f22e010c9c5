"""From Keras to the one file that serves: a `.tflite` for a single drawing, on the server and in the browser.

Two conversions, two checks. The float one shows that the conversion is right: it has to answer as Keras does. The
one with dynamic-range quantization (8-bit weights) is a quarter of the size and three times as fast, and ships when it
names the same classes. Where it does not (a weak network, near ties), the float one ships: slower, but no other answer.
"""

import contextlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training import networks
from training.errors import SelfTestFailed
from training.judging.litert import LiteRTNetwork
from training.judging.selftest import SelfTest, self_test_of

if TYPE_CHECKING:
    import keras

FLOAT_TOLERANCE = 1e-5  # largest difference of a probability
QUANTIZED_DISAGREEMENT = 0.001  # share of the probes that may get another top class


@dataclass(frozen=True)
class Exported:
    """Both files of a version, what the conversion changed, and the self-test that goes with them."""

    keras_bytes: bytes
    tflite_bytes: bytes
    float_difference: float  # of a probability, float .tflite against Keras, largest over the probes
    quantized_difference: float  # the same for the quantized file
    quantized_agreement: float  # share of the probes with the same top class in Keras and in the quantized file
    quantized: bool  # whether that one is what ships
    self_test: SelfTest


def export(network: "keras.Model", probe_images: npt.NDArray[np.uint8]) -> Exported:
    """Convert the network and prove the result on `probe_images (n, 28, 28)`, 0..255, best held-out drawings.

    Raises `SelfTestFailed` when the float file differs from Keras by 1e-5 or more. The quantized one may give another
    top class to one probe in a thousand: beyond that, with fewer than a thousand beyond none, the float file ships.
    """
    expected = _keras_probabilities(network, probe_images)
    plain, plain_answers = _converted(network, probe_images, quantize=False)
    float_difference = float(np.abs(plain_answers - expected).max())
    if not float_difference < FLOAT_TOLERANCE:  # written so that NaN fails
        raise SelfTestFailed(f"expected a float export within {FLOAT_TOLERANCE} of Keras; received {float_difference}")
    small, small_answers = _converted(network, probe_images, quantize=True)
    flips = int((small_answers.argmax(axis=1) != expected.argmax(axis=1)).sum())
    quantized = flips <= QUANTIZED_DISAGREEMENT * len(expected)
    return Exported(
        keras_bytes=networks.dump(network),
        tflite_bytes=small if quantized else plain,
        float_difference=float_difference,
        quantized_difference=float(np.abs(small_answers - expected).max()),
        quantized_agreement=1 - flips / len(expected),
        quantized=quantized,
        self_test=self_test_of(small if quantized else plain),
    )


def _converted(
    network: "keras.Model", images: npt.NDArray[np.uint8], *, quantize: bool
) -> tuple[bytes, npt.NDArray[np.float32]]:
    content = _tflite(network, quantize=quantize)
    return content, LiteRTNetwork(content).predict_many(images)


def _keras_probabilities(network: "keras.Model", images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    return network.predict(images[..., None].astype(np.float32), batch_size=256, verbose=0)


def _tflite(network: "keras.Model", *, quantize: bool) -> bytes:
    import keras
    import tensorflow as tf

    # The browser's runtime takes no open dimension: the batch is fixed at one drawing.
    fixed = keras.Sequential([keras.Input(batch_shape=(1, 28, 28, 1)), *network.layers])
    converter = tf.lite.TFLiteConverter.from_keras_model(fixed)
    if quantize:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    with contextlib.redirect_stdout(io.StringIO()):  # it prints every tensor
        return converter.convert()
