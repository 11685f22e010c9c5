"""Who decided what about which drawings and contributors, and why."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from datasets.labels import Label
from datasets.models.contributors import Contributor
from datasets.models.drawings import Drawing

FRESH = timedelta(hours=1)
BY_VOTES = "by votes: "  # how the reason of an approval without a moderator begins


class DecisionQuerySet(models.QuerySet["Decision"]):
    def with_undo(self) -> Self:
        """Read with each decision the one that has undone it, and the one that it undoes."""
        return self.select_related("actor", "undoes", "undone_by")

    def last_of(self, moderator: AbstractBaseUser) -> "Decision | None":
        """Return a moderator's last decision if it is fresh, stands, and can be undone."""
        last = self.filter(actor=moderator.pk).with_undo().order_by("-pk").first()
        if last is None or last.created_at < timezone.now() - FRESH or last.is_undone:
            return None
        return None if last.action in {Decision.Action.UNDO, Decision.Action.DELETE} else last


class Decision(models.Model):
    """One action of a moderator, on one drawing or on many, on one contributor or on many."""

    class Action(models.TextChoices):
        APPROVE = "approve", _("approved")
        REJECT = "reject", _("rejected")
        RELABEL = "relabel", _("relabelled")
        DELETE = "delete", _("deleted")
        BLOCK = "block", _("blocked")
        UNBLOCK = "unblock", _("unblocked")
        UNDO = "undo", _("undone")

    action = models.CharField(_("action"), max_length=8, choices=Action.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    reason = models.CharField(_("why"), max_length=200, blank=True)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by", verbose_name=_("undoes")
    )
    # Kept here because the items go with their drawings, and a record must not shrink.
    drawings_count = models.PositiveIntegerField(_("drawings"), default=0)
    contributors_count = models.PositiveIntegerField(_("contributors"), default=0)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action="undo", undoes__isnull=False)
                | (~models.Q(action="undo") & models.Q(undoes__isnull=True)),
                name="undo_names_what_it_undoes",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_new(self) -> bool:
        """Whether one would say of it "just now"."""
        return timezone.now() - self.created_at < timedelta(minutes=1)

    @property
    def is_undone(self) -> bool:
        return hasattr(self, "undone_by")


class DecisionItem(models.Model):
    """What a decision changed on one drawing."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="items", verbose_name=_("decision"))
    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="decisions", verbose_name=_("drawing"))
    status_before = models.CharField(_("status before"), max_length=8, choices=Drawing.Status.choices)
    status_after = models.CharField(_("status after"), max_length=8, choices=Drawing.Status.choices)
    label_before = models.CharField(_("label before"), max_length=11, choices=Label.choices, blank=True)
    label_after = models.CharField(_("label after"), max_length=11, choices=Label.choices, blank=True)
    # For undoing it: what else the decision replaced.
    rejection_reason_before = models.CharField(_("reason of the rejection before"), max_length=200, blank=True)
    decided_at_before = models.DateTimeField(_("decided before"), null=True, blank=True)
    reported_at_before = models.DateTimeField(_("reported before"), null=True, blank=True)

    class Meta:
        verbose_name = _("decided drawing")
        verbose_name_plural = _("decided drawings")
        constraints = [models.UniqueConstraint(fields=["decision", "drawing"], name="drawing_once_per_decision")]

    def __str__(self) -> str:
        return f"{self.drawing_id}: {self.status_before} -> {self.status_after}"


class DecidedContributor(models.Model):
    """A contributor whom a decision has blocked or unblocked, or an undo of one."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="contributors", verbose_name=_("decision"))
    contributor = models.ForeignKey(
        Contributor, models.CASCADE, related_name="decisions", verbose_name=_("contributor")
    )
    blocked = models.BooleanField(_("blocked"), help_text=_("afterwards; before it was the contrary"))
    block_reason_before = models.CharField(_("reason of the block before"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("decided contributor")
        verbose_name_plural = _("decided contributors")
        constraints = [
            models.UniqueConstraint(fields=["decision", "contributor"], name="contributor_once_per_decision")
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id}: {'blocked' if self.blocked else 'unblocked'}"
