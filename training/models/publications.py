"""The pointer that says which version is live, and the record of each time it moved."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from datasets.models import Room
from training.models.versions import ModelVersion, Network


class Publication(models.Model):
    """The live version of one network in one room. Moving this pointer is all that publishing does."""

    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, verbose_name=_("room"))
    network = models.CharField(_("network"), max_length=12, choices=Network.choices)
    version = models.ForeignKey(
        ModelVersion, models.PROTECT, related_name="publications", verbose_name=_("model version")
    )
    published_at = models.DateTimeField(_("published"), auto_now=True)

    class Meta:
        verbose_name = _("published version")
        verbose_name_plural = _("published versions")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "network"], nulls_distinct=False, name="one_published_version_per_network"
            )
        ]

    def __str__(self) -> str:
        return f"{self.network}: {self.version}"


class PublishEvent(models.Model):
    """One move of the pointer: who, when, from what to what, why."""

    class Action(models.TextChoices):
        PUBLISH = "publish", _("published")
        ROLL_BACK = "roll-back", _("rolled back")

    action = models.CharField(_("action"), max_length=9, choices=Action.choices)
    version = models.ForeignKey(
        ModelVersion, models.CASCADE, related_name="publish_events", verbose_name=_("model version")
    )
    previous = models.ForeignKey(
        ModelVersion,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version before"),
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    reason = models.CharField(_("why"), max_length=300)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="publish_event_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.version}"
