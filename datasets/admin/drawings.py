"""The queue: see the drawings, approve them, reject them or say what they show."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from datasets import services
from datasets.admin.filters import RoomFilter, SourceFilter, StatusFilter
from datasets.admin.forms import PageForm, ReasonForm, RelabelForm, SeenActionForm
from datasets.admin.paging import BoundedPaginator
from datasets.admin.pictures import picture, thumbnail, thumbnails
from datasets.admin.reading import ReadOnlyAdmin, ask, moderator_of, state_after, state_before
from datasets.errors import DigitsiteError
from datasets.models import Decision, Drawing

SHOWN = 60  # drawings beside the question what to do with them
ANSWERED = "answered"
STATUS_COLOURS = {
    Drawing.Status.PENDING.value: "info",
    Drawing.Status.APPROVED.value: "success",
    Drawing.Status.REJECTED.value: "danger",
}


@admin.register(Drawing)
class DrawingAdmin(ReadOnlyAdmin, ModelAdmin):
    list_display = [
        "shown",
        "claimed_label",
        "final_label",
        "shown_status",
        "read_as",
        "is_a_digit",
        "contributor",
        "created_at",
    ]
    list_display_links = ["shown"]
    list_filter = [StatusFilter, "claimed_label", SourceFilter, "split", "kind", RoomFilter]
    list_filter_submit = False
    list_per_page = 100
    list_max_show_all = 0
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ["-id"]
    search_fields = ["public_id"]
    search_help_text = _("the id of a drawing")
    actions = ["approve", "reject", "relabel"]
    action_form = SeenActionForm
    fieldsets = [
        (None, {"fields": ["shown_large", "shown_normalized", "claimed_label", "final_label", "status"]}),
        (_("What the live networks make of it"), {"fields": ["read_as", "is_a_digit"]}),
        (_("Decisions"), {"fields": ["shown_decisions", "rejection_reason", "decided_at"]}),
        (
            _("Where it comes from"),
            {
                "fields": [
                    "public_id",
                    "contributor",
                    "source",
                    "source_key",
                    "room",
                    "kind",
                    "split",
                    "same_hand",
                    "ambiguous",
                    "consent_version",
                    "content_hash",
                    "created_at",
                    "claimed_at",
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Drawing]:
        drawings = super().get_queryset(request).select_related("content", "contributor")
        return drawings.defer("content__strokes", "content__image")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Drawing], search_term: str
    ) -> tuple[QuerySet[Drawing], bool]:
        """Find a drawing by either of its ids; a search in texts would read them all."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.isascii() and term.isdigit() and len(term) < 19:
            return queryset.filter(pk=int(term)), False
        try:
            return queryset.filter(public_id=uuid.UUID(term)), False
        except ValueError:
            return queryset.none(), False

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("datasets.change_drawing")

    @display(description=_("drawing"), ordering="id")
    def shown(self, drawing: Drawing) -> SafeString:
        return thumbnail(drawing)

    @display(description=_("drawing"))
    def shown_large(self, drawing: Drawing) -> SafeString:
        return picture(drawing)

    @display(description=_("as the networks see it"))
    def shown_normalized(self, drawing: Drawing) -> SafeString:
        return thumbnail(drawing)

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def shown_status(self, drawing: Drawing) -> tuple[str, str]:
        return drawing.status, drawing.get_status_display()

    @display(description=_("read as"), empty_value="-")
    def read_as(self, drawing: Drawing) -> str | None:
        if drawing.opinion_digit is None or drawing.opinion_confidence is None:
            return None
        return f"{drawing.opinion_digit} ({drawing.opinion_confidence:.0%})"

    @display(description=_("a digit?"), empty_value="-")
    def is_a_digit(self, drawing: Drawing) -> str | None:
        return None if drawing.opinion_is_digit is None else f"{drawing.opinion_is_digit:.0%}"

    @display(description=_("decisions"), empty_value="-")
    def shown_decisions(self, drawing: Drawing) -> SafeString:
        items = drawing.decisions.select_related("decision__actor").order_by("decision_id")
        return format_html_join(
            "",
            "<div>{} ({}): {} → {}. {}</div>",
            (
                (
                    item.decision,
                    item.decision.actor or "-",
                    state_before(item),
                    state_after(item),
                    item.decision.reason,
                )
                for item in items
            ),
        )

    @action(description=_("Approve"), permissions=["moderate"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> None:
        self._decide(request, queryset, lambda: services.approve(seen(request, queryset), actor=moderator_of(request)))

    @action(description=_("Reject …"), permissions=["moderate"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> HttpResponse | None:
        return self._ask(request, queryset, ReasonForm, services.reject, _("Why reject them?"), _("Reject"))

    @action(description=_("Relabel …"), permissions=["moderate"])
    def relabel(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> HttpResponse | None:
        return self._ask(request, queryset, RelabelForm, services.relabel, _("What do they show?"), _("Relabel"))

    def _ask(
        self,
        request: HttpRequest,
        queryset: QuerySet[Drawing],
        form_class: type[forms.Form],
        service: Callable[..., Decision],
        title: Any,
        submit: Any,
    ) -> HttpResponse | None:
        """Show the drawings with the question; with its answer, hand them to the service."""
        chosen = seen(request, queryset)
        form = form_class(request.POST if ANSWERED in request.POST else None)
        if form.is_valid():
            self._decide(request, queryset, lambda: service(chosen, actor=moderator_of(request), **form.cleaned_data))
            return None
        return ask(
            request,
            self.admin_site,
            form,
            opts=self.opts,
            title=title,
            submit=submit,
            pictures=some_of(chosen),
            carried=[*carried(request), (ANSWERED, "1")],
        )

    def _decide(self, request: HttpRequest, queryset: QuerySet[Drawing], decide: Callable[[], Decision]) -> None:
        try:
            decision = decide()
        except DigitsiteError as error:
            self.message_user(request, error.message, messages.WARNING)
        else:
            self._tell(request, decision)
        if left_out := corrected(request, queryset).count():
            text = ngettext(
                "%(count)s drawing is left out: its contributor has just claimed another label. Look at it again.",
                "%(count)s drawings are left out: their contributors have just claimed other labels. "
                "Look at them again.",
                left_out,
            )
            self.message_user(request, text % {"count": f"{left_out:,}"}, messages.WARNING)

    def _tell(self, request: HttpRequest, decision: Decision) -> None:
        count = decision.items.count()
        text = ngettext("%(count)s drawing: %(decision)s.", "%(count)s drawings: %(decision)s.", count)
        self.message_user(
            request,
            text % {"count": f"{count:,}", "decision": decision.get_action_display()},
            messages.SUCCESS,
        )


def seen(request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
    """Leave out what the moderator has not seen as it is.

    What has come in since the list was shown: "select all" means all that were there. And the drawings that were on it
    under another claim.
    """
    page = PageForm(request.POST)
    newest, since = page.last_drawing(), page.claims_since()
    there = queryset if newest is None else queryset.filter(pk__lte=newest)
    return there if since is None else there.exclude(claimed_at__gte=since)


def corrected(request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
    """Return the drawings that may have been on the list under another claim than they have now."""
    since = PageForm(request.POST).claims_since()
    return queryset.none() if since is None else queryset.filter(claimed_at__gte=since)


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields that say what was chosen, for the form with the question."""
    names = ["action", "select_across", *PageForm.base_fields, ACTION_CHECKBOX_NAME]
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def some_of(drawings: QuerySet[Drawing]) -> SafeString:
    """Return thumbnails, and how many more there are."""
    pictures = thumbnails(drawings[:SHOWN])
    count = BoundedPaginator(drawings, SHOWN).count
    if count <= SHOWN:
        return pictures
    return format_html("{}<p>{}</p>", pictures, _("These and others: %(count)s in all.") % {"count": count})
