"""Where a drawing has gone, for its page and for those who are about to reject or to delete it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from datasets import services
from datasets.admin.forms import ReasonForm
from datasets.admin.pictures import picture
from datasets.admin.reading import ask, moderator_of
from datasets.errors import DigitsiteError
from datasets.ids import id_in
from datasets.membership import Containing, versions_by_group, versions_containing
from datasets.models import Drawing

MOST_NAMED = 3  # in a few words


def containing(drawings: QuerySet[Drawing], request: HttpRequest | None = None) -> SafeString:
    """Return the versions that hold any of the drawings, as HTML; nothing when there is none."""
    found = versions_containing(drawings)
    if not found:
        return SafeString()
    return render_to_string("admin/datasets/containing.html", {"containing": found}, request)


def folded_versions(drawings: Iterable[Drawing], request: HttpRequest) -> dict[int, SafeString]:
    """Return the same for each of the drawings that are approved and in a version, by id, folded under a few words."""
    ids = [drawing.pk for drawing in drawings if drawing.status == Drawing.Status.APPROVED]
    return {
        pk: render_to_string(
            "admin/datasets/drawing/versions.html", {"words": in_words(found), "containing": found}, request
        )
        for pk, found in zip(ids, versions_by_group([[pk] for pk in ids]), strict=True)
        if found
    }


def in_words(containing: list[Containing]) -> str:
    """Return the newest of the versions, and of what was made from them: first what is live."""
    made = {one.name: one for each in containing for one in each.descendants}.values()
    names = [
        f"{one.name} ({gettext('live')})" if one.is_live else one.name
        for one in sorted(made, key=lambda one: not one.is_live)
    ]
    values = {"versions": _first([str(one.version) for one in containing]), "made": _first(names)}
    text = gettext("In %(versions)s; made with it: %(made)s") if names else gettext("In %(versions)s")
    return text % values


def _first(names: list[str]) -> str:
    more = " …" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


class LineagePages:
    """Shows the versions on the page of a drawing, and deletes it for good; for the ModelAdmin of drawings."""

    admin_site: AdminSite
    opts: Any

    def has_erase_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("datasets.delete_drawing")

    @display(description=_("versions with it"), empty_value="-")
    def shown_versions(self, drawing: Drawing) -> SafeString | None:
        return containing(Drawing.objects.filter(pk=drawing.pk)) or None

    @action(description=_("Delete …"), url_path="erase", permissions=["erase"], icon="delete_forever")
    def erase(self, request: HttpRequest, object_id: str) -> HttpResponse:
        drawing = get_object_or_404(Drawing, pk=id_in(object_id))
        chosen = Drawing.objects.filter(pk=drawing.pk)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            found = containing(chosen, request)
            try:
                services.delete_for_good(chosen, actor=moderator_of(request), **form.cleaned_data)
            except DigitsiteError as error:
                messages.warning(request, error.message)
            else:
                messages.success(request, _("Deleted."))
                if found:
                    messages.warning(request, found)
            return redirect("admin:datasets_drawing_changelist")
        return ask(
            request,
            self.admin_site,
            form,
            opts=self.opts,
            title=_("Delete drawing %s for good?") % drawing.pk,
            text=_("Nothing brings it back. Files of versions that hold it are made again without it."),
            submit=_("Delete for good"),
            pictures=picture(drawing),
            containing=versions_containing(chosen),
        )
