import numpy as np
import pytest

from tests.training.pictures import digits, fitted_small
from training import networks
from training.judging.evaluation import calibration_error
from training.learning.calibration import FEWEST, Scaling, best_scaling, best_temperature, calibrate
from training.learning.feeding import as_floats


def doubtful(n=20_000, factor=0.5):
    """Return probabilities of a reader who is right as often as `softmax(logits)` says, but says less."""
    generator = np.random.default_rng(1)
    logits = generator.normal(0, 3, (n, 10))
    honest = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    classes = (honest.cumsum(axis=1) > generator.random((n, 1))).argmax(axis=1)
    said = np.exp(factor * logits)
    return said / said.sum(axis=1, keepdims=True), classes


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.6])
def test_a_temperature_undoes_too_much_and_too_little_doubt(factor):
    assert best_temperature(*doubtful(factor=factor)) == pytest.approx(factor, rel=0.03)


def test_the_temperature_is_in_the_last_layer_and_changes_no_answer():
    network = networks.load(networks.dump(fitted_small()[0]))
    images, classes = digits(60, first=300)
    before = network.predict(as_floats(images), verbose=0)
    scaling = calibrate(network, (images, classes))
    after = network.predict(as_floats(images), verbose=0)
    assert scaling is not None and not scaling.bias
    sharpened = before.astype(float) ** (1 / scaling.temperature)
    assert after == pytest.approx(sharpened / sharpened.sum(axis=1, keepdims=True), abs=1e-4)
    assert np.array_equal(after.argmax(axis=1), before.argmax(axis=1))
    assert calibration_error(after, classes) <= calibration_error(before, classes)


def test_a_few_drawings_say_nothing_about_certainty():
    network = networks.load(networks.dump(fitted_small()[0]))
    before = network.get_weights()
    assert calibrate(network, digits(2, first=300)) is None
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(network.get_weights(), before, strict=True))


def favouring(n=40_000, temperature=0.7, bias=-1.5):
    """Return probabilities of a reader of two classes who is too doubtful, and favours the first one."""
    generator = np.random.default_rng(2)
    logits = generator.normal(0, 3, n)
    classes = (1 / (1 + np.exp(-logits)) > generator.random(n)).astype(int)
    second = 1 / (1 + np.exp(-(logits + bias) * temperature))
    return np.column_stack([1 - second, second]), classes


def test_of_two_classes_neither_is_favoured_afterwards():
    scaling = best_scaling(*favouring())
    assert scaling.temperature == pytest.approx(0.7, rel=0.05)
    assert scaling.bias == pytest.approx(1.5, abs=0.1)


def test_both_classes_count_the_same_however_many_there_are_of_each():
    probabilities, classes = favouring(bias=0.0)
    few = np.concatenate([np.flatnonzero(classes == 1)[:1000], np.flatnonzero(classes == 0)])
    assert best_scaling(probabilities[few], classes[few]).bias == pytest.approx(0, abs=0.15)


def test_a_bias_is_in_the_last_layer_of_a_network_of_two_classes():
    network = networks.transfer(fitted_small()[0], 2, fine_tune=False, seed=1)
    images, classes = digits(60, first=300)
    assert len(images) >= FEWEST
    is_low = (classes < 5).astype(int)
    before = network.predict(as_floats(images), verbose=0).astype(float)
    scaling = calibrate(network, (images, is_low))
    after = network.predict(as_floats(images), verbose=0)
    logits = np.diff(np.log(before), axis=1)[:, 0] / scaling.temperature + scaling.bias
    assert scaling.bias and after[:, 1] == pytest.approx(1 / (1 + np.exp(-logits)), abs=1e-4)
    assert "bias" in str(scaling)


def test_where_the_drawings_of_one_class_are_missing_there_is_no_bias():
    probabilities, _ = favouring(1000)
    assert isinstance(best_scaling(probabilities, np.ones(1000, int)), Scaling)
    assert best_scaling(probabilities, np.ones(1000, int)).bias == 0
