"""What whoever starts a run chooses, for one run or for those of a schedule."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StartFrom(models.TextChoices):
    SCRATCH = "scratch", _("scratch")
    PUBLISHED = "published", _("the published version")


class PublishPolicy(models.TextChoices):
    IF_BETTER = "if_better", _("if it is better")
    ASK = "ask", _("ask me")
    ALWAYS = "always", _("always")
