"""The story of a training run, top to bottom: load -> fit -> export -> evaluate -> register -> gate -> publish.

Before it, `prepare` freezes the data and `training.augmenting.shards` plans and makes the shards.
`training.runs.execution` calls both under a lease and records what came of them; nothing in here knows Celery.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from datasets.models import Split
from datasets.services import freeze_version
from training import networks, selection, sentences
from training.augmenting.configuration import RunConfig
from training.augmenting.shards import load_shards
from training.errors import EmptySplit, TrainingError
from training.judging.gatekeeping import Judgement, answers_of, judge
from training.learning.calibration import calibrate
from training.learning.checkpoints import FitState
from training.learning.export import export
from training.learning.fitting import EpochFigures, FitSettings, fit
from training.models import ModelVersion, Network, TrainingRun
from training.models.runs import PublishPolicy, StartFrom
from training.registration import Facts, stored
from training.selection import CLASSES, Selection
from training.versions import artifacts, registry

if TYPE_CHECKING:
    import keras

MOST_PROBES = 5000


class Reporter(Protocol):
    """Where a run says how far it is. Each call raises `Cancelled` when the run is no longer wanted."""

    def step(self, name: str, share: float | None = None) -> None:
        """Begin a step; with `share` so much of the whole run is done, 0..1."""

    def progress(self, share: float) -> None: ...

    def epoch(self, figures: EpochFigures) -> None: ...

    def note(self, text: str) -> None:
        """Add a line to the run's log."""

    def keep(self, state: Callable[[], FitState]) -> None:
        """Keep, from time to time, what another worker would need to go on from here."""

    def resumed(self) -> FitState | None:
        """Return what an earlier attempt has kept."""

    def locked_run(self) -> TrainingRun:
        """Return the run's row, locked for the rest of the transaction."""


@dataclass(frozen=True)
class Outcome:
    """What a run gave: a version, whether it went live, and why or why not, in words."""

    version: ModelVersion
    is_published: bool
    text: str


def prepare(run: TrainingRun, write: Callable[..., None]) -> None:
    """Freeze what the run trains on, check that it is enough, and fix what it starts from.

    `write` puts values into the run's row as its owner, and raises `Cancelled` when somebody else has it by now.
    Raises `TooFewDrawings` naming the classes, `TrainingError` when there is no trunk to take.
    """
    if run.data_as_of is None:
        run.data_as_of = run.dataset_version.created_at if run.dataset_version else timezone.now()
    if run.dataset_version is None:
        run.dataset_version = freeze_version(sources=run.sources, room=run.room, actor=run.created_by)
    if run.trunk is None:
        run.trunk = _starting_point(run)
    # Before it is on record: the same run started again, when there is more, is to choose anew.
    selection.check_enough(run.dataset_version, run.network, settings.MIN_DRAWINGS_PER_CLASS)
    write(data_as_of=run.data_as_of, dataset_version=run.dataset_version, trunk=run.trunk)


def train(run: TrainingRun, report: Reporter) -> Outcome:
    """Fit a network on the run's shards, export it, test what was exported, and decide whether it goes live."""
    config = RunConfig.from_json(run.config)

    report.step(sentences.LOADING)
    training = load_shards(run)
    validation = _load_split(run, Split.VALIDATION)
    test = _load_split(run, Split.TEST)

    report.step(sentences.TRAINING)
    network = build(run, config)
    report.note(f"{network.count_params():,} parameters, {len(training[0]):,} images, on {processors()}")
    history = fit(
        network,
        training,
        (validation.images, validation.classes),
        fit_settings(config),
        on_epoch=report.epoch,
        heartbeat=report.progress,
        on_state=report.keep,
        resume=report.resumed(),
    )
    scaling = calibrate(network, (validation.images, validation.classes)) if config.calibrate else None
    if scaling:
        report.note(f"certainty fitted to the validation drawings: {scaling}")

    report.step(sentences.EXPORTING, 0.9)
    exported = export(network, _spread(validation.images, MOST_PROBES))

    report.step(sentences.TESTING, 0.93)
    candidate = answers_of(exported.tflite_bytes, test)
    judgement = judge(registry.published(run.network, run.room), candidate, test)
    facts = Facts(run, network, exported, history, training_images=len(training[0])).of(candidate, judgement)

    report.step(sentences.REGISTERING, 0.98)
    with stored(run, exported, candidate.probabilities, test) as files, transaction.atomic():
        locked = report.locked_run()
        version = registry.register(
            network=run.network,
            room=run.room,
            run=locked,
            **files,
            **facts,
        )
        return publish_or_hold(locked, version, judgement)


