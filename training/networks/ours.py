"""Our own architectures: three stages of 3x3 convolutions and global pooling, in several widths."""

from typing import TYPE_CHECKING

from training.networks.parts import two_parts

if TYPE_CHECKING:
    import keras


def light(classes: int) -> "keras.Model":
    return _stages([16, 16], [32, 32], [96, 96], classes=classes)


def compact(classes: int) -> "keras.Model":
    return _stages([32, 32], [64, 64], [128, 128], classes=classes)


def wide(classes: int) -> "keras.Model":
    """Most of its filters are where the image is smallest, and they cost least."""
    return _stages([16, 16], [48, 48], [128, 128, 128], classes=classes)


def _stages(first: list[int], second: list[int], third: list[int], *, classes: int) -> "keras.Model":
    """Three stages of 3x3 convolutions of so many filters each, with pooling between and behind them."""
    from keras import layers

    trunk = [layer for filters in first for layer in _normalized_conv(filters)]
    for stage in (second, third):
        trunk += [layers.MaxPooling2D(), *(layer for filters in stage for layer in _normalized_conv(filters))]
    trunk.append(layers.GlobalAveragePooling2D())
    return two_parts(trunk, [layers.Dropout(0.3), layers.Dense(classes, activation="softmax")])


def _normalized_conv(filters: int) -> "list[keras.layers.Layer]":
    """A 3x3 convolution without bias, as the normalization that follows has one of its own.

    With Keras' momentum of 0.99 the statistics of a short run (a class of 30) would still be those of the start.
    """
    from keras import layers

    conv = layers.Conv2D(filters, 3, padding="same", use_bias=False)
    return [conv, layers.BatchNormalization(momentum=0.9), layers.ReLU()]
