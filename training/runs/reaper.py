"""Gives work back whose worker has died, sends messages again that the broker has lost, says what a run waits for."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from django.utils import timezone

from training import sentences
from training.augmenting.shards import discard
from training.models import AugmentationShard, TrainingRun
from training.runs.execution import advance, fail_run
from training.runs.journal import note
from training.runs.leases import ago
from training.runs.queue import RESEND_SECONDS, enqueue_fit, enqueue_preparation, enqueue_shard
from training.runs.workers import queues_listened_to
from training.services import start_waiting_runs

logger = logging.getLogger(__name__)

DISCARD_AGAIN_SECONDS = 600  # between two attempts to delete what a run that has ended has left

State = TrainingRun.State
ShardState = AugmentationShard.State

# A run that is worked on, where it goes back to, and who is told.
TAKEN_BACK = {
    State.PREPARING: (State.QUEUED, enqueue_preparation),
    State.FITTING: (State.AUGMENTED, enqueue_fit),
}
# Who has to take up a run that waits in one of these states.
NEEDED_QUEUE = {State.QUEUED: "augmentation", State.AUGMENTING: "augmentation", State.AUGMENTED: "training"}
UNCLAIMED = {State.QUEUED: enqueue_preparation, State.AUGMENTED: enqueue_fit}


def reap() -> None:
    """Look at every active run once. Safe at any time and by several at once: all changes are conditional."""
    stale, lost = ago(settings.RUN_STALE_SECONDS), ago(RESEND_SECONDS)
    for run in TrainingRun.objects.active().filter(foreground=True).exclude(heartbeat_at__gte=stale):
        fail_run(run, sentences.COMMAND_ENDED, outcome=sentences.COMMAND_ENDED)
    for run in TrainingRun.objects.filter(state__in=TAKEN_BACK, heartbeat_at__lt=stale, foreground=False):
        _take_back_run(run)
    _resend_runs(lost)
    for run in TrainingRun.objects.filter(state=State.AUGMENTING, foreground=False):
        _look_after_shards(run, stale, lost)
    start_waiting_runs()
    _name_obstacles()
    _discard_leftovers()


def _take_back_run(run: TrainingRun) -> None:
    if run.attempts >= settings.RUN_MAX_ATTEMPTS:
        known = {"attempts": run.attempts, "hours": settings.CELERY_TASK_TIME_LIMIT // 3600}
        fail_run(
            run,
            sentences.WORKER_DIED_LAST.format(**known, worker=run.worker),
            outcome=sentences.WORKER_DIED.format(**known),
        )
    else:
        before, enqueue = TAKEN_BACK[State(run.state)]
        same = TrainingRun.objects.filter(pk=run.pk, owner=run.owner, state=run.state)
        values = {"owner": None, "step": sentences.TAKEN_BACK, "expected_end_at": None}
        if same.update(state=before, state_since=timezone.now(), **values):
            note(
                run, f"no sign of life from {run.worker} for {settings.RUN_STALE_SECONDS} s: taken back, sent out again"
            )
            enqueue(run)


def _resend_runs(lost: CombinedExpression) -> None:
    for run in TrainingRun.objects.filter(state__in=UNCLAIMED, heartbeat_at__lt=lost, foreground=False):
        UNCLAIMED[State(run.state)](run)


def _look_after_shards(run: TrainingRun, stale: CombinedExpression, lost: CombinedExpression) -> None:
    for shard in run.shards.filter(state=ShardState.RUNNING, heartbeat_at__lt=stale):
        if shard.attempts >= settings.RUN_MAX_ATTEMPTS:
            message = sentences.SHARD_DIED.format(attempts=shard.attempts, part=shard.index + 1)
            fail_run(run, message, outcome=message)
            return
        same: QuerySet[AugmentationShard] = run.shards.filter(pk=shard.pk, owner=shard.owner)
        if same.update(state=ShardState.QUEUED, owner=None):
            note(run, f"part {shard.index + 1}: its worker is gone, sent out again")
            enqueue_shard(shard)
    for shard in run.shards.filter(state=ShardState.QUEUED, heartbeat_at__lt=lost):
        enqueue_shard(shard)
    advance(run)  # in case the last finisher died before it could


def _discard_leftovers() -> None:
    """Delete what ended runs have left: whoever ended one died before he could, or the storage failed him.

    A failure is logged and holds up nothing else. The heartbeat says when the last attempt was.
    """
    ended = TrainingRun.objects.exclude(state__in=TrainingRun.ACTIVE)
    due = ended.exclude(heartbeat_at__gte=ago(DISCARD_AGAIN_SECONDS))
    for run in due.filter(Q(shards__isnull=False) | ~Q(checkpoint={})).distinct():
        TrainingRun.objects.filter(pk=run.pk).update(heartbeat_at=Now())
        try:
            discard(run)
        except OSError as error:
            logger.warning("What is left of %s cannot be deleted; it is tried again later: %s", run, error)


def _name_obstacles() -> None:
    """Say on each run that waits for a worker whether there is one to wait for."""
    long_ago = timezone.now() - timedelta(seconds=settings.RUN_OBSTACLE_SECONDS)
    in_line = TrainingRun.objects.filter(state__in=NEEDED_QUEUE, foreground=False, state_since__lt=long_ago)
    waiting = [run for run in in_line if run.state != State.AUGMENTING or not _is_augmented_by_somebody(run)]
    if not waiting:
        return
    queues = queues_listened_to()
    for run in waiting:
        obstacle = _obstacle(NEEDED_QUEUE[State(run.state)], queues)
        same = TrainingRun.objects.filter(pk=run.pk, state=run.state).exclude(obstacle=obstacle)
        if same.update(obstacle=obstacle) and obstacle:
            note(run, obstacle)


def _is_augmented_by_somebody(run: TrainingRun) -> bool:
    return run.shards.filter(state=ShardState.RUNNING).exists()


def _obstacle(queue: str, queues: set[str] | None) -> str:
    if queues is None:
        return sentences.NO_BROKER
    if queue not in queues:
        return sentences.NO_WORKER.format(queue=queue)
    return ""
