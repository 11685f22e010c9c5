"""A new head on a trunk that has learned already."""

from typing import TYPE_CHECKING

from training.networks.parts import TRUNK, joined, set_seed

if TYPE_CHECKING:
    import keras


def transfer(source: "keras.Model", classes: int = 2, *, fine_tune: bool, seed: int | None = None) -> "keras.Model":
    """Return a network with the trained trunk of `source` under a new head; `source` stays as it is.

    The trunk is frozen, unless `fine_tune`. Its batch normalization keeps the statistics that it has learned either
    way: moved by the first steps under an untrained head, they would spoil the features.
    """
    import keras

    set_seed(seed)
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
    return joined(trunk, head)
