"""The architectures, as Keras builders. ('models' means the ORM in this project, so these are networks.)

Every network takes `(None, 28, 28, 1)` with raw ink 0..255 (it rescales inside, so that no client has to know)
and gives a softmax over its classes. It is made of two named parts: the "trunk", from pixels to features, and the
"head", from features to classes. Transfer learning takes the trunk and puts a new head on it.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from training.errors import UnknownArchitecture

if TYPE_CHECKING:
    import keras

TRUNK = "trunk"
HEAD = "head"


@dataclass(frozen=True)
class Architecture:
    """A named way to build a network: `build(classes)` gives an untrained `keras.Model`."""

    name: str
    build: "Callable[[int], keras.Model]"
    description: str


def build(name: str, classes: int, *, seed: int | None = None) -> "keras.Model":
    """Return an untrained network with a softmax over `classes`; raises `UnknownArchitecture`."""
    if name not in ARCHITECTURES:
        raise UnknownArchitecture(name, ARCHITECTURES)
    _seed(seed)
    return ARCHITECTURES[name].build(classes)


def transfer(source: "keras.Model", classes: int = 2, *, fine_tune: bool, seed: int | None = None) -> "keras.Model":
    """Return a network with the trained trunk of `source` under a new head; `source` stays as it is.

    The trunk is frozen, unless `fine_tune`. Its batch normalization keeps the statistics that it has learned either
    way: moved by the first steps under an untrained head, they would spoil the features.
    """
    import keras

    _seed(seed)
    trunk = keras.models.clone_model(source.get_layer(TRUNK))
    trunk.set_weights(source.get_layer(TRUNK).get_weights())
    trunk.trainable = fine_tune
    for layer in trunk.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    head = [
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(classes, activation="softmax"),
    ]
    return _assemble(trunk, head)


def _seed(seed: int | None) -> None:
    """Make the first weights reproducible, if asked to."""
    import keras

    if seed is not None:
        keras.utils.set_random_seed(seed)


def dump(network: "keras.Model") -> bytes:
    """Return the network as the content of a `.keras` file, without the state of an optimizer."""
    import keras

    uncompiled = keras.Sequential([keras.Input((28, 28, 1)), *network.layers])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        uncompiled.save(path)
        return path.read_bytes()


def load(content: bytes) -> "keras.Model":
    """Return the network in the content of a `.keras` file."""
    import keras

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        path.write_bytes(content)
        return keras.saving.load_model(path)


def _pairs_of_convs(first: int, second: int, third: int, classes: int) -> "keras.Model":
    """Three pairs of 3x3 convolutions of so many filters, with pooling between and behind them."""
    from keras import layers

    trunk = [*_normalized_conv(first), *_normalized_conv(first), layers.MaxPooling2D()]
    trunk += [*_normalized_conv(second), *_normalized_conv(second), layers.MaxPooling2D()]
    trunk += [*_normalized_conv(third), *_normalized_conv(third), layers.GlobalAveragePooling2D()]
    return _network(trunk, [layers.Dropout(0.3), layers.Dense(classes, activation="softmax")])


def _normalized_conv(filters: int) -> "list[keras.layers.Layer]":
    """A 3x3 convolution without bias, as the normalization that follows has one of its own.

    With Keras' momentum of 0.99 the statistics of a short run (a class of 30) would still be those of the start.
    """
    from keras import layers

    conv = layers.Conv2D(filters, 3, padding="same", use_bias=False)
    return [conv, layers.BatchNormalization(momentum=0.9), layers.ReLU()]


def _four_conv(classes: int) -> "keras.Model":
    from keras import layers

    trunk = [
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
    ]
    trunk += [
        layers.Conv2D(64, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
    ]
    trunk += [layers.Flatten(), layers.Dropout(0.25), layers.Dense(512, activation="relu")]
    return _network(trunk, [layers.Dropout(0.5), layers.Dense(classes, activation="softmax")])


def _small(classes: int) -> "keras.Model":
    from keras import layers

    trunk = [layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D()]
    trunk += [layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten()]
    return _network(trunk, [layers.Dropout(0.5), layers.Dense(classes, activation="softmax")])


def _network(trunk: "list[keras.layers.Layer]", head: "list[keras.layers.Layer]") -> "keras.Model":
    import keras

    pixels = [keras.Input((28, 28, 1)), keras.layers.Rescaling(1 / 255)]
    return _assemble(keras.Sequential([*pixels, *trunk], name=TRUNK), head)


def _assemble(trunk: "keras.Model", head: "list[keras.layers.Layer]") -> "keras.Model":
    import keras

    parts = [trunk, keras.Sequential([keras.Input(trunk.output_shape[1:]), *head], name=HEAD)]
    return keras.Sequential([keras.Input((28, 28, 1)), *parts])


ARCHITECTURES: dict[str, Architecture] = {
    architecture.name: architecture
    for architecture in (
        Architecture(
            "light",
            partial(_pairs_of_convs, 16, 32, 96),
            "six narrow 3x3 convolutions with batch norm, global pooling: our own, made to answer quickly",
        ),
        Architecture(
            "compact",
            partial(_pairs_of_convs, 32, 64, 128),
            "the same with twice the filters: a little better, and two and a half times as slow",
        ),
        Architecture("four-conv", _four_conv, "four 3x3 convolutions and a dense layer of 512: the older apps'"),
        Architecture("small", _small, "two 3x3 convolutions: quick, for small classes and trials"),
    )
}
