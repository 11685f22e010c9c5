"""What people and schedules ask of training: start, cancel, retry. The work itself is in `training.runs.execution`."""

import logging
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from datasets.errors import Conflict, InvalidInput, NotAllowed
from datasets.locks import STARTING, lock
from datasets.models import Room
from training import networks, sentences
from training.augmenting.configuration import RunConfig
from training.augmenting.shards import discard
from training.errors import UnknownArchitecture
from training.models import Network, TrainingRun
from training.models.runs import PublishPolicy, StartFrom
from training.runs.journal import note
from training.runs.queue import enqueue_preparation

logger = logging.getLogger(__name__)

DEFAULT_ARCHITECTURE = "light"
LONGEST_TRIGGER = TrainingRun._meta.get_field("trigger").max_length  # names of people and schedules may be longer
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
        take_start_lock()  # else a later run that does not see this one yet could be queued before it
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
            trigger=trigger[:LONGEST_TRIGGER],
            state=State.WAITING,
            state_since=timezone.now(),
            **fields,
        )
        note(run, f"created by {trigger or actor or 'a program'}")
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


def cancel_run(run: TrainingRun, *, followers: bool = False, actor: User | None = None) -> bool:
    """Cancel a run at once; its worker finds its lease gone and stops. False when it had already ended.

    With `followers` also the runs that start after it; without, they start now.
    """
    with transaction.atomic():
        take_start_lock()
        cancelled = (
            TrainingRun.objects.filter(pk=run.pk)
            .active()
            .update(
                state=State.CANCELLED,
                owner=None,
                ended_at=timezone.now(),
                outcome=sentences.CANCELLED,
                step="",
                obstacle="",
                expected_end_at=None,
            )
        )
        if cancelled:
            run.refresh_from_db()
            note(run, f"cancelled by {actor}" if actor else "cancelled")
            if followers:
                for follower in run.followers.active():
                    cancel_run(follower, followers=True, actor=actor)
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
            if TrainingRun.objects.active().filter(run.must_wait_for).exists():
                continue
            waiting = TrainingRun.objects.filter(pk=run.pk, state=State.WAITING)
            values = {"heartbeat_at": Now(), "state_since": timezone.now()}
            if waiting.update(state=State.QUEUED, **values) and not run.foreground:
                note(run, "queued")
                enqueue_preparation(run)


def run_has_ended(run: TrainingRun) -> None:
    """Clean up after a run and start what waited for it."""
    transaction.on_commit(lambda: discard(run), robust=True)
    start_waiting_runs()


def _check_choice(name: str, value: str, expected: list[str]) -> None:
    if value not in expected:
        raise InvalidInput(f"unknown_{name}", f"{name}: expected {' or '.join(expected)}; received {value!r}")
