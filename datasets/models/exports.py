"""The files that a dataset version can be had as."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from datasets.exporters.formats import FORMATS
from datasets.models.versions import DatasetVersion


class DatasetExportQuerySet(models.QuerySet["DatasetExport"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=[DatasetExport.State.QUEUED, DatasetExport.State.BUILDING])

    def ready(self) -> Self:
        return self.filter(state=DatasetExport.State.READY)


class DatasetExport(models.Model):
    """A version in one format and revision: a file in the storage `artifacts`, built once."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waits to be built")
        BUILDING = "building", _("is being built")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    version = models.ForeignKey(
        DatasetVersion, models.CASCADE, related_name="exports", verbose_name=_("dataset version")
    )
    format = models.CharField(_("format"), max_length=10, choices=[(name, name) for name in FORMATS])
    revision = models.PositiveIntegerField(
        _("revision"), help_text=_("one more with each drawing that was deleted from the version")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("what went wrong"), max_length=200, blank=True)
    path = models.CharField(_("file"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), null=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = DatasetExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of a dataset version")
        verbose_name_plural = _("exports of dataset versions")
        constraints = [
            models.UniqueConstraint(fields=["version", "format", "revision"], name="export_once_per_revision"),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | ~models.Q(path="", sha256="", size=None),
                name="ready_export_has_a_file",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def filename(self) -> str:
        """The name under which it is downloaded."""
        revision = f"-r{self.revision}" if self.revision > 1 else ""
        return f"digitsite-dataset-{self.version.number}{revision}.{FORMATS[self.format].EXTENSION}"

    @property
    def content_type(self) -> str:
        return FORMATS[self.format].CONTENT_TYPE

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY
