"""What a Keras network is made of, layer by layer, as facts that a web process can show without Keras."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from training.networks import layers_of

if TYPE_CHECKING:
    import keras

SHOWN_SETTINGS = ("filters", "kernel_size", "strides", "padding", "pool_size", "units", "rate", "scale", "activation")
PLAIN = {"strides": (1, 1), "padding": "valid", "activation": "linear"}  # what need not be said


@dataclass(frozen=True)
class Layer:
    """One layer. Shapes are without the batch; parameters are counted as they were in training."""

    part: str  # "trunk", "head", or "" in a network without parts
    kind: str  # Keras' name of the class
    settings: dict[str, Any]
    output: list[int]
    trainable: int
    non_trainable: int


def describe(network: "keras.Model") -> list[dict[str, Any]]:
    """Return the layers of a network in their order, those inside its parts as well."""
    trainable = {id(weight) for weight in network.trainable_weights}
    return [asdict(_layer(part, layer, trainable)) for part, layer in layers_of(network)]


def parameters(network: "keras.Model") -> dict[str, int]:
    """Count trainable and non-trainable parameters."""
    return {
        "trainable": sum(_size(weight) for weight in network.trainable_weights),
        "non_trainable": sum(_size(weight) for weight in network.non_trainable_weights),
    }


def _layer(part: str, layer: "keras.layers.Layer", trainable: set[int]) -> Layer:
    learned = sum(_size(weight) for weight in layer.weights if id(weight) in trainable)
    return Layer(
        part=part,
        kind=type(layer).__name__,
        settings=dict(_settings(layer.get_config())),
        output=[int(side) for side in layer.output.shape[1:]],
        trainable=learned,
        non_trainable=sum(_size(weight) for weight in layer.weights) - learned,
    )


def _settings(config: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield those settings that say something, ready for JSON."""
    for name in SHOWN_SETTINGS:
        value = config.get(name)
        value = tuple(value) if isinstance(value, list) else value
        plain = value is None or isinstance(value, bool) or value == PLAIN.get(name)
        if plain or not isinstance(value, int | float | str | tuple):
            continue
        yield name, list(value) if isinstance(value, tuple) else value


def _size(weight: Any) -> int:
    return int(np.prod(weight.shape))
