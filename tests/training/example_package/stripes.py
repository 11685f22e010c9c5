"""An architecture from outside the project. This file and the pyproject.toml beside it are all that it takes."""


def build(classes):
    """Return an untrained network with a softmax over `classes`."""
    from keras import layers

    from training.networks import two_parts

    trunk = [layers.Conv2D(16, (9, 3), activation="relu"), layers.MaxPooling2D(4), layers.Flatten()]
    return two_parts(trunk, [layers.Dense(classes, activation="softmax")])


def without_parts(classes):
    """What the site refuses: nothing in it can be taken over by another network."""
    import keras

    layers = [keras.layers.Flatten(), keras.layers.Dense(classes, activation="softmax")]
    return keras.Sequential([keras.Input((28, 28, 1)), *layers])


def without_layers(classes):
    """What the site refuses as well: its head is a layer, where one of several is asked for."""
    import keras

    parts = [keras.Sequential([keras.layers.Flatten()], name="trunk"), keras.layers.Dense(classes, name="head")]
    return keras.Sequential([keras.Input((28, 28, 1)), *parts])
