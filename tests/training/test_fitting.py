from dataclasses import replace

import numpy as np
import pytest

from tests.training.pictures import digits, fitted_small
from training import networks
from training.errors import Cancelled, TrainingError
from training.learning import acceleration
from training.learning.checkpoints import FitState
from training.learning.epochs import EpochFigures, best_epoch
from training.learning.feeding import batches, class_weights
from training.learning.fitting import FitSettings, fit

QUICK = FitSettings(epochs=3, batch_size=20, seed=5)


def tiny():
    """Return a network without convolutions: what is tested here does not depend on them."""
    import keras

    keras.utils.set_random_seed(1)
    layers = [keras.layers.Rescaling(1 / 255), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    return keras.Sequential([keras.Input((28, 28, 1)), *layers])


def _fit(settings=QUICK, train=None, **callbacks):
    network = tiny()
    history = fit(network, train or digits(4), digits(1, first=100), settings, **callbacks)
    return network, history


def test_a_network_learns_drawn_digits_and_reads_others():
    network, history = fitted_small()
    images, classes = digits(4, first=200)
    answers = network.predict(images[..., None].astype(np.float32), verbose=0).argmax(axis=1)
    assert (answers == classes).mean() > 0.9
    assert history[-1].loss < history[0].loss


def test_the_weights_of_the_best_epoch_are_left():
    seen = []
    network = tiny()
    settings = FitSettings(epochs=5, batch_size=20, learning_rate=1.0, seed=5)  # too high: it gets worse
    history = fit(network, digits(4), digits(1, first=100), settings, on_epoch=lambda _: seen.append(_bias(network)))
    best = best_epoch(history)
    assert best.calibrated_loss == min(figures.calibrated_loss for figures in history)
    assert best is not history[-1]
    assert np.array_equal(_bias(network), seen[best.epoch - 1])


def test_an_epoch_that_reads_better_is_best_though_label_smoothing_has_made_it_more_doubtful():
    early = EpochFigures(1, 0.2, 0.94, 0.050, 0.9934, seconds=1.0, calibrated_loss=0.030)
    late = replace(early, epoch=2, validation_loss=0.057, validation_accuracy=0.9958, calibrated_loss=0.019)
    assert best_epoch([early, late]) is late


def test_in_the_history_of_an_older_version_the_plain_loss_decides():
    older = [EpochFigures(epoch, 0.2, 0.94, loss, 0.99, seconds=1.0) for epoch, loss in ((1, 0.05), (2, 0.06))]
    assert best_epoch(older) is older[0]


def test_the_validation_figures_are_those_of_the_network_that_is_left():
    settings = replace(QUICK, label_smoothing=0.2)
    network, (*_, last) = _fit(settings)
    images, classes = digits(1, first=100)
    answers = network.predict(images[..., None].astype(np.float32), verbose=0)
    assert last.validation_accuracy == (answers.argmax(axis=1) == classes).mean()
    assert last.validation_loss == pytest.approx(-np.log(answers[np.arange(len(classes)), classes]).mean(), rel=1e-4)
    assert last.calibrated_loss < last.validation_loss


def _bias(network):
    return network.get_weights()[1]


def test_a_fit_stops_early_when_validation_gets_no_better():
    settings = FitSettings(epochs=30, batch_size=20, learning_rate=1.0, patience=2, seed=5)
    _, history = _fit(settings)
    assert len(history) < 30
    assert len(history) - best_epoch(history).epoch == 2


def test_the_same_seed_gives_the_same_batches_and_another_seed_others():
    losses = [
        [figures.loss for figures in _fit(FitSettings(epochs=2, batch_size=10, seed=seed))[1]] for seed in (5, 5, 6)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    assert losses[0] != pytest.approx(losses[2], rel=1e-4)


def test_progress_rises_from_near_0_to_1(monkeypatch):
    monkeypatch.setattr("training.learning.fitting.HEARTBEAT_SECONDS", 0)
    seen = []
    _fit(heartbeat=seen.append)
    assert seen == sorted(seen)
    assert seen[0] < 0.2
    assert seen[-1] == 1


def test_a_frozen_trunk_runs_once_for_each_image_and_its_head_learns(monkeypatch):
    monkeypatch.setattr("training.learning.fitting.HEARTBEAT_SECONDS", 0)
    network = networks.transfer(fitted_small()[0], 2, fine_tune=False, seed=1)
    trunk, seen, progress = network.get_layer("trunk"), [], []
    predict_on_batch = trunk.predict_on_batch
    trunk.predict_on_batch = lambda images: seen.append(len(images)) or predict_on_batch(images)
    (images, classes), (others, their_classes) = digits(20), digits(4, first=100)
    train, validation = (images, classes // 5), (others, their_classes // 5)
    settings = FitSettings(epochs=6, batch_size=20, seed=5)
    history = fit(network, train, validation, settings, heartbeat=progress.append)
    assert sum(seen) == len(images) + len(others)
    assert best_epoch(history).validation_accuracy > 0.8
    assert progress == sorted(progress) and progress[-1] == 1
    answers = network.predict(others[..., None].astype(np.float32), verbose=0).argmax(axis=1)
    assert (answers == validation[1]).mean() == pytest.approx(best_epoch(history).validation_accuracy, abs=0.03)


def test_a_heartbeat_that_says_no_cancels_between_two_batches(monkeypatch):
    monkeypatch.setattr("training.learning.fitting.HEARTBEAT_SECONDS", 0)
    calls = []

    def heartbeat(progress):
        calls.append(progress)
        return len(calls) < 2

    with pytest.raises(Cancelled):
        _fit(heartbeat=heartbeat)
    assert len(calls) == 2


def test_what_a_callback_raises_ends_the_fit():
    def on_epoch(figures):
        raise Cancelled(f"after epoch {figures.epoch}")

    with pytest.raises(Cancelled, match="after epoch 1"):
        _fit(on_epoch=on_epoch)


def test_an_epoch_can_be_shorter_than_the_data(monkeypatch):
    import keras

    sizes, original = [], keras.Model.train_on_batch

    def train_on_batch(self, *data, **options):
        sizes.append(len(data[0]))
        return original(self, *data, **options)

    monkeypatch.setattr(keras.Model, "train_on_batch", train_on_batch)
    fit(tiny(), digits(4), digits(1), FitSettings(epochs=2, batch_size=10, images_per_epoch=20, seed=5))
    assert sizes == [10, 10, 10, 10]


def test_a_network_that_normalizes_is_fitted_as_keras_would(monkeypatch):
    """The twin's one operation for a normalization, and its gradient, are those of Keras' dozen."""
    monkeypatch.setattr("training.learning.acceleration.multiplies_in_bfloat16", lambda: False)
    settings = FitSettings(epochs=2, batch_size=20, learning_rate=1e-3, label_smoothing=0.0, seed=5)
    outcomes = []
    for twin_of in (acceleration.quick_twin, lambda network: network):
        monkeypatch.setattr("training.learning.fitting.quick_twin", twin_of)
        network = networks.build("light", 10, seed=5)
        _without_dropout(network)
        history = fit(network, digits(8), digits(2, first=100), settings)
        outcomes.append((history, network.get_weights()))
    (quick, quick_weights), (plain, plain_weights) = outcomes
    assert [figures.loss for figures in quick] == pytest.approx([figures.loss for figures in plain], rel=1e-3)
    assert quick[-1].validation_loss == pytest.approx(plain[-1].validation_loss, rel=0.02)
    moved = [index for index, variable in enumerate(network.weights) if "moving_" in variable.path]
    assert len(moved) == 12
    for index in moved:
        assert quick_weights[index] == pytest.approx(plain_weights[index], rel=0.02, abs=0.01)
        assert not np.isin(plain_weights[index], (0.0, 1.0)).any(), "as they begin"


def _without_dropout(network):
    for layer in network.get_layer("head").layers:
        if type(layer).__name__ == "Dropout":
            layer.rate = 0.0


def test_a_normalization_that_is_frozen_keeps_its_statistics_and_the_rest_learns():
    network = networks.transfer(networks.build("light", 10, seed=1), 2, fine_tune=True, seed=1)
    before = [np.array(weights) for weights in network.get_weights()]
    images, classes = digits(8)
    fit(network, (images, classes // 5), (images, classes // 5), FitSettings(epochs=1, batch_size=20, seed=5))
    kinds = [variable.path for variable in network.weights]
    for path, old, new in zip(kinds, before, network.get_weights(), strict=True):
        assert np.array_equal(old, new) == ("batch_normalization" in path), path


def test_what_is_stored_is_made_of_plain_layers_and_answers_as_the_twin_did():
    network = networks.build("light", 10, seed=1)
    twin = acceleration.quick_twin(network)
    fit(network, digits(4), digits(1, first=100), QUICK)
    twin.set_weights(network.get_weights())
    again = networks.load(networks.dump(network))
    images = digits(2, first=200)[0][..., None].astype(np.float32)
    assert np.abs(again.predict(images, verbose=0) - twin.predict(images, verbose=0)).max() < 1e-5


@pytest.mark.parametrize("has_it", [True, False])
def test_bfloat16_is_for_the_steps_alone_where_the_processor_has_it(monkeypatch, has_it):
    import keras
    import tensorflow as tf

    seen = set()

    def noted(name):
        original = getattr(keras.Model, name)

        def call(self, *data, **options):
            seen.add((name, tf.config.optimizer.get_experimental_options().get(acceleration.BFLOAT16, False)))
            return original(self, *data, **options)

        monkeypatch.setattr(keras.Model, name, call)

    noted("train_on_batch")
    noted("predict_on_batch")
    monkeypatch.setattr(acceleration, "multiplies_in_bfloat16", lambda: has_it)
    _fit()
    assert seen == {("train_on_batch", has_it), ("predict_on_batch", False)}


@pytest.mark.parametrize(
    "options", [{"scale": False}, {"center": False}, {"renorm": True}, {"axis": 1}, {"dtype": "float64"}]
)
def test_a_normalization_of_another_kind_is_trained_as_it_is(options):
    import keras

    layers = [keras.layers.Conv2D(4, 3), keras.layers.BatchNormalization(**options), keras.layers.Flatten()]
    network = keras.Sequential([keras.Input((28, 28, 1)), *layers, keras.layers.Dense(10, activation="softmax")])
    kinds = [type(layer).__name__ for layer in acceleration.quick_twin(network).layers]
    assert kinds == ["Conv2D", "BatchNormalization", "Flatten", "Dense"]
    assert len(fit(network, digits(2), digits(1), FitSettings(epochs=1, batch_size=10))) == 1


def test_the_twin_keeps_what_a_layer_has_learned_from_the_data_alone():
    import keras

    images = digits(2)[0][..., None].astype(np.float32)
    scaled = keras.layers.Normalization(axis=None)
    scaled.adapt(images)
    layers = [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    network = keras.Sequential([keras.Input((28, 28, 1)), scaled, *layers])
    twin = acceleration.quick_twin(network)
    assert np.allclose(twin.predict(images, verbose=0), network.predict(images, verbose=0), atol=1e-6)


def test_memory_mapped_images_are_taken(tmp_path):
    images, classes = digits(4)
    np.save(tmp_path / "images.npy", images)
    mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
    _, from_disk = _fit(train=(mapped, classes))
    _, from_memory = _fit()
    assert from_disk[-1].loss == pytest.approx(from_memory[-1].loss, rel=1e-4)


def test_fewer_images_than_a_batch_are_enough():
    _, history = _fit(FitSettings(epochs=1, batch_size=128, seed=5), train=digits(1))
    assert len(history) == 1


def test_classes_count_the_same_however_many_drawings_they_have():
    labels = np.repeat([0, 1], [90, 10])
    weights = class_weights(labels, 2)
    assert weights[0] * 90 == pytest.approx(weights[1] * 10)
    assert weights[labels].mean() == pytest.approx(1)


def test_a_very_small_class_is_not_raised_beyond_bounds():
    assert class_weights(np.repeat([0, 1], [9999, 1]), 2)[1] == 10


def test_nothing_to_train_on_is_an_error():
    with pytest.raises(TrainingError, match="expected training drawings"):
        _fit(train=(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8)))


def test_a_fit_that_diverges_says_so():
    with pytest.raises(TrainingError, match="lower learning rate"):
        _fit(FitSettings(epochs=2, batch_size=20, learning_rate=1e30, warm_up=0.01, seed=5))


@pytest.mark.parametrize("frozen", [False, True])
def test_a_fit_that_is_taken_up_again_gives_what_an_undisturbed_one_gives(frozen):
    settings = FitSettings(epochs=4, batch_size=20, learning_rate=3e-3, seed=5)
    train, validation = digits(4), digits(1, first=100)

    def new():
        if not frozen:
            return networks.build("small", 10, seed=5)  # with dropout: its random state goes on as well
        return networks.transfer(fitted_small()[0], 10, fine_tune=False, seed=5)

    undisturbed = new()
    expected = fit(undisturbed, train, validation, settings)
    states, stopped = [], new()
    with pytest.raises(Cancelled):
        fit(
            stopped,
            train,
            validation,
            settings,
            on_state=lambda state: states.append(state().to_bytes()) or _die(states),
        )
    resumed, epochs = new(), []
    history = fit(resumed, train, validation, settings, resume=FitState.from_bytes(states[-1]), on_epoch=epochs.append)
    assert [figures.epoch for figures in epochs] == [3, 4], "the first two are not fitted again"
    for ours, theirs in zip(history, expected, strict=True):
        assert (ours.loss, ours.validation_loss) == pytest.approx((theirs.loss, theirs.validation_loss), rel=1e-4)
    for ours, theirs in zip(resumed.get_weights(), undisturbed.get_weights(), strict=True):
        assert ours == pytest.approx(theirs, abs=1e-4)


def _die(states):
    if len(states) == 2:
        raise Cancelled


def test_a_fit_that_had_stopped_early_is_not_gone_on_with():
    states = []
    settings = FitSettings(epochs=30, batch_size=20, learning_rate=1.0, patience=2, seed=5)
    _, history = _fit(settings, on_state=lambda state: states.append(state()))
    network, again = _fit(settings, resume=states[-1])
    assert again == history
    assert np.array_equal(network.get_weights()[0], states[-1].best_weights[0])


def test_small_classes_come_more_often_when_sampling_is_balanced():
    labels = np.repeat([0, 1], [180, 20])
    data = (np.zeros((200, 28, 28), np.uint8), labels)
    targets = [next(batches(data, 200, 2, seed, balance="sampling"))[1].sum(axis=0) for seed in range(5)]
    assert np.sum(targets, axis=0) == pytest.approx([500, 500], rel=0.15)
    *_, weights = next(batches(data, 200, 2, 1, balance="sampling"))
    assert set(weights) == {1}
    _, targets, weights = next(batches(data, 200, 2, 1, balance="none"))
    assert (targets.sum(axis=0).tolist(), set(weights)) == ([180, 20], {1})


def test_batches_that_are_skipped_change_none_that_follow():
    data = (np.arange(10, dtype=np.uint8)[:, None, None] * np.ones((1, 28, 28), np.uint8), np.zeros(10, int))
    all_of_them = [batch[0][:, 0, 0, 0].tolist() for batch, _ in zip(batches(data, 4, 2, 1), range(8), strict=False)]
    assert next(batches(data, 4, 2, 1, skip=5))[0][:, 0, 0, 0].tolist() == all_of_them[5]


@pytest.mark.parametrize("optimizer", ["adamw", "adam", "rmsprop", "sgd"])
def test_every_optimizer_learns_at_a_rate_that_stays(optimizer, monkeypatch):
    import keras

    compiled, original = [], keras.Model.compile

    def compile_and_note(self, chosen, *arguments, **options):
        compiled.append(type(chosen).__name__.lower())
        return original(self, chosen, *arguments, **options)

    monkeypatch.setattr(keras.Model, "compile", compile_and_note)
    rate = 0.05 if optimizer == "sgd" else 1e-3
    settings = FitSettings(epochs=3, batch_size=20, optimizer=optimizer, one_cycle=False, learning_rate=rate, seed=5)
    _, history = _fit(settings)
    assert history[-1].loss < history[0].loss
    assert [figures.learning_rate for figures in history] == pytest.approx([rate] * 3)
    assert compiled == [optimizer]


def test_the_rate_of_a_cycle_rises_and_falls():
    _, history = _fit(FitSettings(epochs=5, batch_size=10, learning_rate=1e-3, seed=5))
    rates = [figures.learning_rate for figures in history]
    assert rates[0] == pytest.approx(1e-3, rel=0.1)
    assert rates == sorted(rates, reverse=True) and rates[-1] < 1e-4


def test_averaged_weights_are_validated_and_left_and_not_trained_on():
    seen = []
    settings = FitSettings(epochs=2, batch_size=2, learning_rate=0.05, one_cycle=False, averaging=2.0, seed=5)
    network, history = _fit(settings, on_state=lambda state: seen.append(state()))
    _fit(replace(settings, averaging=0.0), on_state=lambda state: seen.append(state()))
    averaged, without = seen[:2], seen[2:]
    assert averaged[-1].variables[1] == pytest.approx(without[-1].variables[1], abs=1e-6), "the same steps"
    assert not np.allclose(averaged[-1].average[1], averaged[-1].variables[1])
    best = averaged[best_epoch(history).epoch - 1]
    assert np.array_equal(network.get_weights()[1], best.average[1])


def test_a_fit_with_averaged_weights_is_taken_up_again_where_it_was():
    settings = FitSettings(epochs=3, batch_size=2, learning_rate=0.01, averaging=2.0, seed=5)
    states = []
    expected, _ = _fit(settings, on_state=lambda state: states.append(state().to_bytes()))
    network, _ = _fit(settings, resume=FitState.from_bytes(states[0]))
    assert network.get_weights()[0] == pytest.approx(expected.get_weights()[0], abs=1e-5)
