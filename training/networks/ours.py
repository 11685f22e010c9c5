"""Our own architectures: three pairs of 3x3 convolutions and global pooling, in two widths."""

from typing import TYPE_CHECKING

from training.networks.parts import two_parts

if TYPE_CHECKING:
    import keras


def light(classes: int) -> "keras.Model":
    return _pairs_of_convs(16, 32, 96, classes)


def compact(classes: int) -> "keras.Model":
    return _pairs_of_convs(32, 64, 128, classes)


def _pairs_of_convs(first: int, second: int, third: int, classes: int) -> "keras.Model":
    """Three pairs of 3x3 convolutions of so many filters, with pooling between and behind them."""
    from keras import layers

    trunk = [*_normalized_conv(first), *_normalized_conv(first), layers.MaxPooling2D()]
    trunk += [*_normalized_conv(second), *_normalized_conv(second), layers.MaxPooling2D()]
    trunk += [*_normalized_conv(third), *_normalized_conv(third), layers.GlobalAveragePooling2D()]
    return two_parts(trunk, [layers.Dropout(0.3), layers.Dense(classes, activation="softmax")])


def _normalized_conv(filters: int) -> "list[keras.layers.Layer]":
    """A 3x3 convolution without bias, as the normalization that follows has one of its own.

    With Keras' momentum of 0.99 the statistics of a short run (a class of 30) would still be those of the start.
    """
    from keras import layers

    conv = layers.Conv2D(filters, 3, padding="same", use_bias=False)
    return [conv, layers.BatchNormalization(momentum=0.9), layers.ReLU()]
