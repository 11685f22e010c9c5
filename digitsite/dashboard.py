"""The first page of the admin: what is to be done, for who is logged in."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from datasets.admin.overview import overview
from training.models import Network, TrainingRun
from training.versions import registry


@dataclass(frozen=True)
class Card:
    title: str
    value: str  # a number, or words
    note: str
    url: str
    is_urgent: bool = False

    @property
    def is_words(self) -> bool:
        return not self.value[:1].isdigit()


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the groups of cards; called by the theme."""
    groups = []
    if request.user.has_perm("datasets.view_drawing"):
        groups.append((_("Drawings"), _drawings()))
    if request.user.has_perm("training.view_trainingrun"):
        groups.append((_("Networks"), _networks()))
    return {**context, "title": _("What is to be done"), "groups": groups}


def _drawings() -> list[Card]:
    now = overview()
    queue = reverse("admin:datasets_drawing_changelist")
    return [
        Card(_("Pending"), _number(now.pending), _("wait for a decision"), queue),
        Card(
            _("Reported"),
            _number(now.reported),
            _("off the public pages until a moderator has looked"),
            f"{queue}?status=reported",
            is_urgent=now.reported > 0,
        ),
        Card(
            _("Disputed"),
            _number(now.disputed),
            _("pending, and the live networks read something else"),
            f"{queue}?order=doubtful",
        ),
        Card(_("Not read yet"), _number(now.unread), _("by the live networks"), f"{queue}?opinion=unread"),
    ]


def _networks() -> list[Card]:
    active = TrainingRun.objects.active().count()
    runs = reverse("admin:training_trainingrun_changelist")
    cards = [Card(_("Runs"), _number(active), _("waiting or at work"), runs)]
    for network in Network:
        version = registry.published(network)
        url = reverse("admin:training_modelversion_change", args=[version.pk]) if version else runs
        name = _("version %(number)s") % {"number": version.number} if version else _("none")
        cards.append(Card(str(network.label), name, _("is live"), url, version is None))
    return cards


def _number(count: int) -> str:
    return str(count) if type(count) is not int else f"{count:,}"
