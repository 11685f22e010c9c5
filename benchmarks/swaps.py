"""50 publishes under a steady load: failed requests, wrong answers, and when all processes are on the new version."""

import json
import time
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from benchmarks import load, site
from benchmarks.report import Figure
from training import networks
from training.judging.litert import LiteRTNetwork
from training.learning.export import export
from training.models import ModelVersion, Network
from training.versions import artifacts, registry

PUBLISHES = 50
PROCESSES = 2
CONNECTIONS = 8  # and as many threads in the web processes, each with an input of its own
SECONDS_BETWEEN = 1.0
SETTLE_SECONDS = 2.0
MOST_SECONDS = 2.0
TOLERANCE = 1e-5  # of a probability: answers are rounded to six decimals

Pair = tuple[int, int]  # the numbers of the digits and the digit-or-not version


@dataclass(frozen=True)
class Publish:
    at: float  # Unix time
    pair: Pair


def run() -> list[Figure]:
    pictures = site.pictures(CONNECTIONS)
    versions = {network: [site.live(network), _reversed(site.live(network))] for network in Network.values}
    bodies = [site.pixels_body(picture) for picture in pictures]
    with site.serving(PROCESSES) as server:
        seconds = PUBLISHES * SECONDS_BETWEEN + 2 * SETTLE_SECONDS
        client = load.start(load.Job(server.port, "/api/v1/predict", bodies, seconds, keep_answers=True))
        time.sleep(SETTLE_SECONDS)
        publishes = _publish(versions)
        result = load.finish(client)
    processes = {answer.process for answer in result.answers}
    lags = _lags(publishes, result.answers, processes)
    wrong = _wrong(result.answers, _expected(versions, pictures))
    return [
        Figure("publishes", len(publishes), ""),
        Figure("steady load", result.per_second, "requests/s"),
        Figure("processes that answered", len(processes), "", at_least=PROCESSES, at_most=PROCESSES),
        Figure("failed requests", result.failed, f"of {result.requests:,}", at_most=0),
        Figure("wrong answers", wrong, f"of {len(result.answers):,}", at_most=0),
        Figure("until all processes are on the new version, median", median(lags), "s"),
        Figure("until all processes are on the new version, longest", max(lags), "s", at_most=MOST_SECONDS),
    ]


def _reversed(version: ModelVersion) -> ModelVersion:
    """Register a version like this one whose classes are in reverse order, so that it answers otherwise."""
    network = networks.load(artifacts.read(version.keras_path, version.keras_sha256))
    last = network.layers[-1].layers[-1]
    last.set_weights([weights[..., ::-1] for weights in last.get_weights()])
    exported = export(network, site.pictures(50, seed=2))
    path, sha256 = artifacts.write("benchmarks/network.tflite", exported.tflite_bytes)
    return registry.register(
        network=version.network,
        architecture=version.architecture,
        preprocessing_version=version.preprocessing_version,
        keras_path=version.keras_path,
        keras_sha256=version.keras_sha256,
        tflite_path=path,
        tflite_sha256=sha256,
        predictions_path=version.predictions_path,
        predictions_sha256=version.predictions_sha256,
        self_test=exported.self_test.to_json(),
    )


def _publish(versions: dict[str, list[ModelVersion]]) -> list[Publish]:
    """Publish the other version of one network and then of the other, again and again."""
    live = dict.fromkeys(versions, 0)
    publishes = []
    for step in range(PUBLISHES):
        network = list(versions)[step % 2]
        live[network] = 1 - live[network]
        registry.publish(versions[network][live[network]], reason="benchmark")
        numbers = [versions[network][live[network]].number for network in Network.values]
        publishes.append(Publish(time.time(), (numbers[0], numbers[1])))
        time.sleep(SECONDS_BETWEEN)
    return publishes


def _lags(publishes: list[Publish], answers: list[load.Answer], processes: set[int]) -> list[float]:
    """Return for each publish how long after it the last answer of another pair came, from whichever process."""
    pairs = [(answer.at, _pair(answer)) for answer in answers if answer.status == 200]
    lags = []
    for publish, following in pairwise([*publishes, Publish(float("inf"), (0, 0))]):
        late = [at for at, pair in pairs if publish.at <= at < following.at and pair != publish.pair]
        lags.append(max(late, default=publish.at) - publish.at)
    return lags


def _wrong(answers: list[load.Answer], expected: dict[Pair, NDArray[np.float64]]) -> int:
    """Count the answers that are not what the pair that they name gives for that input."""
    wrong = 0
    for answer in answers:
        if answer.status == 200:
            content = json.loads(answer.body)
            received = [*content["probabilities"], content["is_digit"]["probability"]]
            wrong += bool(np.abs(expected[_pair(answer)][answer.connection] - received).max() > TOLERANCE)
    return wrong


def _expected(versions: dict[str, list[ModelVersion]], pictures: NDArray[np.uint8]) -> dict[Pair, NDArray[np.float64]]:
    """Return for each pair float64 (n, 11): ten digits and the probability of being one, for each picture."""

    def answers(version: ModelVersion) -> NDArray[np.float32]:
        return LiteRTNetwork(artifacts.read(version.tflite_path, version.tflite_sha256)).predict_many(pictures)

    return {
        (digits.number, digit_or_not.number): np.hstack([answers(digits), answers(digit_or_not)[:, 1:]])
        for digits in versions[Network.DIGITS]
        for digit_or_not in versions[Network.DIGIT_OR_NOT]
    }


def _pair(answer: load.Answer) -> Pair:
    models = json.loads(answer.body)["models"]
    return models["digits"], models["digit-or-not"]
