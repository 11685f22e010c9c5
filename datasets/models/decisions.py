"""Who decided what about which drawings, and why."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from datasets.labels import Label
from datasets.models.contributors import Contributor
from datasets.models.drawings import Drawing


class Decision(models.Model):
    """One action of a moderator, on one drawing or on many."""

    class Action(models.TextChoices):
        APPROVE = "approve", _("approved")
        REJECT = "reject", _("rejected")
        RELABEL = "relabel", _("relabelled")
        BLOCK = "block", _("blocked the contributor")

    action = models.CharField(_("action"), max_length=8, choices=Action.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    contributor = models.ForeignKey(
        Contributor, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("contributor")
    )
    reason = models.CharField(_("why"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.created_at:%Y-%m-%d %H:%M}"


class DecisionItem(models.Model):
    """What a decision changed on one drawing."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="items", verbose_name=_("decision"))
    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="decisions", verbose_name=_("drawing"))
    status_before = models.CharField(_("status before"), max_length=8, choices=Drawing.Status.choices)
    status_after = models.CharField(_("status after"), max_length=8, choices=Drawing.Status.choices)
    label_before = models.CharField(_("label before"), max_length=11, choices=Label.choices, blank=True)
    label_after = models.CharField(_("label after"), max_length=11, choices=Label.choices, blank=True)

    class Meta:
        verbose_name = _("decided drawing")
        verbose_name_plural = _("decided drawings")
        constraints = [models.UniqueConstraint(fields=["decision", "drawing"], name="drawing_once_per_decision")]

    def __str__(self) -> str:
        return f"{self.drawing_id}: {self.status_before} -> {self.status_after}"
