"""The vandal sweep: groups with pictures and reasons, rejected and blocked by one button and brought back by one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action

from datasets import services
from datasets.admin.forms import ReasonForm
from datasets.admin.pictures import thumbnail
from datasets.admin.reading import moderator_of
from datasets.errors import DigitsiteError
from datasets.ids import id_in
from datasets.membership import Containing, versions_by_group, versions_containing
from datasets.models import Decision, Drawing
from datasets.services.sweeping import Group, Sweep, sweep

SHOWN = 60  # pictures of a group
SEPARATOR = "."


@dataclass(frozen=True)
class Proposal:
    """A group as the page shows it."""

    group: Group
    title: str
    reasons: list[str]
    ids: str  # in one field, because a form may not have more than a thousand
    pictures: list[tuple[int, SafeString]]
    hidden: int  # so many more
    containing: list[Containing]  # the versions that hold any of its drawings


class SweepPage:
    """The page, for the ModelAdmin of contributors: they are who is blocked."""

    admin_site: AdminSite
    opts: Any

    def has_sweep_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perms(["datasets.change_contributor", "datasets.change_drawing"])

    @action(description=gettext_lazy("Vandal sweep"), url_path="sweep", permissions=["sweep"], icon="cleaning_services")
    def sweep(self, request: HttpRequest) -> HttpResponse:
        """Show what is proposed; reject what was chosen, or take the last decision back."""
        if "undo" in request.POST:
            return _undo(request)
        form = ReasonForm(request.POST if request.method == "POST" else None, initial={"reason": _("vandalism")})
        if form.is_valid():
            return _clear_out(request, form.cleaned_data["reason"])
        return self._page(request, sweep(), form)

    def _page(self, request: HttpRequest, found: Sweep, form: ReasonForm) -> HttpResponse:
        containing = versions_by_group([group.drawings for group in found.groups])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Vandal sweep"),
            "found": found,
            "proposals": list(map(_proposal, found.groups, containing)),
            "form": form,
            **_last(request),
        }
        return TemplateResponse(request, "admin/datasets/sweep.html", context)


def _clear_out(request: HttpRequest, reason: str) -> HttpResponse:
    chosen = request.POST.get("only") or SEPARATOR.join(request.POST.getlist("group"))
    ids = _ids(chosen) - _ids(SEPARATOR.join(request.POST.getlist("spare")))
    try:
        decision = services.clear_out(ids, actor=moderator_of(request), reason=reason)
    except DigitsiteError as error:
        messages.warning(request, error.message)
        return redirect("admin:datasets_contributor_sweep")
    return redirect(f"{reverse('admin:datasets_contributor_sweep')}?done={decision.pk}")


def _undo(request: HttpRequest) -> HttpResponse:
    decision = get_object_or_404(Decision, pk=next(iter(_ids(request.POST["undo"])), 0))
    try:
        undone = services.undo(decision, actor=moderator_of(request))
    except DigitsiteError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Brought back: %(what)s.") % {"what": _amounts(undone)})
    return redirect("admin:datasets_contributor_sweep")


def _last(request: HttpRequest) -> dict[str, Any]:
    """Return the decision that has just been taken, for its undo, and the versions that its drawings had gone into."""
    decision = Decision.objects.filter(pk__in=_ids(request.GET.get("done", ""))).with_undo().first()
    if decision is None or decision.is_undone:
        return {}
    drawings = Drawing.objects.filter(decisions__decision=decision)
    return {"decision": decision, "amounts": _amounts(decision), "containing": versions_containing(drawings)}


def _ids(text: str) -> set[int]:
    return {pk for part in text.split(SEPARATOR) if (pk := id_in(part))}


def _amounts(decision: Decision) -> str:
    drawings = ngettext("%(count)s drawing", "%(count)s drawings", decision.drawings_count)
    hands = ngettext("%(count)s contributor", "%(count)s contributors", decision.contributors_count)
    drawings %= {"count": f"{decision.drawings_count:,}"}
    if not decision.contributors_count:
        return drawings
    return _("%(drawings)s and %(hands)s") % {
        "drawings": drawings,
        "hands": hands % {"count": f"{decision.contributors_count:,}"},
    }


def _proposal(group: Group, containing: list[Containing]) -> Proposal:
    drawings = Drawing.objects.filter(pk__in=group.drawings[:SHOWN]).order_by("pk").select_related("content")
    pictures = [(drawing.pk, thumbnail(drawing)) for drawing in drawings.defer("content__strokes", "content__image")]
    return Proposal(
        group=group,
        title=_title(group),
        reasons=list(_reasons(group)),
        ids=SEPARATOR.join(map(str, group.drawings)),
        pictures=pictures,
        hidden=len(group.drawings) - len(pictures),
        containing=containing,
    )


def _title(group: Group) -> str:
    values = {"count": f"{len(group.drawings):,}", "of": f"{group.of:,}"}
    titles = {
        "address": _("%(count)s of %(of)s drawings from one address"),
        "contributor": _("%(count)s of %(of)s drawings by one contributor"),
        "burst": _("%(count)s of %(of)s drawings within ten minutes"),
        "likeness": _("%(count)s drawings that are nearly the same"),
    }
    return titles[group.came_by] % values


def _reasons(group: Group) -> list[str]:
    counted = [
        (group.no_digit, _("%(count)s claimed as digits are read as none")),
        (group.other_digit, _("%(count)s are read as other digits than claimed")),
        (group.scribbled, _("in %(count)s the pen went further than a digit takes")),
    ]
    hands = ngettext("by %(count)s contributor", "by %(count)s contributors", group.contributors)
    places = ngettext("from %(count)s address", "from %(count)s addresses", group.addresses)
    return [
        *(text % {"count": f"{count:,}"} for count, text in counted if count),
        hands % {"count": f"{group.contributors:,}"},
        *([places % {"count": f"{group.addresses:,}"}] if group.addresses else []),
    ]
