"""Schedules: what they say in words, when they are due, and following them when the clock says so.

django-celery-beat keeps the clock: each schedule has one of its rows, which `save` writes and nobody edits. The task
behind it gets the schedule's id. Beat counts the times from `last_run_at` of that row, so what has never run at its new
times counts from when they were set: else beat would make up for those that have passed since the last run.
"""

import json
import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from datasets.errors import DigitsiteError, InvalidInput
from datasets.models import Drawing
from training.augmenting.configuration import RunConfig
from training.models import Network, Schedule, TrainingRun
from training.services import retrain, take_start_lock

logger = logging.getLogger(__name__)

TASK = "training.tasks.follow_schedule"
LOOK_EVERY_MINUTES = 5  # whether enough drawings have been approved


@dataclass(frozen=True)
class Due:
    """When a schedule acts next: at a time, or when so many drawings more are approved."""

    at: datetime | None
    approved: int = 0  # so far, of `threshold`


@transaction.atomic
def save(schedule: Schedule) -> Schedule:
    """Store a schedule and set the clock for it. Raises `InvalidInput` when it could not be followed."""
    RunConfig.from_json(schedule.config)
    if not set(schedule.networks) <= set(Network.values) or not schedule.networks:
        expected = " or ".join(Network.values)
        raise InvalidInput("unknown_network", f"networks: expected {expected}; received {schedule.networks}")
    at_times = schedule.kind == Schedule.Kind.AT_TIMES
    if at_times and not set(schedule.days) & set(range(7)):
        raise InvalidInput("no_day", f"days: expected at least one from 0 (Monday) to 6; received {schedule.days}")
    schedule.save()
    clock = {
        "enabled": schedule.enabled,
        "crontab": _crontab(schedule) if at_times else None,
        "interval": None if at_times else _interval(),
    }
    name = f"schedule {schedule.pk}"
    entry, _ = PeriodicTask.objects.update_or_create(
        name=name,
        defaults={
            "task": TASK,
            "args": json.dumps([schedule.pk]),
            "kwargs": "{}",
            **clock,
            "last_run_at": _counted_from(name, clock),
        },
    )
    if schedule.periodic_task_id != entry.pk:
        schedule.periodic_task = entry
        schedule.save(update_fields=["periodic_task"])
    return schedule


@transaction.atomic
def delete(schedule: Schedule) -> None:
    """Remove a schedule and its clock; the runs that it has started stay."""
    if schedule.periodic_task is not None:
        schedule.periodic_task.delete()
    schedule.delete()


@transaction.atomic
def follow_time_zone() -> None:
    """Set the clocks of all schedules to the zone of the site, which may have been another when they were saved."""
    elsewhere = Schedule.objects.exclude(periodic_task__crontab__timezone=settings.TIME_ZONE)
    for schedule in elsewhere.filter(kind=Schedule.Kind.AT_TIMES):
        entry = schedule.periodic_task
        if entry is not None:
            entry.crontab, entry.last_run_at = _crontab(schedule), timezone.now()
            entry.save(update_fields=["crontab", "last_run_at"])


def follow(schedule_id: int, delivery: uuid.UUID) -> list[TrainingRun]:
    """Do what a schedule says, once for each `delivery`, and note on it what came of that; returns the runs started."""
    with transaction.atomic():
        take_start_lock()
        schedule = Schedule.objects.filter(pk=schedule_id, enabled=True).first()
        if schedule is None or TrainingRun.objects.filter(delivery=delivery).exists():
            return []
        try:
            with transaction.atomic():
                runs, result = _started(schedule, delivery)
        except DigitsiteError as error:
            logger.warning("The schedule %s cannot be followed: %s", schedule, error)
            runs, result = [], f"could not start: {error.message}"
        if result:
            Schedule.objects.filter(pk=schedule.pk).update(last_at=timezone.now(), last_result=result)
        return runs


def next_due(schedule: Schedule) -> Due | None:
    """Return when a schedule acts next; None when it is switched off."""
    if not schedule.enabled:
        return None
    if schedule.kind == Schedule.Kind.WHEN_ENOUGH:
        return Due(None, approved_since_last_run(schedule))
    now = timezone.localtime()
    assert schedule.time is not None  # noqa: S101 - a constraint
    for days_ahead in range(8):
        at = (now + timedelta(days=days_ahead)).replace(
            hour=schedule.time.hour, minute=schedule.time.minute, second=0, microsecond=0
        )
        if at > now and at.weekday() in schedule.days:
            return Due(at)
    return None


