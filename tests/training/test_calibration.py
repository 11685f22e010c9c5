import numpy as np
import pytest

from tests.training.pictures import digits, fitted_small
from training import networks
from training.judging.evaluation import calibration_error
from training.learning.calibration import best_temperature, calibrate
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
    temperature = calibrate(network, (images, classes))
    after = network.predict(as_floats(images), verbose=0)
    assert temperature is not None
    sharpened = before.astype(float) ** (1 / temperature)
    assert after == pytest.approx(sharpened / sharpened.sum(axis=1, keepdims=True), abs=1e-4)
    assert np.array_equal(after.argmax(axis=1), before.argmax(axis=1))
    assert calibration_error(after, classes) <= calibration_error(before, classes)


def test_a_few_drawings_say_nothing_about_certainty():
    network = networks.load(networks.dump(fitted_small()[0]))
    before = network.get_weights()
    assert calibrate(network, digits(2, first=300)) is None
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(network.get_weights(), before, strict=True))
