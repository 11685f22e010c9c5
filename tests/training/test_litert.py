from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Barrier

import numpy as np
import pytest

from tests.training.pictures import digits, fitted_small
from training.errors import UnreadableArtifact
from training.judging.litert import LiteRTNetwork
from training.learning.export import export


@cache
def content() -> bytes:
    return export(fitted_small()[0], digits(20, first=400)[0]).tflite_bytes


def test_one_image_and_many_give_the_same_answers():
    network = LiteRTNetwork(content())
    images, _ = digits(2, first=600)
    many = network.predict_many(images)
    assert network.classes == 10
    assert many.shape == (20, 10) and many.dtype == np.float32
    assert many.sum(axis=1) == pytest.approx(1, abs=1e-5)
    for image, answer in zip(images, many, strict=True):
        assert np.array_equal(network.predict(image), answer)


def test_an_answer_is_not_changed_by_the_next_one():
    network = LiteRTNetwork(content())
    first, second = digits(1, first=600)[0][:2]
    answer = network.predict(first)
    kept = answer.copy()
    network.predict(second)
    assert np.array_equal(answer, kept)


def test_no_images_give_no_answers():
    assert LiteRTNetwork(content()).predict_many(np.zeros((0, 28, 28), np.uint8)).shape == (0, 10)


def test_threads_with_distinct_inputs_get_their_own_answers():
    network = LiteRTNetwork(content())
    images, _ = digits(8, first=700)
    expected = network.predict_many(images)
    start = Barrier(8)

    def read(thread: int) -> int:
        start.wait()
        order = np.random.default_rng(thread).permutation(np.tile(np.arange(len(images)), 10))
        return sum(not np.array_equal(network.predict(images[index]), expected[index]) for index in order)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(read, range(8))) == 0


@pytest.mark.parametrize("spoil", [lambda c: b"", lambda c: b"\0" * 1000, lambda c: c[:200], lambda c: c[1000:]])
def test_what_is_no_network_is_refused(spoil):
    with pytest.raises(UnreadableArtifact, match="expected"):
        LiteRTNetwork(spoil(content()))


def test_a_network_of_another_shape_is_refused():
    import keras
    import tensorflow as tf

    other = keras.Sequential([keras.Input(batch_shape=(1, 8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])
    with pytest.raises(UnreadableArtifact, match=r"\(1, 8, 8, 1\)"):
        LiteRTNetwork(tf.lite.TFLiteConverter.from_keras_model(other).convert())
