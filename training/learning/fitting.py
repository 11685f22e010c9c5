"""Fitting a network: a one-cycle learning rate, balanced classes, the best weights on validation.

A plain loop over batches, rather than `Model.fit`: it is faster on small machines, gives the same batches under the
same seed, can ask between any two of them whether to go on, and can go on where another process was stopped.

What learns is a quick twin of the network (`acceleration`); the network itself gets the twin's weights.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from training import sentences
from training.augmenting.configuration import Balance, Optimizer
from training.errors import Cancelled, TrainingError
from training.learning.acceleration import bfloat16_where_quicker, quick_twin
from training.learning.averaging import Averaging
from training.learning.calibration import calibrated_loss, log_loss
from training.learning.checkpoints import FitState
from training.learning.epochs import EpochFigures, best_epoch
from training.learning.feeding import Labelled, as_floats, batches, features
from training.networks import HEAD, TRUNK

if TYPE_CHECKING:
    import keras

HEARTBEAT_SECONDS = 0.3
VALIDATION_BATCH = 512
TRUNK_SHARE = 0.7  # of the progress, when a frozen trunk runs once before its head is trained: the slower part


@dataclass(frozen=True)
class FitSettings:
    """How to fit. After `images_per_epoch` images (None: as many as there are) an epoch ends with a validation."""

    epochs: int = 12
    batch_size: int = 128
    learning_rate: float = 2e-3  # with `one_cycle` the peak
    optimizer: str = Optimizer.ADAMW
    one_cycle: bool = True
    balance: str = Balance.WEIGHTS
    seed: int = 0
    label_smoothing: float = 0.05
    weight_decay: float = 0.01  # of AdamW
    warm_up: float = 0.2  # the share of all steps in which the learning rate rises
    patience: int = 6  # stop after so many epochs without a better validation loss, calibrated
    averaging: float = 0.0  # of the weights, over so many of the last epochs; what is validated and left is the mean
    images_per_epoch: int | None = None


def fit(
    network: "keras.Model",
    train: Labelled,
    validation: Labelled,
    settings: FitSettings,
    *,
    on_epoch: Callable[[EpochFigures], object] = lambda figures: None,
    heartbeat: Callable[[float], object] = lambda progress: None,
    on_state: Callable[[Callable[[], FitState]], object] = lambda state: None,
    resume: FitState | None = None,
) -> list[EpochFigures]:
    """Fit the network in place, leave the weights of the best epoch in it, and return the figures of all.

    `heartbeat(progress)` is called about every 0.3 seconds, between batches, with 0..1, and `on_epoch(figures)` after
    each epoch, when the network has the weights that were validated. Both can stop the fit, by raising or by returning
    False, which raises `Cancelled` here. After each epoch `on_state(state)` may call `state()` for all that another
    process needs to go on from there: given as `resume`, with the same network, data and settings, it takes the same
    batches as this one would have. Raises `TrainingError` when there is nothing to train or validate on, or when the
    loss is no number any more.
    """
    _check(train, validation)
    pulse = _Pulse(heartbeat)
    network, train, validation = _without_frozen_trunk(network, train, validation, pulse)
    size = min(settings.batch_size, len(train[0]))
    steps = max(1, (settings.images_per_epoch or len(train[0])) // size)
    learner = _learner(network, settings, steps * settings.epochs)
    best_weights, history = network.get_weights(), []
    if resume is not None:
        best_weights, history = resume.best_weights, list(resume.history)
        resume.restore(learner)
    done = steps * len(history)
    average = resume.average if resume else None
    averaging = Averaging(learner, settings.averaging * steps, average=average, step=done)
    fed = batches(train, size, network.output_shape[-1], settings.seed, balance=settings.balance, skip=done)
    while not _enough(history, settings):
        epoch, started = len(history), time.monotonic()
        loss, accuracy = _train(learner, fed, steps, pulse, epoch, settings.epochs, averaging)
        network.set_weights(averaging.average or learner.get_weights())
        validated = _validate(network, validation, pulse, (epoch + 1) / settings.epochs)
        rate = float(learner.optimizer.learning_rate)
        seconds = time.monotonic() - started
        figures = EpochFigures(epoch + 1, loss, accuracy, **validated, seconds=seconds, learning_rate=rate)
        history.append(figures)
        if best_epoch(history) is figures:
            best_weights = network.get_weights()
        _stop_if_false(on_epoch(figures))
        on_state(partial(FitState.of, learner, history, best_weights, averaging.average))
    network.set_weights(best_weights)
    return history


def _enough(history: list[EpochFigures], settings: FitSettings) -> bool:
    """Whether all epochs are done, or the last ones have brought nothing."""
    if not history:
        return False
    return len(history) >= settings.epochs or len(history) - best_epoch(history).epoch >= settings.patience


class _Pulse:
    """Calls the heartbeat when it is due."""

    def __init__(self, heartbeat: Callable[[float], object]) -> None:
        self.start = 0.0  # what was done before the epochs
        self._heartbeat = heartbeat
        self._due = 0.0

    def beat(self, progress: float) -> None:
        if time.monotonic() >= self._due:
            _stop_if_false(self._heartbeat(self.start + (1 - self.start) * progress))
            self._due = time.monotonic() + HEARTBEAT_SECONDS


def _without_frozen_trunk(
    network: "keras.Model", train: Labelled, validation: Labelled, pulse: _Pulse
) -> "tuple[keras.Model, Labelled, Labelled]":
    """Return what there is to fit, and its data: behind a frozen trunk, which runs once, the head on its features."""
    if not _has_frozen_trunk(network):
        return network, train, validation
    trunk = network.get_layer(TRUNK)
    train = features(trunk, train, lambda share: pulse.beat(TRUNK_SHARE * share))
    pulse.start = TRUNK_SHARE
    return network.get_layer(HEAD), train, features(trunk, validation, lambda share: pulse.beat(0.0))


def _has_frozen_trunk(network: "keras.Model") -> bool:
    names = [layer.name for layer in network.layers]
    return names == [TRUNK, HEAD] and not network.get_layer(TRUNK).trainable_variables


def _check(train: Labelled, validation: Labelled) -> None:
    for name, (images, labels) in (("training", train), ("validation", validation)):
        if not len(images) or len(images) != len(labels):
            received = f"{len(images)} and {len(labels)}"
            raise TrainingError("no_drawings", f"expected {name} drawings, each with its class; received {received}")


def _stop_if_false(answer: object) -> None:
    if answer is False:
        raise Cancelled


def _learner(network: "keras.Model", settings: FitSettings, total_steps: int) -> "keras.Model":
    """Return the network's twin, ready to be trained."""
    import keras

    keras.utils.set_random_seed(settings.seed)  # for dropout; the batches have a generator of their own
    learner = quick_twin(network)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=settings.label_smoothing)
    # `metrics` ignore class weights and smoothing: they are what people read. XLA is three times slower on a CPU.
    metrics = [keras.metrics.CategoricalCrossentropy(name="log_loss"), keras.metrics.CategoricalAccuracy("accuracy")]
    learner.compile(_optimizer(settings, total_steps), loss, metrics=metrics, jit_compile=False)
    network.jit_compile = False  # it answers the drawings of validation
    return learner


