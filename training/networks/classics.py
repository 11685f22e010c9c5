"""What others have recognized digits with: the networks of tutorials and of the older apps, layer by layer."""

from typing import TYPE_CHECKING

from training.networks.parts import two_parts

if TYPE_CHECKING:
    import keras


def four_conv(classes: int) -> "keras.Model":
    """Two pairs of 3x3 convolutions, each with pooling, and a dense layer of 512."""
    from keras import layers

    trunk = [
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dropout(0.25),
        layers.Dense(512, activation="relu"),
    ]
    return two_parts(trunk, [layers.Dropout(0.5), layers.Dense(classes, activation="softmax")])


def small(classes: int) -> "keras.Model":
    """Two 3x3 convolutions with pooling."""
    from keras import layers

    trunk = [layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D()]
    trunk += [layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten()]
    return two_parts(trunk, [layers.Dropout(0.5), layers.Dense(classes, activation="softmax")])


def codelab(classes: int) -> "keras.Model":
    """Two 5x5 convolutions of 8 and 16 filters with pooling: the browser codelab's."""
    from keras import layers

    trunk = [layers.Conv2D(8, 5, activation="relu"), layers.MaxPooling2D()]
    trunk += [layers.Conv2D(16, 5, activation="relu"), layers.MaxPooling2D(), layers.Flatten()]
    return two_parts(trunk, [layers.Dense(classes, activation="softmax")])


def crowd(classes: int) -> "keras.Model":
    """Two padded 5x5 convolutions of 32 and 64 filters with pooling, and a dense layer of 1024 with dropout."""
    from keras import layers

    trunk = [layers.Conv2D(32, 5, padding="same", activation="relu"), layers.MaxPooling2D()]
    trunk += [layers.Conv2D(64, 5, padding="same", activation="relu"), layers.MaxPooling2D()]
    trunk += [layers.Flatten(), layers.Dense(1024, activation="relu")]
    return two_parts(trunk, [layers.Dropout(0.5), layers.Dense(classes, activation="softmax")])


def dense(classes: int) -> "keras.Model":
    """No convolution at all: 784-128-128 and the classes."""
    from keras import layers

    trunk = [layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(128, activation="relu")]
    return two_parts(trunk, [layers.Dense(classes, activation="softmax")])


def deep(classes: int) -> "keras.Model":
    """Four blocks of two 3x3 convolutions with batch norm and pooling, two dense layers with dropout."""
    from keras import layers

    trunk: list[keras.layers.Layer] = []
    for filters in (64, 128, 256, 512):
        for _ in range(2):
            trunk += [layers.Conv2D(filters, 3, padding="same", activation="relu"), layers.BatchNormalization()]
        trunk.append(layers.MaxPooling2D(padding="same"))
    trunk += [layers.Flatten(), layers.Dense(4096, activation="relu"), layers.Dropout(0.5)]
    trunk += [layers.Dense(1536, activation="relu")]
    return two_parts(trunk, [layers.Dropout(0.5), layers.Dense(classes, activation="softmax")])
