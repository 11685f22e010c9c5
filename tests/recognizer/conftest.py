"""Real, if untrained, networks in the form in which they ship."""

import copy
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from recognizer import serving
from tests.training import factories
from training import networks
from training.judging.litert import LiteRTNetwork
from training.judging.selftest import SelfTest
from training.models import ModelVersion, Network
from training.selection import CLASSES
from training.versions import registry

MakeVersion = Callable[..., ModelVersion]


@dataclass(frozen=True)
class Shipped:
    """What an export leaves behind."""

    tflite: bytes
    self_test: dict


@pytest.fixture(scope="session")
def shipped() -> Callable[[str, int], Shipped]:
    """Return a builder of networks by role and variant; each is built once a session."""
    built: dict[tuple[str, int], Shipped] = {}

    def build(network: str, variant: int) -> Shipped:
        if (network, variant) not in built:
            built[network, variant] = _build(len(CLASSES[network]), variant)
        return built[network, variant]

    return build


def _build(classes: int, variant: int) -> Shipped:
    """Convert a small network as `training.learning.export` does, without the checks: untrained, it may fail them."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(variant)
    network = networks.build("small", classes)
    kernel, bias = network.layers[-1].layers[-1].get_weights()
    network.layers[-1].layers[-1].set_weights([kernel * 20, bias])  # untrained answers are all alike otherwise
    fixed = keras.Sequential([keras.Input(batch_shape=(1, 28, 28, 1)), *network.layers])
    tflite = tf.lite.TFLiteConverter.from_keras_model(fixed).convert()
    probes = some_pictures(4)
    answers = LiteRTNetwork(tflite).predict_many(probes)
    self_test = SelfTest([probe.tobytes().hex() for probe in probes], answers.tolist())
    return Shipped(tflite, self_test.to_json())


def some_pictures(count: int, seed: int = 0) -> np.ndarray:
    """Return uint8 (count, 28, 28): strokes at random, ink high, all different."""
    random = np.random.default_rng(seed)
    pictures = np.zeros((count, 28, 28), np.uint8)
    for picture in pictures:
        for _ in range(3):
            x, y, width, height = random.integers([4, 4, 2, 2], [20, 20, 10, 10])
            picture[y : y + height, x : x + width] = random.integers(100, 256)
    return pictures


@pytest.fixture
def make_version(db: None, shipped: Callable[[str, int], Shipped]) -> MakeVersion:
    """Return a factory of registered versions: `make_version(network, variant, publish=True, **fields)`."""

    def make(network: str, variant: int = 1, *, publish: bool = True, **fields: Any) -> ModelVersion:
        content = shipped(network, variant)
        values = {
            "tflite_path": storages["artifacts"].save("tests/network.tflite", ContentFile(content.tflite)),
            "tflite_sha256": hashlib.sha256(content.tflite).hexdigest(),
            "self_test": copy.deepcopy(content.self_test),
        }
        version = factories.make_version(network, **values | fields)
        if publish:
            registry.publish(version, reason="for a test")
        return version

    return make


@pytest.fixture
def fresh_serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[serving.Serving]:
    """Replace this process's live pair by an empty one."""
    fresh = serving.Serving()
    monkeypatch.setattr(serving, "public", fresh)
    yield fresh


@pytest.fixture
def live_pair(make_version: MakeVersion, fresh_serving: serving.Serving) -> serving.LivePair:
    """A loaded pair, both networks published."""
    make_version(Network.DIGITS)
    make_version(Network.DIGIT_OR_NOT)
    fresh_serving.poll_once()
    return fresh_serving.live()
