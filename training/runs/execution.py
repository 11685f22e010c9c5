"""Working on runs and shards under a lease, whoever asks: a Celery task, a repeated task, or `manage.py train`.

Each function claims its row first and does nothing when somebody else has it. What comes of the work, good or bad,
ends up in the row.
"""

import logging
import os
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from datasets.errors import DigitsiteError
from datasets.models import Split
from training import pipeline, sentences
from training.augmenting.shards import augment, plan_shards
from training.errors import Cancelled
from training.models import AugmentationShard, TrainingRun
from training.runs.failures import passes, public_reason_of, reason_of
from training.runs.journal import note, note_if_possible
from training.runs.leases import Lease, heart
from training.runs.queue import enqueue_fit, enqueue_shard
from training.runs.reporting import AUGMENTED_AT, RowReporter
from training.services import run_has_ended, take_start_lock
from training.versions import artifacts

logger = logging.getLogger(__name__)

State = TrainingRun.State


def prepare_run(run_id: int) -> None:
    """Freeze the run's data and plan its shards; hand the shards to the augmentation workers."""
    lease = _claim(run_id, before=State.QUEUED, state=State.PREPARING, started_at=timezone.now())
    if lease is None:
        return
    run = TrainingRun.objects.get(pk=run_id)
    with _ending_in_the_row(run, lease), lease.beating():
        note(run, f"{run.worker} chooses the drawings")
        pipeline.prepare(run, lease.write)
        counts = ", ".join(f"{run.dataset_version.count(split)} {split}" for split in Split.values)  # type: ignore[union-attr]
        with transaction.atomic():
            shards = plan_shards(run)
            note(
                run,
                f"{run.dataset_version}: {counts}; {len(shards)} {'part' if len(shards) == 1 else 'parts'} to augment",
            )
            if not lease.release(State.AUGMENTING, attempts=0, state_since=timezone.now()):
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
    started = time.monotonic()
    with _ending_in_the_row(shard.run, lease), lease.beating():
        path, sha256 = augment(shard)
        if lease.release(shard_states.DONE, path=path, sha256=sha256):
            seconds = time.monotonic() - started
            note_if_possible(shard.run, f"part {shard.index + 1} augmented by {worker_name()} in {seconds:.1f} s")
            advance(shard.run)
        else:  # cancelled, or another worker has made it meanwhile
            artifacts.delete(path)


def advance(run: TrainingRun) -> None:
    """Note how many shards are done; when all are, let the fit begin. Only one caller gets to do that."""
    total = run.shards.count()
    done = run.shards.filter(state=AugmentationShard.State.DONE).count()
    augmenting = TrainingRun.objects.filter(pk=run.pk, state=State.AUGMENTING)
    now = timezone.now()
    if done < total:
        augmenting.update(
            progress=AUGMENTED_AT * done / total,
            step=sentences.AUGMENTING.format(done=done, total=total),
            expected_end_at=_expected_end(run, done, total),
            **({"obstacle": ""} if done else {}),
        )
        return
    values = {"state_since": now, "progress": AUGMENTED_AT, "step": "", "obstacle": "", "expected_end_at": None}
    with transaction.atomic():
        if augmenting.update(state=State.AUGMENTED, **values) and not run.foreground:
            enqueue_fit(run)


def _expected_end(run: TrainingRun, done: int, total: int) -> datetime | None:
    """Return when all shards will be done if it goes on like this."""
    if not done or run.state_since is None:
        return None
    now = timezone.now()
    return now + (now - run.state_since) * (total - done) / done


def execute_run(run_id: int, on_progress: Callable[[str, float], None] | None = None) -> None:
    """Fit, export, test, register and maybe publish; needs TensorFlow."""
    lease = _claim(run_id, before=State.AUGMENTED, state=State.FITTING)
    if lease is None:
        return
    run = TrainingRun.objects.get(pk=run_id)
    with _ending_in_the_row(run, lease), lease.beating():
        note(run, f"{run.worker} begins, attempt {run.attempts}")
        outcome = pipeline.train(run, RowReporter(lease, run, on_progress))
        note_if_possible(run, outcome.text)
        run_has_ended(run)


def _claim(run_id: int, **values: Any) -> Lease | None:
    now = timezone.now()
    return Lease.claim(
        TrainingRun, run_id, worker=worker_name(), state_since=now, obstacle="", expected_end_at=None, **values
    )


@contextmanager
def attended(run: TrainingRun) -> Iterator[None]:
    """Show that the command that works on this foreground run is alive, between its steps as well."""
    active = TrainingRun.objects.filter(pk=run.pk, foreground=True).active()
    with heart(lambda: active.update(heartbeat_at=Now())):
        yield


def fail_run(run: TrainingRun, message: str, *, outcome: str) -> None:
    """End an active run as failed, and say why; a run that has ended stays as it is.

    The message is for those who run the site, the outcome for everybody: empty where the reason is not.
    """
    with transaction.atomic():
        take_start_lock()
        failed = (
            TrainingRun.objects.filter(pk=run.pk)
            .active()
            .update(
                state=State.FAILED, owner=None, ended_at=timezone.now(), error=message, outcome=outcome, obstacle=""
            )
        )
        if failed:
            note(run, f"failed: {message}")
            run_has_ended(run)


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


@contextmanager
def _ending_in_the_row(run: TrainingRun, lease: Lease) -> Iterator[None]:
    """Record how the body ended, whatever ended it: a run must never end without its reason.

    A database that went away is no end: when it is back, the reaper hands the work out again.
    """
    try:
        yield
    except Cancelled:
        logger.info("%s stops here: it was cancelled, or another worker has it", run)
    except Exception as error:
        if passes(error):
            if run.foreground:
                raise
            logger.warning("%s: the database went away: %s", run, error)
            connection.close()
            return
        if not isinstance(error, DigitsiteError):
            logger.exception("%s failed", run)
            note_if_possible(run, traceback.format_exc())
        _fail_as_owner(run, lease, error)


def _fail_as_owner(run: TrainingRun, lease: Lease, error: Exception) -> None:
    """Fail the run, unless the row, the run's or that of one of its shards, is another worker's by now."""
    with transaction.atomic():
        take_start_lock()
        try:
            lease.locked()
        except Cancelled:
            return
        fail_run(run, reason_of(error), outcome=public_reason_of(error))
