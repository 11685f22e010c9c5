"""What people and schedules ask of training: start, cancel, retry. The work itself is in `training.execution`."""

import logging
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from datasets.errors import Conflict, InvalidInput, NotAllowed
from datasets.models import Drawing, Room
from training import networks
from training.configuration import RunConfig
from training.errors import UnknownArchitecture
from training.models import Network, TrainingRun
from training.models.runs import PublishPolicy, StartFrom
from training.queue import enqueue_preparation
from training.shards import discard_shards

logger = logging.getLogger(__name__)

START_LOCK = 0x0D161752  # any constant: whether a run may start is decided one at a time
DEFAULT_ARCHITECTURE = "compact"
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
    if architecture not in networks.ARCHITECTURES:
        raise UnknownArchitecture(architecture, networks.ARCHITECTURES)
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


def retrain(chosen: list[str], **options: Any) -> list[TrainingRun]:
    """Retrain one network or both. With both, digit-or-not starts when the digits run has ended."""
    runs: list[TrainingRun] = []
    for network in Network.values:  # digits first: digit-or-not takes its trunk
        if network in chosen:
            runs.append(start_run(network, after=runs[-1] if runs else None, **options))
    if not runs:
        raise InvalidInput("unknown_network", f"expected {' or '.join(Network.values)}; received {chosen}")
    return runs


def retrain_when_enough(
    threshold: int, chosen: list[str], *, room: Room | None = None, **options: Any
) -> list[TrainingRun]:
    """Retrain when so many drawings have been approved since the last run's dataset version was frozen."""
    if TrainingRun.objects.of_room(room).filter(network__in=chosen).active().exists():
        return []
    last = (
        TrainingRun.objects.of_room(room)
        .filter(network__in=chosen, dataset_version__isnull=False)
        .select_related("dataset_version")
        .first()
    )
    approved = Drawing.objects.of_room(room).approved()
    if last is not None and last.dataset_version is not None:
        approved = approved.filter(decided_at__gt=last.dataset_version.created_at)
    if approved.count() < threshold:
        return []
    return retrain(chosen, room=room, **options)


def cancel_run(run: TrainingRun) -> bool:
    """Cancel a run at once; its worker finds its lease gone and stops. False when it had already ended."""
    with transaction.atomic():
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


def start_waiting_runs() -> None:
    """Queue each waiting run whose turn has come: nothing before it in its network, and `after` has ended."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [START_LOCK])
        for run in TrainingRun.objects.filter(state=State.WAITING).order_by("pk"):
            if _must_wait(run):
                continue
            TrainingRun.objects.filter(pk=run.pk).update(state=State.QUEUED)
            if not run.foreground:
                enqueue_preparation(run)


def run_has_ended(run: TrainingRun) -> None:
    """Clean up after a run and start what waited for it."""
    transaction.on_commit(lambda: discard_shards(run), robust=True)
    start_waiting_runs()


def _must_wait(run: TrainingRun) -> bool:
    before_it = TrainingRun.objects.active().filter(pk__lt=run.pk)
    same_network = Q(network=run.network) & Q(room=run.room)
    return before_it.filter(same_network | Q(pk=run.after_id)).exists()


def _check_choice(name: str, value: str, expected: list[str]) -> None:
    if value not in expected:
        raise InvalidInput(f"unknown_{name}", f"{name}: expected {' or '.join(expected)}; received {value!r}")
