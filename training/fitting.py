"""Fitting a network: AdamW with a one-cycle learning rate, balanced classes, the best weights on validation.

Images stay `uint8`, in memory or memory-mapped, and become floats a batch at a time: 700,000 of them take 550 MB.
A plain loop over batches, rather than `Model.fit`: it is faster on small machines, gives the same batches under the
same seed, and can ask between any two of them whether to go on.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.errors import Cancelled, TrainingError

if TYPE_CHECKING:
    import keras

HEARTBEAT_SECONDS = 0.3
VALIDATION_BATCH = 512
LARGEST_CLASS_WEIGHT = 10.0  # a class of a few drawings must not shake the whole network

Labelled = tuple[npt.NDArray[np.uint8], npt.NDArray[np.integer]]  # images (n, 28, 28), 0..255; classes (n,), 0..c-1


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
    size = min(settings.batch_size, len(train[0]))
    steps = max(1, (settings.images_per_epoch or len(train[0])) // size)
    _compile(network, settings, steps * settings.epochs)
    batches = _batches(train, size, network.output_shape[-1], settings.seed)
    best_weights, history = network.get_weights(), []
    for epoch in range(settings.epochs):
        started = time.monotonic()
        loss, accuracy = _train(network, batches, steps, pulse, epoch, settings.epochs)
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


def class_weights(labels: npt.NDArray[np.integer], classes: int) -> npt.NDArray[np.float32]:
    """Return weights `float32 (classes,)` under which every class counts the same, and a drawing 1 on average.

    A class is raised to 10 at most; a class without a drawing gets that, and nothing to use it on.
    """
    counts = np.bincount(labels, minlength=classes)
    present = int((counts > 0).sum())
    weights = len(labels) / (present * np.maximum(counts, 1))
    return np.minimum(weights, LARGEST_CLASS_WEIGHT).astype(np.float32)


class _Pulse:
    """Calls the heartbeat when it is due."""

    def __init__(self, heartbeat: Callable[[float], object]) -> None:
        self._heartbeat = heartbeat
        self._due = 0.0

    def beat(self, progress: float) -> None:
        if time.monotonic() >= self._due:
            _stop_if_false(self._heartbeat(progress))
            self._due = time.monotonic() + HEARTBEAT_SECONDS


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


Batch = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]


def _batches(train: Labelled, size: int, classes: int, seed: int) -> Iterator[Batch]:
    """Yield pixels, one-hot classes and weights for ever, every image once before any comes again."""
    images, labels = train
    weights = class_weights(labels, classes)
    generator = np.random.default_rng(seed)
    while True:
        order = generator.permutation(len(images))
        for start in range(0, len(order) - size + 1, size):
            chosen = order[start : start + size]
            yield _pixels(images[chosen]), _one_hot(labels[chosen], classes), weights[labels[chosen]]


def _train(
    network: "keras.Model", batches: Iterator[Batch], steps: int, pulse: _Pulse, epoch: int, epochs: int
) -> tuple[float, float]:
    """Train one epoch; return its log loss and accuracy."""
    mean = _Mean()
    for step in range(steps):
        pixels, targets, weights = next(batches)
        figures = network.train_on_batch(pixels, targets, sample_weight=weights, return_dict=True)
        if not math.isfinite(figures["loss"]):
            raise TrainingError("diverged", "expected a finite loss; received none: try a lower learning rate")
        mean.add(figures, len(pixels))
        pulse.beat((epoch + (step + 1) / steps) / epochs)
    return mean.loss_and_accuracy()


def _validate(network: "keras.Model", data: Labelled, pulse: _Pulse, progress: float) -> tuple[float, float]:
    """Return log loss and accuracy on data that is not trained on."""
    images, labels = data
    mean = _Mean()
    for start in range(0, len(images), VALIDATION_BATCH):
        part = slice(start, start + VALIDATION_BATCH)
        pixels, targets = _pixels(images[part]), _one_hot(labels[part], network.output_shape[-1])
        mean.add(network.test_on_batch(pixels, targets, return_dict=True), len(pixels))
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


def _pixels(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    return images[..., None].astype(np.float32)


def _one_hot(labels: npt.NDArray[np.integer], classes: int) -> npt.NDArray[np.float32]:
    return np.eye(classes, dtype=np.float32)[labels]