def _optimizer(settings: FitSettings, total_steps: int) -> "keras.optimizers.Optimizer":
    from keras import optimizers

    rate = _cycle(settings, total_steps) if settings.one_cycle else settings.learning_rate
    if settings.optimizer == Optimizer.ADAM:
        return optimizers.Adam(rate)
    if settings.optimizer == Optimizer.RMSPROP:
        return optimizers.RMSprop(rate)
    if settings.optimizer == Optimizer.SGD:
        return optimizers.SGD(rate, momentum=0.9, nesterov=True)
    adamw = optimizers.AdamW(rate, weight_decay=settings.weight_decay)
    adamw.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return adamw


def _cycle(settings: FitSettings, total_steps: int) -> "keras.optimizers.schedules.CosineDecay":
    """Return a rate that rises from a 25th to its peak, and falls to a thousandth of that."""
    import keras

    rising = max(1, round(total_steps * settings.warm_up))
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=settings.learning_rate / 25,
        decay_steps=max(1, total_steps - rising),
        alpha=1e-3,
        warmup_target=settings.learning_rate,
        warmup_steps=rising,
    )


def _train(
    learner: "keras.Model",
    fed: Iterator[Any],
    steps: int,
    pulse: _Pulse,
    epoch: int,
    epochs: int,
    averaging: Averaging,
) -> tuple[float, float]:
    """Train one epoch; return its log loss and accuracy."""
    mean = _Mean()
    for step in range(steps):
        inputs, targets, weights = next(fed)
        with bfloat16_where_quicker():
            figures = learner.train_on_batch(inputs, targets, sample_weight=weights, return_dict=True)
        if not math.isfinite(figures["loss"]):
            raise TrainingError("diverged", sentences.DIVERGED)
        averaging.after_step()
        mean.add(figures, len(inputs))
        pulse.beat((epoch + (step + 1) / steps) / epochs)
    return mean.loss_and_accuracy()


def _validate(network: "keras.Model", data: Labelled, pulse: _Pulse, progress: float) -> dict[str, float]:
    """Return the figures of `EpochFigures` on data that is not trained on."""
    inputs, classes = data
    parts = []
    for start in range(0, len(inputs), VALIDATION_BATCH):
        parts.append(network.predict_on_batch(as_floats(inputs[start : start + VALIDATION_BATCH])))
        pulse.beat(progress)
    answers = np.concatenate(parts)
    return {
        "validation_loss": log_loss(answers, classes),
        "validation_accuracy": float((answers.argmax(axis=1) == classes).mean()),
        "calibrated_loss": calibrated_loss(answers, classes),
    }


class _Mean:
    """The figures of many batches, each weighed by its size."""

    def __init__(self) -> None:
        self._loss = self._accuracy = 0.0
        self._count = 0

    def add(self, figures: dict[str, float], count: int) -> None:
        self._loss += float(figures["log_loss"]) * count
        self._accuracy += float(figures["accuracy"]) * count
        self._count += count

    def loss_and_accuracy(self) -> tuple[float, float]:
        return self._loss / self._count, self._accuracy / self._count
