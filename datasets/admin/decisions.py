"""The record: who decided what, when and why."""

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from datasets.admin.paging import BoundedPaginator
from datasets.admin.pictures import thumbnail
from datasets.admin.reading import ReadOnlyAdmin, state_after, state_before
from datasets.models import Decision, DecisionItem

SHOWN = 100  # drawings of one decision

COLOURS = {
    Decision.Action.APPROVE.value: "success",
    Decision.Action.REJECT.value: "danger",
    Decision.Action.RELABEL.value: "info",
    Decision.Action.BLOCK.value: "warning",
}


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin, ModelAdmin):
    list_display = ["created_at", "shown_action", "number_of_drawings", "actor", "reason"]
    list_filter = ["action", "actor"]
    list_select_related = ["actor"]
    ordering = ["-id"]
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fieldsets = [
        (None, {"fields": ["action", "actor", "created_at", "reason", "undoes"]}),
        (_("Drawings"), {"fields": ["number_of_drawings", "shown_items"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        items = DecisionItem.objects.filter(decision=OuterRef("pk")).order_by().values("decision")
        return super().get_queryset(request).annotate(changed=Subquery(items.annotate(n=Count("pk")).values("n")))

    @display(description=_("action"), label=COLOURS)
    def shown_action(self, decision: Decision) -> tuple[str, str]:
        return decision.action, decision.get_action_display()

    @display(description=_("drawings"))
    def number_of_drawings(self, decision: Decision) -> str:
        return f"{decision.changed or 0:,}"  # type: ignore[attr-defined]

    @display(description=_("what changed"), empty_value="-")
    def shown_items(self, decision: Decision) -> SafeString:
        """Return the first drawings with what the decision made of them."""
        items = decision.items.select_related("drawing__content").order_by("drawing_id")
        light = items.defer("drawing__content__strokes", "drawing__content__image")
        heads = [_("drawing"), _("before"), _("after")]
        head = format_html_join("", '<th scope="col">{}</th>', ((text,) for text in heads))
        rows = format_html_join(
            "",
            '<tr><td><a href="{}">{}</a></td><td>{}</td><td>{}</td></tr>',
            (
                (
                    reverse("admin:datasets_drawing_change", args=[item.drawing_id]),
                    thumbnail(item.drawing),
                    state_before(item),
                    state_after(item),
                )
                for item in light[:SHOWN]
            ),
        )
        more = (decision.changed or 0) - SHOWN  # type: ignore[attr-defined]
        rest = gettext("and %(count)s more") % {"count": f"{more:,}"} if more > 0 else ""
        return format_html(
            '<table class="figures"><thead><tr>{}</tr></thead><tbody>{}</tbody></table><p>{}</p>', head, rows, rest
        )
