"""The queue of drawings, the page of each, and the keyboard review of one after the other."""

import uuid
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display

from datasets.admin.bulk import BulkDecisions
from datasets.admin.filters import QUEUE_FILTERS
from datasets.admin.forms import SeenActionForm
from datasets.admin.lineage import LineagePages
from datasets.admin.paging import BoundedPaginator
from datasets.admin.pictures import picture, thumbnail
from datasets.admin.queue import QueueChangeList, Selection, looks_blind
from datasets.admin.reading import ReadOnlyAdmin, address_of, moderator_of, state_after, state_before
from datasets.admin.review import ReviewPages
from datasets.admin.tiles import opinion_of
from datasets.ids import id_in
from datasets.models import Decision, Drawing, ReviewPreference, Verdict

STATUS_COLOURS = {
    Drawing.Status.PENDING.value: "info",
    Drawing.Status.APPROVED.value: "success",
    Drawing.Status.REJECTED.value: "danger",
}


@admin.register(Drawing)
class DrawingAdmin(ReviewPages, BulkDecisions, LineagePages, ReadOnlyAdmin, ModelAdmin):
    list_filter = QUEUE_FILTERS
    list_filter_submit = False
    list_per_page = 60
    list_max_show_all = 0
    list_fullwidth = True
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ["-id"]
    search_fields = ["public_id"]
    search_help_text = _("the id of a drawing")
    actions = ["approve", "reject", "relabel"]
    actions_detail = ["erase"]
    action_form = SeenActionForm
    change_list_template = "admin/datasets/drawing/queue.html"
    change_form_template = "admin/datasets/drawing/page.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Drawing]:
        drawings = super().get_queryset(request).select_related("content", "contributor")
        return drawings.defer("content__strokes", "content__image")

    def get_urls(self) -> list[URLPattern]:
        blind = path("blind/", self.admin_site.admin_view(require_POST(self.set_blind)), name="datasets_drawing_blind")
        return [blind, *super().get_urls()]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Read a page only for somebody who wants to see one."""
        shows_page = request.method == "GET" and request.resolver_match.url_name == "datasets_drawing_changelist"  # type: ignore[union-attr]
        return QueueChangeList if shows_page else Selection

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [spec for spec in QUEUE_FILTERS if not (spec.reveals and looks_blind(request.user))]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow the filters, whichever are shown: an address that was kept stays good."""
        return lookup in {spec.parameter_name for spec in QUEUE_FILTERS}

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Who does not see the claim cannot approve it; he says what he sees."""
        actions: dict[str, Any] = super().get_actions(request)
        if looks_blind(request.user):
            actions.pop("approve", None)
        return actions

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Drawing], search_term: str
    ) -> tuple[QuerySet[Drawing], bool]:
        """Find a drawing by either of its ids; a search in texts would read them all."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if pk := id_in(term):
            return queryset.filter(pk=pk), False
        try:
            return queryset.filter(public_id=uuid.UUID(term)), False
        except ValueError:
            return queryset.none(), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = _("All drawings") if request.GET.get("status") == "all" else _("Queue")
        context = {"title": title, "last_decision": self._last_decision(request)}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_fieldsets(self, request: HttpRequest, obj: Drawing | None = None) -> list[Any]:
        shown = ["shown_large", "shown_normalized", "status"]
        if obj is not None and obj.status == Drawing.Status.PENDING and looks_blind(request.user):
            return [(None, {"fields": shown})]
        return [
            (None, {"fields": [*shown, "claimed_label", "final_label", "shown_reports"]}),
            (_("What the live networks make of it"), {"fields": ["shown_opinion", "is_a_digit", "shown_doubt"]}),
            (_("What visitors make of it"), {"fields": ["votes_label", "votes_count", "votes_share"]}),
            (_("Decisions"), {"fields": ["shown_decisions", "rejection_reason", "decided_at", "shown_versions"]}),
            (
                _("Where it comes from"),
                {
                    "fields": [
                        "public_id",
                        "shown_contributor",
                        "shown_network",
                        "source",
                        "source_key",
                        *(["room"] if obj is not None and obj.room_id else []),
                        "kind",
                        "prompt",
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

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("datasets.change_drawing")

    def set_blind(self, request: HttpRequest) -> HttpResponse:
        """Hide or show what is claimed and what is read, until the moderator chooses otherwise."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        chosen = {"blind": request.POST.get("blind") == "1"}
        ReviewPreference.objects.update_or_create(moderator=moderator_of(request), defaults=chosen)
        back = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        return redirect(back if safe else "admin:datasets_drawing_changelist")

    @display(description=_("drawing"))
    def shown_large(self, drawing: Drawing) -> SafeString:
        return picture(drawing)

    @display(description=_("as the networks see it"))
    def shown_normalized(self, drawing: Drawing) -> SafeString:
        return thumbnail(drawing)

    @display(description=_("opinion"))
    def shown_opinion(self, drawing: Drawing) -> str:
        opinion = opinion_of(drawing)
        return f"{opinion.mark} {opinion.words}"

    @display(description=_("a digit?"), empty_value="-")
    def is_a_digit(self, drawing: Drawing) -> str | None:
        return None if drawing.opinion_is_digit is None else f"{drawing.opinion_is_digit:.0%}"

    @display(description=_("doubt in the label"), empty_value="-")
    def shown_doubt(self, drawing: Drawing) -> str | None:
        return None if drawing.verdict == Verdict.UNREAD else f"{drawing.doubt / 10:.1f}%"

    @display(description=_("contributor"))
    def shown_contributor(self, drawing: Drawing) -> SafeString:
        return format_html(
            '<a class="underline" href="{}">{}</a>, <a class="underline" href="{}">{}</a>',
            address_of("contributor", drawing.contributor_id),
            drawing.contributor,
            address_of("drawing", status="all", contributor=drawing.contributor_id),
            _("all their drawings"),
        )

    @display(description=_("address, as a hash for 48 hours"), empty_value="-")
    def shown_network(self, drawing: Drawing) -> SafeString | None:
        if not drawing.address_hash:
            return None
        return format_html(
            '{}…, <a class="underline" href="{}">{}</a>',
            drawing.address_hash[:12],
            address_of("drawing", status="all", network=drawing.address_hash),
            _("all that came from it"),
        )

    @display(description=_("reports"), empty_value="-")
    def shown_reports(self, drawing: Drawing) -> SafeString:
        return format_html_join(
            "",
            "<div>{}: {}{} ({})</div>",
            (
                (
                    date_format(localtime(report.created_at), "DATETIME_FORMAT"),
                    report.get_reason_display(),
                    f": {report.note}" if report.note else "",
                    _("looked at") if report.looked_at else _("open"),
                )
                for report in drawing.reports.all()
            ),
        )

    @display(description=_("decisions"), empty_value="-")
    def shown_decisions(self, drawing: Drawing) -> SafeString:
        items = drawing.decisions.select_related("decision__actor").order_by("pk")
        return format_html_join(
            "",
            '<div><a class="underline" href="{}">{}</a> ({}): {} → {}. {}</div>',
            (
                (
                    address_of("decision", item.decision_id),
                    item.decision,
                    item.decision.actor or "-",
                    state_before(item),
                    state_after(item),
                    item.decision.reason,
                )
                for item in items
            ),
        )

    def _last_decision(self, request: HttpRequest) -> Decision | None:
        """Return what the moderator can take back by one press: his last decision, if it is fresh and stands."""
        return Decision.objects.last_of(moderator_of(request))
