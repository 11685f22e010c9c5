"""Both networks on one drawing: LiteRT as it serves, against Keras `predict()` on the same weights."""

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from benchmarks import site
from benchmarks.report import Figure
from training import networks
from training.judging.litert import LiteRTNetwork
from training.models import Network
from training.versions import artifacts

ROUNDS = 7


def run() -> list[Figure]:
    versions = [site.live(network) for network in Network.values]
    lite = [LiteRTNetwork(artifacts.read(version.tflite_path, version.tflite_sha256)) for version in versions]
    keras = [networks.load(artifacts.read(version.keras_path, version.keras_sha256)) for version in versions]
    picture = site.pictures(1)[0]
    batch = picture[None, :, :, None].astype(np.float32)

    def by_litert() -> None:
        for network in lite:
            network.predict(picture)

    def by_keras() -> None:
        for network in keras:
            network.predict(batch, verbose=0)

    fast, slow = [], []
    for _ in range(ROUNDS):
        fast.append(milliseconds(by_litert, 500))
        slow.append(milliseconds(by_keras, 5))
    speed = Figure(
        "both networks with LiteRT, one thread", 1000 / median(fast), "drawings/s",
        ("Keras predict()", 1000 / median(slow)), at_least=100,
    )  # fmt: skip
    return [speed, Figure("both networks with LiteRT", median(fast), "ms")]


def milliseconds(call: Callable[[], None], times: int) -> float:
    """Return the mean time of a call, after one that does not count."""
    call()
    started = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - started) / times * 1000