def build(run: TrainingRun, config: RunConfig) -> "keras.Model":
    """Return the network that the run starts from: new, the published one, or a new head on a digits trunk."""
    if run.trunk is None:
        return networks.build(run.architecture, len(CLASSES[run.network]), seed=config.seed)
    source = networks.load(artifacts.read(run.trunk.keras_path, run.trunk.keras_sha256))
    if run.start_from == StartFrom.PUBLISHED:
        return networks.resume(source, fine_tune=config.fine_tune) if run.network == Network.DIGIT_OR_NOT else source
    return networks.transfer(source, len(CLASSES[run.network]), fine_tune=config.fine_tune, seed=config.seed)


def fit_settings(config: RunConfig, **others: Any) -> FitSettings:
    """Return how to fit, out of the settings of a run: those that have the same names, and `others`."""
    names = {field.name for field in fields(FitSettings)} & {field.name for field in fields(RunConfig)}
    return FitSettings(**{name: getattr(config, name) for name in names}, **others)


def processors() -> str:
    """Return what TensorFlow computes on here, in words."""
    import tensorflow as tf

    gpus = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    if gpus:
        return " and ".join(gpu.get("device_name", "a GPU") for gpu in gpus)
    return f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} processor cores"


def _spread(images: npt.NDArray[np.uint8], most: int) -> npt.NDArray[np.uint8]:
    """Return at most so many images, evenly out of all: the oldest alone would be those of one source."""
    return images[np.linspace(0, len(images) - 1, min(most, len(images))).round().astype(int)]


def publish_or_hold(run: TrainingRun, version: ModelVersion, judgement: Judgement) -> Outcome:
    """End the run: publish its version where its policy and the comparison allow it, and say why or why not."""
    verdict, champion = judgement.verdict, judgement.champion
    wanted = {
        PublishPolicy.ALWAYS: True,
        PublishPolicy.IF_BETTER: verdict.passed and not verdict.needs_person,
        PublishPolicy.ASK: False,
    }[PublishPolicy(run.publish)]
    if run.publish == PublishPolicy.IF_BETTER and registry.published(run.network, run.room, lock=True) != champion:
        wanted = False
        verdict = replace(verdict, reasons=[*verdict.reasons, sentences.OVERTAKEN])
    reasons = sentences.AND.join(verdict.reasons)
    if wanted:
        registry.publish(version, reason=f"run {run.pk}, publish {run.publish}: {reasons}", actor=run.created_by)
    ending = sentences.PUBLISHED if wanted else sentences.HELD
    text = ending.format(version=version, against=judgement.against, reasons=reasons)
    run.state = TrainingRun.State.SUCCEEDED
    run.owner = None
    run.progress = 1.0
    run.step = ""
    run.outcome = text
    run.ended_at = timezone.now()
    run.save(update_fields=["state", "owner", "progress", "step", "outcome", "ended_at"])
    return Outcome(version, wanted, text)


def _starting_point(run: TrainingRun) -> ModelVersion | None:
    """Return the version whose trunk or weights the run takes over, fixed now and on record."""
    if run.start_from == StartFrom.PUBLISHED:
        version = registry.published(run.network, run.room) or registry.published(run.network)
        wanted = run.network
    elif run.network == Network.DIGIT_OR_NOT:
        version = registry.published(Network.DIGITS, run.room) or registry.published(Network.DIGITS)
        wanted = Network.DIGITS.value
    else:
        return None
    if version is None:
        raise TrainingError("nothing_published", sentences.NOTHING_PUBLISHED.format(network=wanted))
    return version


def _load_split(run: TrainingRun, split: Split) -> Selection:
    """Return what is left of a split; raises `EmptySplit` when the last of it has been deleted since `prepare`."""
    assert run.dataset_version is not None  # noqa: S101 - prepare() has set it
    loaded = selection.load(selection.items_for(run.dataset_version, run.network, split), run.network)
    if not len(loaded.images):
        raise EmptySplit([split.value])
    return loaded
