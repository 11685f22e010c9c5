"""What people and schedules ask of training: start, cancel, retry. The work itself is in `training.execution`."""

import logging
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from datasets.errors import Conflict, DigitsiteError, InvalidInput, NotAllowed
from datasets.locks import lock
from datasets.models import Drawing, Room
from training import networks
from training.configuration import RunConfig
from training.errors import UnknownArchitecture
from training.models import Network, TrainingRun
from training.models.runs import PublishPolicy, StartFrom
from training.queue import enqueue_preparation
from training.shards import discard_shards

logger = logging.getLogger(__name__)

STARTING = 7304  # beside those of `datasets.locks`: whether a run may start is decided one at a time
DEFAULT_ARCHITECTURE = "light"
SCHEDULE_OPTIONS = {"publish", "sources", "architecture", "start_from", "config"}
State = TrainingRun.State


def start_run(
    network: str,
    *,
    architecture: str = DEFAULT_ARCHITECTURE,
    config: RunConfig | None = None,
    sources: list[str] | None = None,
    start_from: str = StartFrom.SCRATCH,
    publish: str = PublishPolicy.IF_BETTER,
    room: Room | None = None,
    after: TrainingRun | None = None,
    actor: User | None = None,
    trigger: str = "",
    **fields: Any,
) -> TrainingRun:
    """Create a run and start it, unless another run of this network, or `after`, has to end first.

    Raises `InvalidInput` for an unknown network, architecture or choice, `NotAllowed` when the actor may not
    publish without the comparison.
    """
    _check_choice("network", network, Network.values)
    _check_choice("start_from", start_from, StartFrom.values)
    _check_choice("publish", publish, PublishPolicy.values)
    if architecture not in networks.architectures():
        raise UnknownArchitecture(architecture, networks.architectures())
    if publish == PublishPolicy.ALWAYS and actor is not None and not actor.has_perm("training.publish_always"):
        raise NotAllowed("publish_always", "expected the permission to publish without the comparison; received none")
    with transaction.atomic():
        run = TrainingRun.objects.create(
            network=network,
            architecture=architecture,
            config=(config or RunConfig()).to_json(),
            sources=sources or [],
            start_from=start_from,
            publish=publish,
            room=room,
            after=after,
            created_by=actor,
            trigger=trigger,
            state=State.WAITING,
            **fields,
        )
        start_waiting_runs()
    run.refresh_from_db()
    return run


@transaction.atomic
def retrain(chosen: list[str], **options: Any) -> list[TrainingRun]:
    """Retrain one network or both. With both, digit-or-not starts when the digits run has ended."""
    runs: list[TrainingRun] = []
    for network in Network.values:  # digits first: digit-or-not takes its trunk
        if network in chosen:
            runs.append(start_run(network, after=runs[-1] if runs else None, **options))
    if len(runs) != len(set(chosen)) or not runs:
        raise InvalidInput("unknown_network", f"networks: expected {' or '.join(Network.values)}; received {chosen}")
    return runs


@transaction.atomic
def retrain_when_enough(threshold: int, chosen: list[str], **options: Any) -> list[TrainingRun]:
    """Retrain when so many drawings have been approved since the last run was created, whatever came of that one."""
    take_start_lock()
    runs = TrainingRun.objects.public().filter(network__in=chosen)
    last = runs.first()
    if runs.active().exists():
        return []
    approved = Drawing.objects.public().approved().from_sources(options.get("sources") or [])
    if last is not None:
        approved = approved.filter(decided_at__gt=last.created_at)
    if approved.count() < threshold:
        return []
    return retrain(chosen, **options)


@transaction.atomic
def retrain_by_schedule(key: str, options: dict[str, Any]) -> None:
    """Start what a schedule asks for, once for each key. A schedule that cannot be followed leaves a failed run.

    `options`: networks (a list), threshold (retrain only when so many drawings were approved), publish, sources,
    architecture, start_from, config.
    """
    take_start_lock()
    trigger = f"schedule, {key}"
    if TrainingRun.objects.filter(trigger=trigger).exists():
        return
    try:
        with transaction.atomic():
            threshold, chosen, checked = schedule_options(options)
            if threshold is None:
                retrain(chosen, trigger=trigger, **checked)
            else:
                retrain_when_enough(threshold, chosen, trigger=trigger, **checked)
    except DigitsiteError as error:
        logger.warning("A schedule cannot be followed: %s", error)
        now = timezone.now()
        TrainingRun.objects.create(
            network=Network.DIGITS,
            architecture=DEFAULT_ARCHITECTURE,
            state=State.FAILED,
            trigger=trigger,
            error=error.message,
            outcome=error.message,
            started_at=now,
            ended_at=now,
        )


