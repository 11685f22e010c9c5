"""Augmentation of a run, in shards: ranges of the training drawings that any worker can take.

A shard's images depend on the run's seed, the shard's index and the drawings alone, so twenty workers and one give
the same training set.
"""

import io

import numpy as np
import numpy.typing as npt

from datasets.models import Split
from training import artifacts, selection
from training.augmentation import augment_images, augment_strokes
from training.configuration import RunConfig
from training.models import AugmentationShard, TrainingRun
from training.selection import Selection

SHARD_IMAGES = 5000  # some seconds of work: what a worker that dies or is cancelled loses


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
    run = shard.run
    assert run.dataset_version is not None  # noqa: S101
    items = selection.items_for(run.dataset_version, run.network, Split.TRAIN)
    within = items.filter(position__range=(shard.first_position, shard.last_position))
    drawings = selection.load(within, run.network, with_strokes=True)
    images, classes = expand(drawings, RunConfig.from_json(run.config), shard.index)
    file = io.BytesIO()
    np.savez(file, images=images, classes=classes)
    return artifacts.write(f"{shards_of(run)}/part-{shard.index:05}.npz", file.getvalue())


def expand(drawings: Selection, config: RunConfig, index: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return the drawings and their augmented copies: images (n * (copies + 1), 28, 28) and classes.

    Drawings with strokes are turned and scaled as vectors and drawn again with thinner and thicker pens;
    the others are turned, zoomed and shifted as images.
    """
    seed = (config.seed, index)
    vector = np.array([strokes is not None for strokes in drawings.strokes], bool)
    strokes = [strokes for strokes in drawings.strokes if strokes is not None]
    parts = [drawings.images]
    classes = [drawings.classes]
    if config.copies and strokes:
        parts.append(augment_strokes(strokes, copies=config.copies, seed=seed, settings=config.augmentation))
        classes.append(np.repeat(drawings.classes[vector], config.copies))
    if config.copies and not vector.all():
        images = drawings.images[~vector]
        parts.append(augment_images(images, copies=config.copies, seed=seed, settings=config.augmentation))
        classes.append(np.repeat(drawings.classes[~vector], config.copies))
    return np.concatenate(parts), np.concatenate(classes)


def load_shards(run: TrainingRun) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return all shards of a run, in order: images (n, 28, 28) and classes (n,)."""
    assert run.dataset_version is not None  # noqa: S101
    drawings = selection.items_for(run.dataset_version, run.network, Split.TRAIN).count()
    most = drawings * (RunConfig.from_json(run.config).copies + 1)
    images, classes = np.empty((most, 28, 28), np.uint8), np.empty(most, np.uint8)  # once: they may be gigabytes
    filled = 0
    for shard in run.shards.order_by("index"):
        with np.load(artifacts.open_bytes(shard.path, shard.sha256)) as file:
            part = slice(filled, filled + len(file["classes"]))
            images[part], classes[part] = file["images"], file["classes"]
            filled = part.stop
    return images[:filled], classes[:filled]


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
