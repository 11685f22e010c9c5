"""Networks as the content of `.keras` files."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


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
