"""Fitting a network: AdamW with a one-cycle learning rate, balanced classes, the best weights on validation.

A plain loop over batches, rather than `Model.fit`: it is faster on small machines, gives the same batches under the
same seed, and can ask between any two of them whether to go on.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from training.errors import Cancelled, TrainingError
from training.feeding import Labelled, as_floats, batches, features, one_hot
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
    learning_rate: float = 2e-3  # the peak of the cycle
    seed: int = 0
    label_smoothing: float = 0.05
    weight_decay: float = 0.01
    warm_up: float = 0.2  # the share of all steps in which the learning rate rises
    patience: int = 6  # stop after so many epochs without a better validation loss
    images_per_epoch: int | None = None


@dataclass(frozen=True)
class EpochFigures:
    """What one epoch gave. Losses are mean log losses without smoothing or weights; accuracies are 0..1."""

    epoch: int  # from 1
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float

    def to_json(self) -> dict[str, float]:
        return asdict(self)


def fit(
    network: "keras.Model",
    train: Labelled,
    validation: Labelled,
    settings: FitSettings,
    *,
    on_epoch: Callable[[EpochFigures], object] = lambda figures: None,
    heartbeat: Callable[[float], object] = lambda progress: None,
) -> list[EpochFigures]:
    """Fit the network in place, leave the weights of the best epoch in it, and return the figures of all.

    `heartbeat(progress)` is called about every 0.3 seconds, between batches, with 0..1, and `on_epoch(figures)` after
    each epoch. Both can stop the fit, by raising or by returning False, which raises `Cancelled` here. Raises
    `TrainingError` when there is nothing to train or validate on, or when the loss is no number any more.
    """
    _check(train, validation)
    pulse = _Pulse(heartbeat)
    if _has_frozen_trunk(network):
        trunk, network = network.get_layer(TRUNK), network.get_layer(HEAD)
        train = features(trunk, train, lambda share: pulse.beat(TRUNK_SHARE * share))
        pulse.start = TRUNK_SHARE
        validation = features(trunk, validation, lambda share: pulse.beat(0.0))
    size = min(settings.batch_size, len(train[0]))
    steps = max(1, (settings.images_per_epoch or len(train[0])) // size)
    _compile(network, settings, steps * settings.epochs)
    fed = batches(train, size, network.output_shape[-1], settings.seed)
    best_weights, history = network.get_weights(), []
    for epoch in range(settings.epochs):
        started = time.monotonic()
        loss, accuracy = _train(network, fed, steps, pulse, epoch, settings.epochs)
        validated = _validate(network, validation, pulse, (epoch + 1) / settings.epochs)
        figures = EpochFigures(epoch + 1, loss, accuracy, *validated, seconds=time.monotonic() - started)
        history.append(figures)
        if best_epoch(history) is figures:
            best_weights = network.get_weights()
        _stop_if_false(on_epoch(figures))
        if figures.epoch - best_epoch(history).epoch >= settings.patience:
            break
    network.set_weights(best_weights)
    return history


def best_epoch(history: list[EpochFigures]) -> EpochFigures:
    """Return the figures of the epoch whose weights `fit` leaves in the network."""
    return min(history, key=lambda figures: figures.validation_loss)


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


def _compile(network: "keras.Model", settings: FitSettings, total_steps: int) -> None:
    import keras

    keras.utils.set_random_seed(settings.seed)  # for dropout; the batches have a generator of their own
    rising = max(1, round(total_steps * settings.warm_up))
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=settings.learning_rate / 25,
        decay_steps=max(1, total_steps - rising),
        alpha=1e-3,
        warmup_target=settings.learning_rate,
        warmup_steps=rising,
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=settings.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=settings.label_smoothing)
    # `metrics` ignore class weights and smoothing: they are what people read. XLA is three times slower on a CPU.
    metrics = [keras.metrics.CategoricalCrossentropy(name="log_loss"), keras.metrics.CategoricalAccuracy("accuracy")]
    network.compile(optimizer, loss, metrics=metrics, jit_compile=False)


def _train(
    network: "keras.Model", fed: Iterator[Any], steps: int, pulse: _Pulse, epoch: int, epochs: int
) -> tuple[float, float]:
    """Train one epoch; return its log loss and accuracy."""
    mean = _Mean()
    for step in range(steps):
        inputs, targets, weights = next(fed)
        figures = network.train_on_batch(inputs, targets, sample_weight=weights, return_dict=True)
        if not math.isfinite(figures["loss"]):
            raise TrainingError("diverged", "expected a finite loss; received none: try a lower learning rate")
        mean.add(figures, len(inputs))
        pulse.beat((epoch + (step + 1) / steps) / epochs)
    return mean.loss_and_accuracy()


def _validate(network: "keras.Model", data: Labelled, pulse: _Pulse, progress: float) -> tuple[float, float]:
    """Return log loss and accuracy on data that is not trained on."""
    inputs, labels = data
    mean = _Mean()
    for start in range(0, len(inputs), VALIDATION_BATCH):
        part = slice(start, start + VALIDATION_BATCH)
        targets = one_hot(labels[part], network.output_shape[-1])
        figures = network.test_on_batch(as_floats(inputs[part]), targets, return_dict=True)
        mean.add(figures, len(targets))
        pulse.beat(progress)
    return mean.loss_and_accuracy()


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
