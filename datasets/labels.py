"""The eleven labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Label(models.TextChoices):
    """What a drawing shows: one of the ten digits, or something that is no digit."""

    ZERO = "0", "0"
    ONE = "1", "1"
    TWO = "2", "2"
    THREE = "3", "3"
    FOUR = "4", "4"
    FIVE = "5", "5"
    SIX = "6", "6"
    SEVEN = "7", "7"
    EIGHT = "8", "8"
    NINE = "9", "9"
    NOT_A_DIGIT = "not-a-digit", _("not a digit")


ACCEPTED_FROM = 0.5  # the probability from which a drawing is taken for a digit
DIGITS = [label.value for label in Label if label != Label.NOT_A_DIGIT]
