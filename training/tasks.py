"""What the broker delivers: ids. Each task may come twice, late or never; see `training.runs.leases`."""

import uuid

from celery import Task, shared_task
from django.conf import settings

from training.runs import execution, reaper, schedules


@shared_task
def prepare_run(run_id: int) -> None:
    execution.prepare_run(run_id)


@shared_task
def augment_shard(shard_id: int) -> None:
    execution.augment_shard(shard_id)


@shared_task
def execute_run(run_id: int) -> None:
    execution.execute_run(run_id)


@shared_task(ignore_result=True, expires=30)
def reap() -> None:
    reaper.reap()


# What beat does not make up for, a worker that was off at the time does not either.
@shared_task(bind=True, expires=settings.CELERY_BEAT_CRON_STARTING_DEADLINE)
def follow_schedule(self: Task, schedule_id: int) -> None:
    schedules.follow(schedule_id, uuid.UUID(str(self.request.id)))
