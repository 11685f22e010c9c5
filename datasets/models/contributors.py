"""Who drew, and in which room."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Split(models.TextChoices):
    """What a drawing is used for. Stored once, by the hand that drew it, and never changed."""

    TRAIN = "train", _("training")
    VALIDATION = "validation", _("validation")
    TEST = "test", _("test")


class Room(models.Model):
    """A closed group, such as a school class, with drawings and live versions of its own."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), unique=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")

    def __str__(self) -> str:
        return self.name


class Contributor(models.Model):
    """A hand: an anonymous visitor, known by a signed cookie, or a writer of an imported source.

    A program is no hand: nobody knows how many people's drawings it sends.
    """

    class Kind(models.TextChoices):
        VISITOR = "visitor", _("visitor")
        WRITER = "writer", _("writer of an imported source")
        PROGRAM = "program", _("program without a cookie")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    source = models.CharField(_("source"), max_length=30, default="site")
    key = models.CharField(
        _("key"),
        max_length=64,
        default=uuid.uuid4,
        help_text=_("the cookie's value, or the writer's name in the source"),
    )
    split = models.CharField(_("split"), max_length=10, choices=Split.choices, blank=True)
    blocked_at = models.DateTimeField(_("blocked"), null=True, blank=True)
    blocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("blocked by"),
    )
    block_reason = models.CharField(_("reason of the block"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="contributor_once_per_source")]

    def __str__(self) -> str:
        return f"{self.source}:{self.key!s:.8}"

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None
