"""The side bar of the admin: what there is to do, in the order in which people do it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """A page for those who have the permissions; one that this site does not have is left out."""

    title: Any
    icon: str  # of the font Material Symbols
    view: str
    permissions: str = ""  # with spaces between
    query: str = ""

    def item(self, request: HttpRequest) -> dict[str, Any] | None:
        if not request.user.has_perms(self.permissions.split()):
            return None
        try:
            path = reverse(f"{admin.site.name}:{self.view}")
        except NoReverseMatch:
            return None
        return {"title": self.title, "icon": self.icon, "link": path + self.query, "active": self._is_open(request)}

    def _is_open(self, request: HttpRequest) -> bool:
        """Whether this is the page, or the page of one of its rows, under these filters."""
        match = request.resolver_match
        name = (match.url_name or "") if match else ""
        rows = self.view.removesuffix("changelist")
        own_pages = name == self.view or (rows != self.view and name in {f"{rows}change", f"{rows}add"})
        status = f"?status={request.GET['status']}" if request.GET.get("status") in {"all", "reported"} else ""
        return own_pages and (self.query == status or "drawing" not in self.view)


GROUPS: list[tuple[Any, list[Entry]]] = [
    (
        _("Review"),
        [
            Entry(_("What is to be done"), "checklist", "index"),
            Entry(_("Queue"), "grid_view", "datasets_drawing_changelist", "datasets.view_drawing"),
            Entry(_("One by one"), "keyboard", "datasets_drawing_review", "datasets.change_drawing"),
            Entry(
                _("Reported"), "flag", "datasets_drawing_changelist", "datasets.view_drawing", query="?status=reported"
            ),
            Entry(
                _("Vandal sweep"),
                "mop",
                "datasets_contributor_sweep",
                "datasets.change_contributor datasets.change_drawing",
            ),
        ],
    ),
    (
        _("Drawings"),
        [
            Entry(_("All drawings"), "draw", "datasets_drawing_changelist", "datasets.view_drawing", "?status=all"),
            Entry(_("Contributors"), "person_edit", "datasets_contributor_changelist", "datasets.view_contributor"),
            Entry(_("Decisions"), "gavel", "datasets_decision_changelist", "datasets.view_decision"),
            Entry(
                _("Dataset versions"), "database", "datasets_datasetversion_changelist", "datasets.view_datasetversion"
            ),
        ],
    ),
    (
        _("Training"),
        [
            Entry(_("Runs"), "model_training", "training_trainingrun_changelist", "training.view_trainingrun"),
            Entry(_("Model versions"), "neurology", "training_modelversion_changelist", "training.view_modelversion"),
            Entry(_("Publications"), "publish", "training_publishevent_changelist", "training.view_publishevent"),
            Entry(_("Schedules"), "calendar_month", "training_schedule_changelist", "training.view_schedule"),
        ],
    ),
    (
        _("People"),
        [
            Entry(_("Users"), "person", "auth_user_changelist", "auth.view_user"),
            Entry(_("Groups"), "group", "auth_group_changelist", "auth.view_group"),
        ],
    ),
]


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups with the entries that the user may open, as the theme wants them."""
    groups = [
        {"title": title, "items": [item for entry in entries if (item := entry.item(request))]}
        for title, entries in GROUPS
    ]
    return [group for group in groups if group["items"]]
