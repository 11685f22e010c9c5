"""Contributors: what came from whom, and the end of it."""

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from datasets import services
from datasets.admin.filters import SourceFilter
from datasets.admin.forms import ReasonForm
from datasets.admin.paging import BoundedPaginator
from datasets.admin.pictures import thumbnails
from datasets.admin.reading import ReadOnlyAdmin, ask, moderator_of
from datasets.errors import DigitsiteError
from datasets.models import Contributor, Drawing

SHOWN = 60  # drawings


@admin.register(Contributor)
class ContributorAdmin(ReadOnlyAdmin, ModelAdmin):
    list_display = ["__str__", "kind", "split", "number_of_drawings", "may_draw", "created_at"]
    list_filter = ["kind", SourceFilter, "split", ("blocked_at", admin.EmptyFieldListFilter)]
    ordering = ["-id"]
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions_detail = ["block"]
    fieldsets = [
        (None, {"fields": ["kind", "source", "key", "split", "created_at"]}),
        (_("Drawings"), {"fields": ["number_of_drawings", "newest_drawings"]}),
        (_("Blocked"), {"fields": ["may_draw", "blocked_at", "blocked_by", "block_reason"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contributor]:
        drawn = Drawing.objects.filter(contributor=OuterRef("pk")).order_by().values("contributor")
        return super().get_queryset(request).annotate(drawn=Subquery(drawn.annotate(n=Count("pk")).values("n")))

    def has_block_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("datasets.change_contributor")

    @display(description=_("drawings"))
    def number_of_drawings(self, contributor: Contributor) -> SafeString:
        address = reverse("admin:datasets_drawing_changelist")
        count = contributor.drawn or 0  # type: ignore[attr-defined]
        return format_html(
            '<a class="underline" href="{}?status=all&amp;contributor__id__exact={}">{}</a>',
            address,
            contributor.pk,
            f"{count:,}",
        )

    @display(description=_("may draw"), boolean=True)
    def may_draw(self, contributor: Contributor) -> bool:
        return not contributor.is_blocked

    @display(description=_("the newest"), empty_value="-")
    def newest_drawings(self, contributor: Contributor) -> SafeString:
        newest = contributor.drawings.order_by("-pk").select_related("content")
        light = newest.defer("content__strokes", "content__image")
        return format_html('<div class="drawings">{}</div>', thumbnails(light[:SHOWN]))

    @action(description=_("Block"), url_path="block", permissions=["block"], icon="block")
    def block(self, request: HttpRequest, object_id: int) -> HttpResponse:
        contributor = get_object_or_404(Contributor, pk=object_id)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                decision = services.block_contributor(contributor, actor=moderator_of(request), **form.cleaned_data)
            except DigitsiteError as error:
                form.add_error(None, error.message)
            else:
                count = decision.items.count()
                text = ngettext(
                    "Blocked; %(count)s drawing is rejected.", "Blocked; %(count)s drawings are rejected.", count
                )
                messages.success(request, text % {"count": f"{count:,}"})
                return redirect("admin:datasets_contributor_change", object_id)
        return ask(
            request,
            self.admin_site,
            form,
            opts=self.opts,
            title=_("Block %s?") % contributor,
            text=_("Nothing more is taken from this contributor, and all that came is rejected, approved or not."),
            submit=_("Block"),
            pictures=self.newest_drawings(contributor),
        )
