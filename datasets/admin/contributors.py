"""Contributors: what came from whom, and the end of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from datasets import services
from datasets.admin.decisions import told_about
from datasets.admin.filters import SourceFilter
from datasets.admin.forms import ReasonForm
from datasets.admin.paging import BoundedPaginator
from datasets.admin.pictures import thumbnails
from datasets.admin.reading import ReadOnlyAdmin, address_of, ask, moderator_of
from datasets.admin.sweep import SweepPage
from datasets.errors import DigitsiteError
from datasets.ids import id_in
from datasets.membership import versions_containing
from datasets.models import Contributor, Decision, Drawing

SHOWN = 60  # drawings


@admin.register(Contributor)
class ContributorAdmin(SweepPage, ReadOnlyAdmin, ModelAdmin):
    list_display = ["__str__", "kind", "split", "number_of_drawings", "may_draw", "created_at"]
    list_filter = ["kind", SourceFilter, "split", ("blocked_at", admin.EmptyFieldListFilter)]
    ordering = ["-id"]
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions_list = ["sweep"]
    actions_detail = ["block", "unblock"]
    fieldsets = [
        (None, {"fields": ["kind", "source", "key", "split", "created_at"]}),
        (_("Drawings"), {"fields": ["number_of_drawings", "newest_drawings"]}),
        (_("Blocked"), {"fields": ["may_draw", "blocked_at", "blocked_by", "block_reason"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contributor]:
        drawn = Drawing.objects.filter(contributor=OuterRef("pk")).order_by().values("contributor")
        return super().get_queryset(request).annotate(drawn=Subquery(drawn.annotate(n=Count("pk")).values("n")))

    def has_block_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self._may_change(request, object_id, is_blocked=False)

    def has_unblock_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self._may_change(request, object_id, is_blocked=True)

    @display(description=_("drawings"))
    def number_of_drawings(self, contributor: Contributor) -> SafeString:
        count = contributor.drawn or 0  # type: ignore[attr-defined]
        address = address_of("drawing", status="all", contributor=contributor.pk)
        return format_html('<a class="underline" href="{}">{}</a>', address, f"{count:,}")

    @display(description=_("may draw"), boolean=True)
    def may_draw(self, contributor: Contributor) -> bool:
        return not contributor.is_blocked

    @display(description=_("the newest"), empty_value="-")
    def newest_drawings(self, contributor: Contributor) -> SafeString:
        newest = contributor.drawings.order_by("-pk").select_related("content")
        light = newest.defer("content__strokes", "content__image")
        return format_html('<div class="drawings">{}</div>', thumbnails(light[:SHOWN]))

    @action(description=_("Block"), url_path="block", permissions=["block"], icon="block")
    def block(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._decide(
            request,
            get_object_or_404(Contributor, pk=id_in(object_id)),
            services.block_contributor,
            title=_("Block %s?"),
            text=_("Nothing more is taken from this contributor, and all that came is rejected, approved or not."),
            submit=_("Block"),
            done=_("Blocked; rejected: %s."),
        )

    @action(description=_("Unblock"), url_path="unblock", permissions=["unblock"], icon="lock_open")
    def unblock(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._decide(
            request,
            get_object_or_404(Contributor, pk=id_in(object_id)),
            services.unblock_contributor,
            title=_("Unblock %s?"),
            text=_("Drawings are taken again. What was rejected stays so; to restore it as well, undo the block."),
            submit=_("Unblock"),
            done=_("May draw again; changed: %s."),
        )

    def _decide(
        self,
        request: HttpRequest,
        contributor: Contributor,
        service: Callable[..., Decision],
        *,
        title: Any,
        text: Any,
        submit: Any,
        done: Any,
    ) -> HttpResponse:
        """Ask for the reason; with it, decide."""
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                decision = service(contributor, actor=moderator_of(request), **form.cleaned_data)
            except DigitsiteError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, done % told_about(decision))
                return redirect("admin:datasets_contributor_change", contributor.pk)
        drawings = Drawing.objects.filter(contributor=contributor)
        return ask(
            request,
            self.admin_site,
            form,
            opts=self.opts,
            title=title % contributor,
            text=text,
            submit=submit,
            pictures=self.newest_drawings(contributor),
            containing=versions_containing(drawings) if service is services.block_contributor else (),
        )

    def _may_change(self, request: HttpRequest, object_id: str | None, *, is_blocked: bool) -> bool:
        """Whether to show a button: where it applies."""
        if not request.user.has_perm("datasets.change_contributor"):
            return False
        # Who presses it on a page that is not up to date is told so by the service.
        if object_id is None or request.method == "POST":
            return True
        return Contributor.objects.filter(pk=id_in(object_id), blocked_at__isnull=False).exists() == is_blocked
