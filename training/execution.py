"""Working on runs and shards under a lease, whoever asks: a Celery task, a repeated task, or `manage.py train`.

Each function claims its row first and does nothing when somebody else has it. What comes of the work, good or bad,
ends up in the row.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from django.db import transaction
from django.utils import timezone

from datasets.errors import DigitsiteError
from training import artifacts, pipeline
from training.errors import Cancelled
from training.fitting import EpochFigures
from training.leases import Lease, heart
from training.models import AugmentationShard, TrainingRun
from training.queue import enqueue_fit, enqueue_shard
from training.services import run_has_ended, take_start_lock
from training.shards import augment, plan_shards

logger = logging.getLogger(__name__)

State = TrainingRun.State
AUGMENTED_AT = 0.3  # of the progress of a whole run
FITTED_AT = 0.9
PROGRESS_SECONDS = 1.0  # between two writes


def prepare_run(run_id: int) -> None:
    """Freeze the run's data and plan its shards; hand the shards to the augmentation workers."""
    lease = Lease.claim(
        TrainingRun,
        run_id,
        before=State.QUEUED,
        state=State.PREPARING,
        worker=worker_name(),
        started_at=timezone.now(),
    )
    if lease is None:
        return
    run = TrainingRun.objects.get(pk=run_id)
    with _ending_in_the_row(run, lease), lease.beating():
        pipeline.prepare(run)
        with transaction.atomic():
            plan_shards(run)
            if not lease.release(State.AUGMENTING, attempts=0):
                raise Cancelled
            if not run.foreground:
                for shard in run.shards.order_by("index"):
                    enqueue_shard(shard)


def augment_shard(shard_id: int) -> None:
    """Make one shard's images; the last finisher of a run hands it to the training worker."""
    shard_states = AugmentationShard.State
    lease = Lease.claim(AugmentationShard, shard_id, before=shard_states.QUEUED, state=shard_states.RUNNING)
    if lease is None:
        return
    shard = AugmentationShard.objects.select_related("run__dataset_version").get(pk=shard_id)
    if shard.run.state != State.AUGMENTING:
        return
    with _ending_in_the_row(shard.run, lease), lease.beating():
        path, sha256 = augment(shard)
        if lease.release(shard_states.DONE, path=path, sha256=sha256):
            advance(shard.run)
        else:  # cancelled, or another worker has made it meanwhile
            artifacts.delete(path)


def advance(run: TrainingRun) -> None:
    """Note how many shards are done; when all are, let the fit begin. Only one caller gets to do that."""
    total = run.shards.count()
    done = run.shards.filter(state=AugmentationShard.State.DONE).count()
    augmenting = TrainingRun.objects.filter(pk=run.pk, state=State.AUGMENTING)
    if done < total:
        augmenting.update(progress=AUGMENTED_AT * done / total, step=f"augmenting: {done} of {total} parts")
        return
    with transaction.atomic():
        if augmenting.update(state=State.AUGMENTED, progress=AUGMENTED_AT, step="") and not run.foreground:
            enqueue_fit(run)


def execute_run(run_id: int, on_progress: Callable[[str, float], None] | None = None) -> None:
    """Fit, export, test, register and maybe publish; needs TensorFlow."""
    lease = Lease.claim(
        TrainingRun, run_id, before=State.AUGMENTED, state=State.FITTING, worker=worker_name(), history=[]
    )
    if lease is None:
        return
    run = TrainingRun.objects.get(pk=run_id)
    with _ending_in_the_row(run, lease), lease.beating():
        outcome = pipeline.train(run, RowReporter(lease, on_progress))
        logger.info("%s: %s", run, outcome.text)
        run_has_ended(run)


class RowReporter:
    """Writes a run's progress to its row, as the owner of its lease, and at most once a second."""

    def __init__(self, lease: Lease, on_progress: Callable[[str, float], None] | None = None) -> None:
        self.lease = lease
        self.on_progress = on_progress or (lambda step, share: None)
        self.current = ""
        self.share = AUGMENTED_AT
        self.history: list[dict[str, float]] = []
        self.due = 0.0

    def step(self, name: str) -> None:
        self.current = name
        self._write()

    def progress(self, share: float) -> None:
        self.lease.check()
        self.share = AUGMENTED_AT + (FITTED_AT - AUGMENTED_AT) * share
        if time.monotonic() >= self.due:
            self._write()

    def epoch(self, figures: EpochFigures) -> None:
        self.history.append(figures.to_json())
        self._write()

    def locked_run(self) -> TrainingRun:
        return cast(TrainingRun, self.lease.locked())

    def _write(self) -> None:
        self.lease.write(step=self.current, progress=self.share, history=self.history)
        self.on_progress(self.current, self.share)
        self.due = time.monotonic() + PROGRESS_SECONDS


@contextmanager
def attended(run: TrainingRun) -> Iterator[None]:
    """Show that the command that works on this foreground run is alive, between its steps as well."""
    active = TrainingRun.objects.filter(pk=run.pk, foreground=True).active()
    with heart(lambda: active.update(heartbeat_at=timezone.now())):
        yield


def fail_run(run: TrainingRun, message: str) -> None:
    """End an active run as failed, and say why; a run that has ended stays as it is."""
    with transaction.atomic():
        take_start_lock()
        failed = (
            TrainingRun.objects.filter(pk=run.pk)
            .active()
            .update(state=State.FAILED, owner=None, ended_at=timezone.now(), error=message, outcome=message)
        )
        if failed:
            logger.warning("%s failed: %s", run, message)
            run_has_ended(run)


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


@contextmanager
def _ending_in_the_row(run: TrainingRun, lease: Lease) -> Iterator[None]:
    """Record how the body ended. The one blanket `except`: a run must never end without its reason."""
    try:
        yield
    except Cancelled:
        logger.info("%s stops here: it was cancelled, or another worker has it", run)
    except DigitsiteError as error:
        _fail_as_owner(run, lease, error.message)
    except MemoryError:
        _fail_as_owner(run, lease, "out of memory: choose fewer copies, or give the worker more")
    except Exception as error:
        logger.exception("%s failed", run)
        _fail_as_owner(run, lease, f"{type(error).__name__}: {error}")


def _fail_as_owner(run: TrainingRun, lease: Lease, message: str) -> None:
    """Fail the run, unless the row, the run's or that of one of its shards, is another worker's by now."""
    with transaction.atomic():
        take_start_lock()
        try:
            lease.locked()
        except Cancelled:
            return
        fail_run(run, message)