def cancel_run(run: TrainingRun) -> bool:
    """Cancel a run at once; its worker finds its lease gone and stops. False when it had already ended."""
    with transaction.atomic():
        take_start_lock()
        cancelled = (
            TrainingRun.objects.filter(pk=run.pk)
            .active()
            .update(state=State.CANCELLED, owner=None, ended_at=timezone.now(), outcome="cancelled", step="")
        )
        if cancelled:
            run.refresh_from_db()
            run_has_ended(run)
    return bool(cancelled)


def retry_run(run: TrainingRun, *, actor: User | None = None) -> TrainingRun:
    """Start a run again with the same data, settings and seed; raises `Conflict` while it is active."""
    if run.is_active:
        raise Conflict("run_is_active", f"expected a run that has ended; received one that is {run.state}")
    return start_run(
        run.network,
        architecture=run.architecture,
        config=RunConfig.from_json(run.config),
        sources=run.sources,
        start_from=run.start_from,
        publish=run.publish,
        room=run.room,
        actor=actor,
        trigger=f"retry of run {run.pk}",
        dataset_version=run.dataset_version,
        trunk=run.trunk,
    )


def take_start_lock() -> None:
    """Decide on starts and ends one at a time, until the transaction ends. Taken before any row is."""
    lock(STARTING)


def start_waiting_runs() -> None:
    """Queue each waiting run whose turn has come: nothing before it in its network, and `after` has ended."""
    with transaction.atomic():
        take_start_lock()
        for run in TrainingRun.objects.filter(state=State.WAITING).order_by("pk"):
            if _must_wait(run):
                continue
            waiting = TrainingRun.objects.filter(pk=run.pk, state=State.WAITING)
            if waiting.update(state=State.QUEUED, heartbeat_at=timezone.now()) and not run.foreground:
                enqueue_preparation(run)


def run_has_ended(run: TrainingRun) -> None:
    """Clean up after a run and start what waited for it."""
    transaction.on_commit(lambda: discard_shards(run), robust=True)
    start_waiting_runs()


def schedule_options(options: dict[str, Any]) -> tuple[int | None, list[str], dict[str, Any]]:
    """Return threshold, networks and the checked rest; raises `InvalidInput`, `NotAllowed`."""
    rest = dict(options)
    threshold, chosen = rest.pop("threshold", None), rest.pop("networks", None)
    unknown = sorted(set(rest) - SCHEDULE_OPTIONS)
    if unknown:
        known = ", ".join(sorted(SCHEDULE_OPTIONS | {"networks", "threshold"}))
        raise InvalidInput("unknown_option", f"arguments: expected some of {known}; received {', '.join(unknown)}")
    if not isinstance(chosen, list):
        raise InvalidInput("unknown_network", f"networks: expected a list; received {chosen!r}")
    if threshold is not None and (not isinstance(threshold, int) or threshold < 1):
        raise InvalidInput("invalid_threshold", f"threshold: expected a number from 1; received {threshold!r}")
    if rest.get("publish") == PublishPolicy.ALWAYS:
        raise NotAllowed("publish_always", "publish: expected if_better or ask, as nobody looks on; received always")
    if "config" in rest:
        rest["config"] = RunConfig.from_json(rest["config"])
    return threshold, chosen, rest


def _must_wait(run: TrainingRun) -> bool:
    before_it = TrainingRun.objects.active().filter(pk__lt=run.pk)
    same_network = Q(network=run.network) & Q(room=run.room)
    return before_it.filter(same_network | Q(pk=run.after_id)).exists()


def _check_choice(name: str, value: str, expected: list[str]) -> None:
    if value not in expected:
        raise InvalidInput(f"unknown_{name}", f"{name}: expected {' or '.join(expected)}; received {value!r}")
