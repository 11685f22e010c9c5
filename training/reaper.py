"""Gives work back whose worker has died, and sends messages again that the broker has lost."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from training.execution import advance, fail_run
from training.models import AugmentationShard, TrainingRun
from training.queue import RESEND_SECONDS, enqueue_fit, enqueue_preparation, enqueue_shard
from training.services import start_waiting_runs
from training.shards import discard_shards

logger = logging.getLogger(__name__)

State = TrainingRun.State
ShardState = AugmentationShard.State

# A run that is worked on, where it goes back to, and who is told.
TAKEN_BACK = {
    State.PREPARING: (State.QUEUED, enqueue_preparation),
    State.FITTING: (State.AUGMENTED, enqueue_fit),
}
UNCLAIMED = {State.QUEUED: enqueue_preparation, State.AUGMENTED: enqueue_fit}


def reap() -> None:
    """Look at every active run once. Safe at any time and by several at once: all changes are conditional."""
    stale = timezone.now() - timedelta(seconds=settings.RUN_STALE_SECONDS)
    lost = timezone.now() - timedelta(seconds=RESEND_SECONDS)
    for run in TrainingRun.objects.active().filter(foreground=True).exclude(heartbeat_at__gte=stale):
        fail_run(run, "the command that worked on this run was ended")
    for run in TrainingRun.objects.filter(state__in=TAKEN_BACK, heartbeat_at__lt=stale, foreground=False):
        _take_back_run(run)
    _resend_runs(lost)
    for run in TrainingRun.objects.filter(state=State.AUGMENTING, foreground=False):
        _look_after_shards(run, stale, lost)
    for run in TrainingRun.objects.exclude(state__in=TrainingRun.ACTIVE).filter(shards__isnull=False).distinct():
        discard_shards(run)  # whoever ended it died before it could
    start_waiting_runs()


def _take_back_run(run: TrainingRun) -> None:
    if run.attempts >= settings.RUN_MAX_ATTEMPTS:
        fail_run(
            run,
            f"its worker died or was stopped {run.attempts} times, the last was {run.worker}; "
            "if nobody stopped it, it ran out of memory: choose fewer copies",
        )
    else:
        before, enqueue = TAKEN_BACK[State(run.state)]
        same = TrainingRun.objects.filter(pk=run.pk, owner=run.owner, state=run.state)
        if same.update(state=before, owner=None, step="taken back from a worker that died"):
            logger.warning("%s: worker %s is gone, taking the run back", run, run.worker)
            enqueue(run)


def _resend_runs(lost: datetime) -> None:
    for run in TrainingRun.objects.filter(state__in=UNCLAIMED, heartbeat_at__lt=lost, foreground=False):
        UNCLAIMED[State(run.state)](run)


def _look_after_shards(run: TrainingRun, stale: datetime, lost: datetime) -> None:
    for shard in run.shards.filter(state=ShardState.RUNNING, heartbeat_at__lt=stale):
        if shard.attempts >= settings.RUN_MAX_ATTEMPTS:
            fail_run(run, f"the workers died {shard.attempts} times over augmentation part {shard.index}")
            return
        same: QuerySet[AugmentationShard] = run.shards.filter(pk=shard.pk, owner=shard.owner)
        if same.update(state=ShardState.QUEUED, owner=None):
            enqueue_shard(shard)
    for shard in run.shards.filter(state=ShardState.QUEUED, heartbeat_at__lt=lost):
        enqueue_shard(shard)
    advance(run)  # in case the last finisher died before it could
