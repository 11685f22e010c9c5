"""What the broker delivers: ids. Each task may come twice, late or never; see `training.leases`."""

from typing import Any

from celery import Task, shared_task

from training import execution, reaper, services


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


@shared_task(bind=True)
def retrain(self: Task, **options: Any) -> None:
    """For schedules: retrain one network or both, whatever there is."""
    services.retrain_by_schedule(str(self.request.id), options)


@shared_task(bind=True)
def retrain_when_enough(self: Task, **options: Any) -> None:
    """For schedules: retrain when `threshold` drawings were approved since the last run."""
    services.retrain_by_schedule(str(self.request.id), {"threshold": 500, **options})
