"""A new head on a trunk that has learned already."""

from typing import TYPE_CHECKING

from training.networks.parts import TRUNK, joined, set_seed

if TYPE_CHECKING:
    import keras


def transfer(source: "keras.Model", classes: int = 2, *, fine_tune: bool, seed: int | None = None) -> "keras.Model":
    """Return a network with the trained trunk of `source` under a new head; `source` stays as it is.

    The trunk is frozen, unless `fine_tune`.
    """
    import keras

    set_seed(seed)
    trunk = keras.models.clone_model(source.get_layer(TRUNK))
    trunk.set_weights(source.get_layer(TRUNK).get_weights())
    _set_trainable(trunk, fine_tune)
    head = [
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(classes, activation="softmax"),
    ]
    return joined(trunk, head)


def resume(network: "keras.Model", *, fine_tune: bool) -> "keras.Model":
    """Return a network that was made by `transfer`, to be trained further: its trunk as well, or its head alone."""
    _set_trainable(network.get_layer(TRUNK), fine_tune)
    return network


def _set_trainable(trunk: "keras.Model", fine_tune: bool) -> None:
    """Freeze the trunk, or not. Its batch normalization keeps the statistics that it has learned either way: moved by
    the first steps under an untrained head, they would spoil the features.
    """
    import keras

    trunk.trainable = fine_tune
    for layer in trunk.layers:  # one by one: a loaded trunk does not pass it on
        layer.trainable = fine_tune and not isinstance(layer, keras.layers.BatchNormalization)
