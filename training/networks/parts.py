"""What every network is made of: a trunk from pixels to features, and a head from features to classes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

TRUNK = "trunk"
HEAD = "head"


def two_parts(trunk: "list[keras.layers.Layer]", head: "list[keras.layers.Layer]") -> "keras.Model":
    """Return a network of these layers. The trunk gets ink 0..1 and ends flat, `(None, features)`; the head in a
    softmax.
    """
    import keras

    pixels = [keras.Input((28, 28, 1)), keras.layers.Rescaling(1 / 255)]
    return joined(keras.Sequential([*pixels, *trunk], name=TRUNK), head)


def joined(trunk: "keras.Model", head: "list[keras.layers.Layer]") -> "keras.Model":
    """Return a network of a trunk that is there already and the layers of a new head."""
    import keras

    parts = [trunk, keras.Sequential([keras.Input(trunk.output_shape[1:]), *head], name=HEAD)]
    return keras.Sequential([keras.Input((28, 28, 1)), *parts])


def layers_of(network: "keras.Model", part: str = "") -> "Iterator[tuple[str, keras.layers.Layer]]":
    """Yield the part and the layer of all layers in their order, those inside its parts as well."""
    for layer in network.layers:
        if hasattr(layer, "layers"):
            yield from layers_of(layer, part or layer.name)
        elif type(layer).__name__ != "InputLayer":
            yield part, layer


def set_seed(seed: int | None) -> None:
    """Make the first weights reproducible, if asked to."""
    import keras

    if seed is not None:
        keras.utils.set_random_seed(seed)
