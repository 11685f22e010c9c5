"""Handing ids to the workers. A message is only a hint: the row says what there is to do.

So a broker that is away fails nothing: the reaper sends the hint again.
"""

import logging

from celery import current_app
from django.db import transaction
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from training.models import AugmentationShard, TrainingRun

logger = logging.getLogger(__name__)

RESEND_SECONDS = 60  # a message that nobody has taken up for so long may be lost; see `training.runs.reaper`


def enqueue_preparation(run: TrainingRun) -> None:
    _send_on_commit("training.tasks.prepare_run", run)


def enqueue_shard(shard: AugmentationShard) -> None:
    _send_on_commit("training.tasks.augment_shard", shard)


def enqueue_fit(run: TrainingRun) -> None:
    _send_on_commit("training.tasks.execute_run", run)


def _send_on_commit(task: str, row: TrainingRun | AugmentationShard) -> None:
    """Send the row's id once it is committed, and note when, so that the reaper knows what to send again."""
    type(row)._default_manager.filter(pk=row.pk).update(heartbeat_at=Now())
    transaction.on_commit(lambda: _send(task, row.pk), robust=True)


def _send(task: str, pk: int) -> None:
    try:
        current_app.send_task(task, args=[pk], retry=False, expires=RESEND_SECONDS)
    except (OperationalError, OSError) as error:
        logger.warning("The broker is away; %s(%s) is sent again later: %s", task, pk, error)
