import json
from functools import cache

import numpy as np
import pytest

from tests.training.pictures import digits, fitted_small
from training import networks
from training.errors import SelfTestFailed
from training.judging.litert import LiteRTNetwork
from training.judging.selftest import SelfTest
from training.learning.export import export


@cache
def exported():
    return export(fitted_small()[0], digits(20, first=400)[0])


def test_the_float_file_answers_as_keras_does():
    assert exported().float_difference < 1e-5


def test_what_ships_is_small_and_names_the_same_classes():
    assert exported().quantized
    assert exported().quantized_agreement >= 0.995  # at most one of 200
    assert 0 < exported().quantized_difference < 0.1
    assert len(exported().tflite_bytes) < len(exported().keras_bytes) / 2


def test_the_shipped_file_reads_like_the_network_it_was_made_of():
    images, _ = digits(2, first=500)
    keras_answers = networks.load(exported().keras_bytes).predict(images[..., None].astype(np.float32), verbose=0)
    answers = LiteRTNetwork(exported().tflite_bytes).predict_many(images)
    assert np.abs(answers - keras_answers).max() < 0.1
    assert (answers.argmax(axis=1) == keras_answers.argmax(axis=1)).mean() >= 0.95


def test_an_export_whose_quantized_file_changes_answers_ships_the_float_one(monkeypatch):
    monkeypatch.setattr("training.learning.export.QUANTIZED_DISAGREEMENT", -1)
    network = networks.build("small", 2, seed=1)
    result = export(network, digits(1)[0])
    assert not result.quantized
    assert len(result.tflite_bytes) > network.count_params() * 3.9
    result.self_test.check(LiteRTNetwork(result.tflite_bytes))


def test_a_network_that_gives_no_numbers_is_not_exported():
    network = networks.build("small", 10, seed=1)
    network.set_weights([np.full_like(weight, np.nan) for weight in network.get_weights()])
    with pytest.raises(SelfTestFailed, match="nan"):
        export(network, digits(1)[0])


def test_the_self_test_passes_on_the_shipped_file_after_a_round_trip_through_json():
    restored = SelfTest.from_json(json.loads(json.dumps(exported().self_test.to_json())))
    restored.check(LiteRTNetwork(exported().tflite_bytes))
    assert len(restored.images) == 16
    answers = np.array(restored.probabilities).argmax(axis=1)
    assert len(set(answers)) > 2, "the questions tell classes apart"


def test_the_self_test_fails_on_another_network():
    other = export(networks.build("small", 10, seed=9), digits(1)[0])
    with pytest.raises(SelfTestFailed, match="difference"):
        exported().self_test.check(LiteRTNetwork(other.tflite_bytes))


def test_the_self_test_fails_on_a_network_of_other_classes():
    other = export(networks.build("small", 2, seed=9), digits(1)[0])
    with pytest.raises(SelfTestFailed, match="expected 10 classes; received 2"):
        exported().self_test.check(LiteRTNetwork(other.tflite_bytes))


def test_the_largest_network_converts_exactly():
    assert export(networks.build("four-conv", 10, seed=1), digits(1)[0]).float_difference < 1e-5


def test_a_transferred_network_with_a_frozen_trunk_converts_exactly():
    network = networks.transfer(networks.build("compact", 10, seed=1), 2, fine_tune=False, seed=1)
    result = export(network, digits(1)[0])
    assert result.float_difference < 1e-5
    assert LiteRTNetwork(result.tflite_bytes).classes == 2
