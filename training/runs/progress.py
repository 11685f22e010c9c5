"""What everybody may know of training: the runs of the public site, without who works on them and where."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from training import sentences
from training.models import ModelVersion, TrainingRun
from training.models.runs import TrainingRunQuerySet

PAST = 20
CURVE = ("epoch", "loss", "accuracy", "validation_loss", "validation_accuracy")


@dataclass(frozen=True)
class Watched:
    """A run as visitors see it."""

    id: int
    network: str
    network_name: str
    architecture: str  # empty until it is known
    state: str
    state_name: str
    is_active: bool
    position: int | None  # in the queue, from 1; None for a run that is being worked on
    step: str
    progress: float
    seconds_left: int | None
    epochs: int | None  # at most
    history: list[dict[str, float]]
    outcome: str
    version: int | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


def public_runs() -> TrainingRunQuerySet:
    heavy = [f"{version}__{name}" for version in ("model_version", "trunk") for name in ModelVersion.HEAVY]
    runs = TrainingRun.objects.public().select_related("model_version", "trunk")
    return runs.defer("error", "sources", "checkpoint", *heavy)


def now() -> list[Watched]:
    """Return the runs that wait or are worked on, the one at the head of the queue first."""
    runs = list(public_runs().active().order_by("pk"))
    # The queue is one for all: a room's run takes its turn in it, though nobody else sees it.
    waiting = list(TrainingRun.objects.active().filter(started_at=None).order_by("pk").values_list("pk", flat=True))
    return [watched(run, waiting.index(run.pk) + 1 if run.pk in waiting else None) for run in runs]


def past(count: int = PAST) -> list[Watched]:
    """Return the runs that have ended last."""
    ended = public_runs().exclude(state__in=TrainingRun.ACTIVE).order_by("-ended_at", "-pk")
    return [watched(run) for run in ended[:count]]


def watched(run: TrainingRun, position: int | None = None) -> Watched:
    version = getattr(run, "model_version", None)
    return Watched(
        id=run.pk,
        network=run.network,
        network_name=str(run.get_network_display()),
        architecture=run.built_as,
        state=run.state,
        state_name=str(run.get_state_display()),
        is_active=run.is_active,
        position=position,
        step=step_in_words(run),
        progress=round(run.progress, 3),
        seconds_left=_seconds_left(run),
        epochs=run.config.get("epochs"),
        history=[{name: float(epoch[name]) for name in CURVE} for epoch in run.history],
        outcome=public_reason(run) if run.state == TrainingRun.State.FAILED else sentences.retold(run.outcome),
        version=version.number if version else None,
        created_at=run.created_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
    )


def step_in_words(run: TrainingRun) -> str:
    """Return what the run does at the moment, where its state does not say that already."""
    step = sentences.retold(run.step)
    return step if step != str(run.get_state_display()) else ""


def public_reason(run: TrainingRun) -> str:
    """Return why a run failed, as far as everybody may know: see `failures.public_reason_of`."""
    return sentences.retold(run.outcome) or _("for a reason that those who run this site can see")


def as_json(run: Watched) -> dict[str, Any]:
    """Return what scripts poll, with times as ISO 8601."""
    fields = {name: getattr(run, name) for name in Watched.__dataclass_fields__}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()}


def _seconds_left(run: TrainingRun) -> int | None:
    """Return the time until the run's state is expected to end, in seconds; None where nobody can tell."""
    if not run.is_active or run.expected_end_at is None:
        return None
    return max(0, round((run.expected_end_at - timezone.now()).total_seconds()))