def approved_since_last_run(schedule: Schedule) -> int:
    """Count the drawings that were approved since the data of the last run, of the network that is longest behind."""
    approved = Drawing.objects.public().approved().from_sources(schedule.sources)
    moments = [_data_of_last_run(schedule, network) for network in schedule.networks]
    if None in moments:
        return approved.count()
    return approved.filter(decided_at__gt=min(moment for moment in moments if moment is not None)).count()


def _data_of_last_run(schedule: Schedule, network: str) -> datetime | None:
    """Return how fresh the newest data is, of all sources of the schedule, that a run of the network has seen.

    A run of fewer sources has not seen what the schedule is about. What came of a run does not matter once it has its
    data: with the same drawings it would come to the same again. A run that ended before it had any has seen nothing,
    but one that the schedule itself has started counts from its creation: else a run that fails at once, or that
    somebody cancels, would be started again at each look. It is tried again when enough more have been approved.
    """
    runs = TrainingRun.objects.public().filter(network=network)
    runs = runs.annotate(fresh=Coalesce("data_as_of", "dataset_version__created_at", "created_at"))
    seen = Q(schedule=schedule) | Q(data_as_of__isnull=False) | Q(state__in=TrainingRun.ACTIVE)
    newest = runs.filter(seen, _covers(schedule.sources)).order_by("-fresh").first()
    return newest.fresh if newest else None


def _covers(sources: list[str]) -> Q:
    """Return which runs, annotated with `fresh`, learn from all of these sources; none stands for all there are.

    What counts is what was asked of the data: by the run where it froze it, and else by the dataset version it was
    given, whose data is as fresh as that is.
    """
    frozen = F("dataset_version__created_at")
    froze = Q(dataset_version=None) | Q(fresh__lt=frozen) | Q(fresh__gt=frozen)
    given = Q(fresh=frozen, dataset_version__filters={})
    return froze & _asks_for("sources", sources) | given & _asks_for("dataset_version__sources", sources)


def _asks_for(field: str, sources: list[str]) -> Q:
    everything = Q(**{field: []})
    return everything | Q(**{f"{field}__contains": sources}) if sources else everything


def _started(schedule: Schedule, delivery: uuid.UUID) -> tuple[list[TrainingRun], str]:
    """Return the runs started, and what to note about this time; nothing when there was nothing to do."""
    if schedule.kind == Schedule.Kind.WHEN_ENOUGH:
        if approved_since_last_run(schedule) < (schedule.threshold or 1):
            return [], ""
        if schedule.runs.active().exists():  # it waits for its data: these drawings will be in it
            return [], ""
    active = TrainingRun.objects.public().active().filter(network__in=schedule.networks).order_by("pk").first()
    if active is not None and schedule.when_busy == Schedule.WhenBusy.SKIP:
        return [], f"skipped, as {active} was active"
    waiting = schedule.runs.filter(state=TrainingRun.State.WAITING).first()
    if waiting is not None:
        return [], f"skipped, as {waiting} of this schedule was still waiting"
    runs = retrain(schedule.networks, **options_of(schedule), delivery=delivery)
    waited = f", after {active}" if active is not None else ""
    return runs, f"started {' and '.join(map(str, runs))}{waited}"


def options_of(schedule: Schedule) -> dict[str, Any]:
    """Return the arguments for `services.retrain`."""
    return {
        "architecture": schedule.architecture,
        "start_from": schedule.start_from,
        "publish": schedule.publish,
        "sources": schedule.sources,
        "config": RunConfig.from_json(schedule.config),
        "schedule": schedule,
        "trigger": f"the schedule: {schedule.name}",
        "actor": None,
    }


def _counted_from(name: str, clock: dict[str, Any]) -> datetime:
    """Return from when on beat is to count: from now, or from when it does so far where the clock stays as it is."""
    entry = PeriodicTask.objects.select_for_update().filter(name=name, **clock).first()
    if entry is None:
        return timezone.now()
    return entry.last_run_at or entry.date_changed  # what beat takes for an entry that has not run yet


def _crontab(schedule: Schedule) -> CrontabSchedule:
    assert schedule.time is not None  # noqa: S101 - a constraint
    crontab, _ = CrontabSchedule.objects.get_or_create(
        minute=str(schedule.time.minute),
        hour=str(schedule.time.hour),
        day_of_week=",".join(str((day + 1) % 7) for day in sorted(set(schedule.days))),  # cron's week begins on Sunday
        day_of_month="*",
        month_of_year="*",
        timezone=settings.TIME_ZONE,
    )
    return crontab


def _interval() -> IntervalSchedule:
    interval, _ = IntervalSchedule.objects.get_or_create(every=LOOK_EVERY_MINUTES, period=IntervalSchedule.MINUTES)
    return interval
