"""How moderators look at drawings: who has which before him, and how he likes to see them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from datasets.models.drawings import Drawing


class LeaseQuerySet(models.QuerySet["Lease"]):
    def held(self) -> Self:
        return self.filter(expires_at__gt=timezone.now())


class Lease(models.Model):
    """A drawing that a moderator has before him: until it expires, others do not get it."""

    drawing = models.OneToOneField(
        Drawing, models.CASCADE, primary_key=True, related_name="lease", verbose_name=_("drawing")
    )
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="leases", verbose_name=_("moderator")
    )
    expires_at = models.DateTimeField(_("expires"))

    objects = LeaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")

    def __str__(self) -> str:
        return f"{self.drawing_id} until {self.expires_at:%H:%M:%S}"


class ReviewPreference(models.Model):
    """What a moderator has chosen for himself; it stays when he logs out."""

    moderator = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="review_preference",
        verbose_name=_("moderator"),
    )
    blind = models.BooleanField(_("blind"), default=False, help_text=_("hides what is claimed and what is read"))

    class Meta:
        verbose_name = _("preference of a moderator")
        verbose_name_plural = _("preferences of moderators")

    def __str__(self) -> str:
        return f"{self.moderator_id}: {'blind' if self.blind else 'open'}"
