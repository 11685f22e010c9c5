"""When to retrain without anybody pressing a button."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import PeriodicTask

from training.models.choices import PublishPolicy, StartFrom


class Schedule(models.Model):
    """A standing order to retrain. `training.runs.schedules` keeps its row for django-celery-beat."""

    class Kind(models.TextChoices):
        AT_TIMES = "at-times", _("at fixed times")
        WHEN_ENOUGH = "when-enough", _("when enough new drawings have been approved")

    class WhenBusy(models.TextChoices):
        WAIT = "wait", _("wait for it")
        SKIP = "skip", _("skip this time")

    name = models.CharField(_("name"), max_length=100, unique=True)
    enabled = models.BooleanField(_("switched on"), default=True)
    kind = models.CharField(_("when"), max_length=11, choices=Kind.choices, default=Kind.AT_TIMES)
    days: "models.JSONField[list[int]]" = models.JSONField(_("days"), default=list, help_text=_("0 is Monday"))
    time = models.TimeField(_("time"), null=True, blank=True)
    threshold = models.PositiveIntegerField(
        _("new drawings"), null=True, blank=True, help_text=_("approved since the data of the last run")
    )

    networks: "models.JSONField[list[str]]" = models.JSONField(_("networks"), default=list)
    architecture = models.CharField(_("architecture"), max_length=40)
    start_from = models.CharField(_("start from"), max_length=9, choices=StartFrom.choices, default=StartFrom.SCRATCH)
    publish = models.CharField(
        _("publish"), max_length=9, choices=PublishPolicy.choices, default=PublishPolicy.IF_BETTER
    )
    sources: "models.JSONField[list[str]]" = models.JSONField(
        _("sources"), default=list, blank=True, help_text=_("empty: all sources")
    )
    config: "models.JSONField[dict[str, Any]]" = models.JSONField(_("settings"), default=dict)
    when_busy = models.CharField(
        _("when a run is active"), max_length=4, choices=WhenBusy.choices, default=WhenBusy.WAIT
    )

    last_at = models.DateTimeField(_("last time"), null=True, blank=True)
    last_result = models.TextField(_("what came of it"), blank=True)
    periodic_task = models.OneToOneField(
        PeriodicTask, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("entry of the clock")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="at-times", time__isnull=False) | Q(kind="when-enough", threshold__gte=1),
                name="schedule_says_when",
            ),
            models.CheckConstraint(condition=~Q(publish="always"), name="nobody_looks_on_when_a_schedule_publishes"),
        ]

    def __str__(self) -> str:
        return self.name
