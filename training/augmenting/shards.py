"""Augmentation of a run, in shards: ranges of the training drawings that any worker can take.

A shard's images depend on the run's seed, the shard's index and the drawings alone, so twenty workers and one give
the same training set.
"""

import io
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from datasets.labels import Label
from datasets.models import Split
from datasets.models.versions import DatasetItemQuerySet
from training import selection
from training.augmenting.augmentation import augment_images, augment_strokes
from training.augmenting.configuration import RunConfig
from training.augmenting.outliers import made_up
from training.models import AugmentationShard, Network, TrainingRun
from training.selection import Selection, class_of
from training.versions import artifacts

SHARD_IMAGES = 5000  # some seconds of work: what a worker that dies or is cancelled loses
HASH = "S64"  # a SHA-256 in hexadecimal
OUTLIERS = 1  # sets their randomness apart from that of the copies


def plan_shards(run: TrainingRun) -> list[AugmentationShard]:
    """Cut the run's training drawings into shards and store their rows; safe to call again."""
    assert run.dataset_version is not None  # noqa: S101 - prepare() has just set it
    items = selection.items_for(run.dataset_version, run.network, Split.TRAIN)
    positions = list(items.values_list("position", flat=True))
    size = max(1, SHARD_IMAGES // (RunConfig.from_json(run.config).copies + 1))
    shards = [
        AugmentationShard(run=run, index=index, first_position=part[0], last_position=part[-1])
        for index, part in enumerate(positions[start : start + size] for start in range(0, len(positions), size))
    ]
    AugmentationShard.objects.bulk_create(shards, ignore_conflicts=True)
    return list(run.shards.order_by("index"))


def augment(shard: AugmentationShard) -> tuple[str, str]:
    """Make the shard's images, store them, and return the file's path and SHA-256."""
    drawings = selection.load(_drawings_of(shard), shard.run.network, with_strokes=True)
    made = expand(drawings, RunConfig.from_json(shard.run.config), shard.index, shard.run.network)
    file = io.BytesIO()
    np.savez(
        file,
        images=made.images,
        classes=made.classes,
        origins=made.origins,
        hashes=np.array(drawings.hashes, HASH),
    )
    return artifacts.write(f"{shards_of(shard.run)}/part-{shard.index:05}.npz", file.getvalue())


@dataclass(frozen=True)
class Expanded:
    """What drawings became."""

    images: npt.NDArray[np.uint8]  # (n, 28, 28)
    classes: npt.NDArray[np.uint8]  # (n,)
    origins: npt.NDArray[np.intp]  # (n,): which of the drawings each was made from


def expand(drawings: Selection, config: RunConfig, index: int, network: str = Network.DIGITS) -> Expanded:
    """Return the drawings, their augmented copies and, for digit-or-not, outliers where they are asked for.

    Those that can be drawn again (`selection.redrawable`) are turned and scaled as vectors, with thinner and thicker
    pens; the others are turned, zoomed and shifted as images.
    """
    seed, settings = (config.seed, index), config.augmentation
    vector = np.array([strokes is not None for strokes in drawings.strokes], bool)
    strokes = [strokes for strokes in drawings.strokes if strokes is not None]
    parts = [drawings.images]
    origins = [np.arange(len(drawings))]
    if config.copies and strokes:
        parts.append(augment_strokes(strokes, copies=config.copies, seed=seed, settings=settings))
        origins.append(np.repeat(np.flatnonzero(vector), config.copies))
    if config.copies and not vector.all():
        images = drawings.images[~vector]
        parts.append(augment_images(images, copies=config.copies, seed=seed, settings=settings))
        origins.append(np.repeat(np.flatnonzero(~vector), config.copies))
    classes = [drawings.classes[np.concatenate(origins)]]
    if network == Network.DIGIT_OR_NOT and strokes and settings.outliers:
        count = round(settings.outliers * config.copies * len(strokes))
        images, places = made_up(strokes, count, np.random.default_rng((*seed, OUTLIERS)))
        parts.append(images)
        origins.append(np.flatnonzero(vector)[places])
        classes.append(np.full(count, class_of(network, Label.NOT_A_DIGIT), np.uint8))
    return Expanded(np.concatenate(parts), np.concatenate(classes), np.concatenate(origins))


def load_shards(run: TrainingRun) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return all shards of a run, in order: images (n, 28, 28) and classes (n,).

    Without those of drawings that were deleted since: nothing is learned from them any more.
    """
    assert run.dataset_version is not None  # noqa: S101
    config = RunConfig.from_json(run.config)
    of_each = 1 + config.copies * (1 + config.augmentation.outliers)
    most = math.ceil(run.dataset_version.count(Split.TRAIN) * of_each) + run.shards.count()  # each rounds for itself
    images, classes = np.empty((most, 28, 28), np.uint8), np.empty(most, np.uint8)  # once: they may be gigabytes
    filled = 0
    for shard in run.shards.order_by("index"):
        present = list(_drawings_of(shard).values_list("content_hash", flat=True))
        with np.load(artifacts.open_bytes(shard.path, shard.sha256)) as file:
            kept = np.isin(file["hashes"], np.array(present, HASH))[file["origins"]]
            part = slice(filled, filled + kept.sum())
            images[part], classes[part] = file["images"][kept], file["classes"][kept]
            filled = part.stop
    return images[:filled], classes[:filled]


def _drawings_of(shard: AugmentationShard) -> DatasetItemQuerySet:
    """Return the shard's drawings, those that are still there."""
    run = shard.run
    assert run.dataset_version is not None  # noqa: S101
    items = selection.items_for(run.dataset_version, run.network, Split.TRAIN)
    return items.filter(position__range=(shard.first_position, shard.last_position))


def discard(run: TrainingRun) -> None:
    """Delete what a run that has ended needs no more: its shards and its checkpoints, also half-written ones."""
    artifacts.delete_folder(shards_of(run))
    artifacts.delete_folder(checkpoints_of(run))
    run.shards.all().delete()
    TrainingRun.objects.filter(pk=run.pk).update(checkpoint={})


def shards_of(run: TrainingRun) -> str:
    """Return the folder of a run's shards."""
    return f"augmentation/run-{run.pk}"


def checkpoints_of(run: TrainingRun) -> str:
    """Return the folder of a run's checkpoints."""
    return f"checkpoints/run-{run.pk}"
