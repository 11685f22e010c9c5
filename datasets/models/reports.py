"""What visitors say is wrong with a drawing that everybody sees."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from datasets.models.drawings import Drawing


class DrawingReportQuerySet(models.QuerySet["DrawingReport"]):
    def open(self) -> Self:
        """Return the reports that no moderator has looked at."""
        return self.filter(looked_at=None)


class DrawingReport(models.Model):
    """One report. It does not say who reported; `Drawing.reported_at` keeps the drawing from public pages."""

    class Reason(models.TextChoices):
        OFFENSIVE = "offensive", _("It is offensive")
        PERSONAL = "personal", _("It shows a name or something else about a person")
        WRONG_LABEL = "wrong-label", _("It is not what it is said to be")
        MINE = "mine", _("It is mine, and I want it to be gone")
        OTHER = "other", _("Something else")

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="reports", verbose_name=_("drawing"))
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    note = models.CharField(_("in his words"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    looked_at = models.DateTimeField(_("a moderator has looked"), null=True, blank=True)

    objects = DrawingReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a drawing")
        verbose_name_plural = _("reports of drawings")
        ordering = ["-id"]
        indexes = [models.Index(fields=["-id"], condition=models.Q(looked_at=None), name="report_open")]

    def __str__(self) -> str:
        return f"{self.drawing_id}: {self.reason}"
