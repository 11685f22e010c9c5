"""What visitors say that a drawing shows, who neither see the claim nor one another's votes."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from datasets.labels import Label
from datasets.models.contributors import Contributor
from datasets.models.drawings import Drawing

UNCLEAR = "unclear"
SKIPPED = "skipped"
ANSWERS = [*Label.choices, (UNCLEAR, _("cannot tell")), (SKIPPED, _("skipped"))]


class VoteQuerySet(models.QuerySet["Vote"]):
    def cast(self) -> Self:
        """Leave out what was skipped, which is no opinion, and the votes of those who are blocked."""
        return self.exclude(answer=SKIPPED).exclude(contributor__blocked_at__isnull=False)

    def on_known_answers(self) -> Self:
        return self.exclude(expected="").exclude(answer=SKIPPED)


class Vote(models.Model):
    """One person's answer about one drawing: never two, neither by the cookie nor by the address."""

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="votes", verbose_name=_("drawing"))
    contributor = models.ForeignKey(
        Contributor, models.SET_NULL, null=True, related_name="votes", verbose_name=_("voter")
    )
    answer = models.CharField(_("answer"), max_length=11, choices=ANSWERS)
    expected = models.CharField(
        _("known answer"),
        max_length=11,
        choices=Label.choices,
        blank=True,
        help_text=_("what a moderator had approved it as; empty: nobody knew"),
    )
    address_hash = models.CharField(_("keyed hash of the address, for 48 hours"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = VoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.UniqueConstraint(fields=["drawing", "contributor"], name="vote_once_per_contributor"),
            models.UniqueConstraint(
                fields=["drawing", "address_hash"], condition=~Q(address_hash=""), name="vote_once_per_address"
            ),
        ]
        indexes = [models.Index(F("address_hash"), condition=~Q(address_hash=""), name="vote_address_hash")]

    def __str__(self) -> str:
        return f"{self.drawing_id}: {self.answer}"
