"""What the broker delivers: ids. Each task may come twice, late or never; see `training.leases`."""

from typing import Any

from celery import shared_task

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


@shared_task
def retrain(networks: list[str], publish: str = "if_better", **options: Any) -> None:
    """For schedules: retrain one network or both, whatever there is."""
    services.retrain(networks, publish=publish, trigger="schedule", **options)


@shared_task
def retrain_when_enough(threshold: int, networks: list[str], publish: str = "if_better", **options: Any) -> None:
    """For schedules: retrain when so many drawings were approved since the last dataset version."""
    services.retrain_when_enough(threshold, networks, publish=publish, trigger="enough drawings", **options)
