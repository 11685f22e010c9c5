"""Training runs and their shards. The row decides who works on it: see `training.runs.leases`."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from datasets.models import DatasetVersion, Room
from training.models.choices import PublishPolicy, StartFrom
from training.models.schedules import Schedule
from training.models.versions import ModelVersion, Network


class TrainingRunQuerySet(models.QuerySet["TrainingRun"]):
    def public(self) -> Self:
        return self.filter(room=None)

    def of_room(self, room: Room | None) -> Self:
        return self.filter(room=room)

    def active(self) -> Self:
        return self.filter(state__in=TrainingRun.ACTIVE)


class TrainingRun(models.Model):
    """One job: what to train on what and how, how far it is, and what came of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for another run")
        QUEUED = "queued", _("queued")
        PREPARING = "preparing", _("choosing the drawings")
        AUGMENTING = "augmenting", _("augmenting")
        AUGMENTED = "augmented", _("augmented, waiting for a training worker")
        FITTING = "fitting", _("training")
        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    ACTIVE = [State.WAITING, State.QUEUED, State.PREPARING, State.AUGMENTING, State.AUGMENTED, State.FITTING]

    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, verbose_name=_("room"))
    network = models.CharField(_("network"), max_length=12, choices=Network.choices)
    architecture = models.CharField(_("architecture"), max_length=40)
    start_from = models.CharField(_("start from"), max_length=9, choices=StartFrom.choices, default=StartFrom.SCRATCH)
    publish = models.CharField(
        _("publish"), max_length=9, choices=PublishPolicy.choices, default=PublishPolicy.IF_BETTER
    )
    sources = models.JSONField(_("sources"), default=list, blank=True, help_text=_("empty: all sources"))
    config: "models.JSONField[dict[str, Any]]" = models.JSONField(_("settings"), default=dict)
    dataset_version = models.ForeignKey(
        DatasetVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="training_runs",
        verbose_name=_("dataset version"),
    )
    after = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name=_("starts after"),
    )
    data_as_of = models.DateTimeField(
        _("data as of"), null=True, blank=True, help_text=_("drawings approved later are not in the dataset version")
    )
    trunk = models.ForeignKey(
        ModelVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("trunk taken from"),
    )

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    state_since = models.DateTimeField(_("in this state since"), null=True, blank=True)
    step = models.CharField(_("step"), max_length=60, blank=True)
    obstacle = models.TextField(_("obstacle"), blank=True, help_text=_("why nobody works on it, and what to do"))
    progress = models.FloatField(_("progress"), default=0.0, help_text=_("0 to 1"))
    expected_end_at = models.DateTimeField(_("end expected"), null=True, blank=True, help_text=_("of this state"))
    checkpoint: "models.JSONField[dict[str, Any]]" = models.JSONField(
        _("checkpoint"),
        default=dict,
        blank=True,
        help_text=_("path, sha256 and epoch of what an interrupted run goes on from"),
    )
    history: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(
        _("figures by epoch"), default=list, blank=True
    )
    outcome = models.TextField(_("outcome"), blank=True)  # for everybody: it names no hosts and no files
    error = models.TextField(_("error"), blank=True)

    owner = models.UUIDField(_("owner"), null=True, blank=True)
    worker = models.CharField(_("worker"), max_length=120, blank=True)
    heartbeat_at = models.DateTimeField(_("last heartbeat"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)  # since it last got further

    foreground = models.BooleanField(
        _("in the foreground"), default=False, help_text=_("worked on by the command that created it")
    )
    trigger = models.CharField(
        _("started by"), max_length=80, blank=True, help_text=_("a person, a schedule, the command")
    )
    schedule = models.ForeignKey(
        Schedule, models.SET_NULL, null=True, blank=True, related_name="runs", verbose_name=_("schedule")
    )
    delivery = models.UUIDField(
        _("message of the schedule"),
        null=True,
        blank=True,
        help_text=_("one that is delivered twice starts nothing twice"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = TrainingRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("training run")
        verbose_name_plural = _("training runs")
        ordering = ["-id"]
        permissions = [
            ("publish_always", _("Can publish without the comparison")),
        ]
        indexes = [
            models.Index(
                fields=["state"],
                condition=Q(state__in=["waiting", "queued", "preparing", "augmenting", "augmented", "fitting"]),
                name="training_run_active",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "network"],
                condition=Q(state__in=["queued", "preparing", "augmenting", "augmented", "fitting"]),
                nulls_distinct=False,
                name="one_started_run_per_network",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["preparing", "fitting"], owner__isnull=False)
                | ~Q(state__in=["preparing", "fitting"]) & Q(owner=None),
                name="run_has_an_owner_while_worked_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network}, run {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def built_as(self) -> str:
        """The architecture of what it makes: that of the version whose layers it takes over, once that is known."""
        if self.trunk is not None:
            return self.trunk.architecture
        takes_over = self.network == Network.DIGIT_OR_NOT or self.start_from == StartFrom.PUBLISHED
        return "" if takes_over else self.architecture

    @property
    def result(self) -> str:
        """What came of it, for those who run the site; the outcome alone is for everybody."""
        return self.error or self.outcome

    @property
    def queue_position(self) -> int | None:
        """The place among the runs that nobody has begun yet, from 1; None when this one has begun or ended."""
        if not self.is_active or self.started_at is not None:
            return None
        return TrainingRun.objects.active().filter(started_at=None, pk__lte=self.pk).count()

    @property
    def must_wait_for(self) -> models.Q:
        """The runs that must have ended before this one starts: of its network, or the one it was to follow."""
        same_network = Q(network=self.network) & Q(room=self.room_id)
        return Q(pk__lt=self.pk) & (same_network | Q(pk=self.after_id))

    @property
    def waits_for(self) -> "TrainingRun | None":
        """The first of those, while there is one."""
        if self.state != self.State.WAITING:
            return None
        return TrainingRun.objects.active().filter(self.must_wait_for).order_by("pk").first()


class RunLine(models.Model):
    """A line of a run's log: what happened, when."""

    run = models.ForeignKey(TrainingRun, models.CASCADE, related_name="lines", verbose_name=_("run"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    text = models.TextField(_("what happened"))

    class Meta:
        verbose_name = _("line of a log")
        verbose_name_plural = _("lines of logs")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.text}"


class AugmentationShard(models.Model):
    """A part of a run's augmentation: a range of the training drawings, worked on under a lease."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")

    run = models.ForeignKey(TrainingRun, models.CASCADE, related_name="shards", verbose_name=_("run"))
    index = models.PositiveIntegerField(_("index"))
    first_position = models.PositiveIntegerField(_("first position"))
    last_position = models.PositiveIntegerField(_("last position"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    path = models.CharField(_("file"), max_length=200, blank=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    owner = models.UUIDField(_("owner"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last heartbeat"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    class Meta:
        verbose_name = _("augmentation shard")
        verbose_name_plural = _("augmentation shards")
        constraints = [
            models.UniqueConstraint(fields=["run", "index"], name="shard_once_per_run"),
            models.CheckConstraint(
                condition=Q(state="running", owner__isnull=False) | ~Q(state="running") & Q(owner=None),
                name="shard_has_an_owner_while_worked_on",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(path="") & ~Q(sha256=""),
                name="done_shard_names_its_file",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.run_id}, shard {self.index}"
