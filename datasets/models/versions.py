"""Immutable, numbered selections of approved drawings."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from datasets.labels import Label
from datasets.models.contributors import Room, Split
from datasets.models.drawings import Drawing


class DatasetVersionQuerySet(models.QuerySet["DatasetVersion"]):
    def public(self) -> Self:
        return self.filter(room=None)

    def of_room(self, room: Room | None) -> Self:
        return self.filter(room=room)


class DatasetVersion(models.Model):
    """Which drawings, under which final labels, in which split. Never changed once it is made."""

    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, verbose_name=_("room"))
    number = models.PositiveIntegerField(_("number"))
    sources = models.JSONField(_("sources"), default=list, help_text=_("empty: all sources"))
    filters: "models.JSONField[dict[str, Any]]" = models.JSONField(
        _("other filters"), default=dict, help_text=_("what else was asked of the drawings")
    )
    counts: "models.JSONField[dict[str, dict[str, int]]]" = models.JSONField(
        _("counts"), default=dict, help_text=_("drawings by split and label")
    )
    dropped: "models.JSONField[dict[str, int]]" = models.JSONField(
        _("left out"), default=dict, help_text=_("drawings by the reason for which they were left out")
    )
    facts: "models.JSONField[dict[str, Any]]" = models.JSONField(
        _("facts"), default=dict, help_text=_("for the dataset card: what is in it, and what has changed")
    )
    manifest_sha256 = models.CharField(_("SHA-256 of the manifest"), max_length=64)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("frozen"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("frozen by"),
    )

    objects = DatasetVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("dataset version")
        verbose_name_plural = _("dataset versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "number"], nulls_distinct=False, name="dataset_version_number_once_per_room"
            ),
            models.UniqueConstraint(
                fields=["room", "manifest_sha256"], nulls_distinct=False, name="dataset_version_once_per_manifest"
            ),
        ]

    def __str__(self) -> str:
        return str(_("dataset %(number)s")) % {"number": self.number}

    def count(self, split: str, labels: list[str] | None = None) -> int:
        """Return how many drawings a split holds, of all labels or of the given ones."""
        counts = self.counts.get(split, {})
        return sum(n for label, n in counts.items() if labels is None or label in labels)

    @property
    def size(self) -> int:
        return sum(self.count(split) for split in self.counts)

    def withdrawn(self) -> int:
        """Return how many of its drawings have been deleted since it was frozen."""
        return self.items.withdrawn().count()

    def revision(self) -> int:
        """Return the number of its exports: 1, and more with each drawing that is deleted."""
        return 1 + self.withdrawn()


class DatasetItemQuerySet(models.QuerySet["DatasetItem"]):
    def in_split(self, split: str) -> Self:
        return self.filter(split=split)

    def with_content(self) -> Self:
        """Leave out drawings that were deleted after the version was frozen."""
        return self.filter(drawing__isnull=False).select_related("drawing__content")

    def withdrawn(self) -> Self:
        """Return the rows that deleted drawings have left."""
        return self.filter(drawing=None)


class DatasetItem(models.Model):
    """One drawing in one version. The row stays when the drawing is deleted."""

    version = models.ForeignKey(DatasetVersion, models.CASCADE, related_name="items", verbose_name=_("dataset version"))
    drawing = models.ForeignKey(
        Drawing, models.SET_NULL, null=True, related_name="dataset_items", verbose_name=_("drawing")
    )
    position = models.PositiveIntegerField(_("position"), help_text=_("the order of the manifest"))
    label = models.CharField(_("label"), max_length=11, choices=Label.choices)
    split = models.CharField(_("split"), max_length=10, choices=Split.choices)
    content_hash = models.CharField(_("SHA-256 of the content"), max_length=64)

    objects = DatasetItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("drawing in a dataset version")
        verbose_name_plural = _("drawings in dataset versions")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="dataset_position_once"),
            models.UniqueConstraint(
                fields=["version", "drawing"],
                condition=Q(drawing__isnull=False),
                name="drawing_once_per_version",
            ),
        ]

        indexes = [models.Index(fields=["version"], condition=Q(drawing=None), name="withdrawn_from_version")]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.position}: {self.label}"
