"""The record: who decided what, when and why; and the button that takes it back."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from datasets import services
from datasets.admin.forms import ApprovalForm
from datasets.admin.lineage import containing
from datasets.admin.paging import BoundedPaginator
from datasets.admin.pictures import thumbnail
from datasets.admin.reading import ReadOnlyAdmin, address_of, ask, moderator_of, state_after, state_before
from datasets.errors import DigitsiteError
from datasets.ids import id_in
from datasets.models import Decision, DecisionItem, Drawing

SHOWN = 100  # drawings of one decision

COLOURS = {
    Decision.Action.APPROVE.value: "success",
    Decision.Action.REJECT.value: "danger",
    Decision.Action.RELABEL.value: "info",
    Decision.Action.DELETE.value: "danger",
    Decision.Action.BLOCK.value: "warning",
    Decision.Action.UNBLOCK.value: "info",
}


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin, ModelAdmin):
    list_display = ["created_at", "actor_or_nobody", "shown_action", "changed", "reason", "standing"]
    list_filter = ["action", "actor"]
    ordering = ["-id"]
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions_detail = ["undo"]
    fieldsets = [
        (None, {"fields": ["action", "actor_or_nobody", "created_at", "reason", "standing"]}),
        (_("Contributors"), {"fields": ["shown_contributors"]}),
        (_("Drawings"), {"fields": ["drawings_count", "shown_versions", "shown_items"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        alone = DecisionItem.objects.filter(decision__drawings_count=1).select_related("drawing__content")
        light = alone.defer("drawing__content__strokes", "drawing__content__image")
        return super().get_queryset(request).with_undo().prefetch_related(Prefetch("items", light, to_attr="alone"))

    def get_fieldsets(self, request: HttpRequest, obj: Decision | None = None) -> list[Any]:
        """Leave out what it is not about."""
        about = [
            obj is None or bool(count) for count in (1, obj and obj.contributors_count, obj and obj.drawings_count)
        ]
        return [fieldset for fieldset, applies in zip(self.fieldsets, about, strict=True) if applies]

    def has_undo_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whoever may decide so may take it back, what he has decided and what others have; once."""
        if not request.user.has_perm("datasets.change_drawing"):
            return False
        if not request.user.has_perm("datasets.change_contributor") and _is_about_contributors(object_id):
            return False
        decision_id = id_in(object_id)
        undone_or_final = Q(undoes=decision_id) | Q(pk=decision_id, action=Decision.Action.DELETE)
        # Who presses it on a page that is not up to date is told so by the service.
        is_asking = object_id is None or request.method == "POST"
        return is_asking or not Decision.objects.filter(undone_or_final).exists()

    @display(description=_("who"), ordering="actor")
    def actor_or_nobody(self, decision: Decision) -> str:
        return str(decision.actor or _("nobody: visitors' votes, or an account that is gone"))

    @display(description=_("action"), label=COLOURS)
    def shown_action(self, decision: Decision) -> tuple[str, str]:
        return decision.action, decision.get_action_display()

    @display(description=_("what"))
    def changed(self, decision: Decision) -> SafeString | str:
        """Return how many it is about; of a single drawing, which one and what became of it."""
        if decision.contributors_count or not decision.alone:  # type: ignore[attr-defined]
            return told_about(decision)
        [item] = decision.alone  # type: ignore[attr-defined]
        return format_html(
            '<a class="decided" href="{}">{} <span>#{}: {} → {}</span></a>',
            address_of("drawing", item.drawing_id),
            thumbnail(item.drawing),
            item.drawing_id,
            state_before(item),
            state_after(item),
        )

    @display(description=_("does it stand?"), empty_value="-")
    def standing(self, decision: Decision) -> SafeString | str:
        if decision.is_undone:
            return _link(decision.undone_by, _("undone %(when)s by %(who)s"))
        if decision.undoes is not None:
            return _link(decision.undoes, _("takes back what was decided %(when)s"))
        return gettext("yes")

    @display(description=_("who is concerned"), empty_value="-")
    def shown_contributors(self, decision: Decision) -> SafeString:
        rows = decision.contributors.select_related("contributor").order_by("contributor")[:SHOWN]
        return format_html_join(
            "",
            '<div><a class="underline" href="{}">{}</a>: {}</div>',
            (
                (
                    address_of("contributor", row.contributor_id),
                    row.contributor,
                    gettext("blocked") if row.blocked else gettext("may draw again"),
                )
                for row in rows
            ),
        )

    @display(description=_("versions with them"), empty_value="-")
    def shown_versions(self, decision: Decision) -> SafeString | None:
        return containing(Drawing.objects.filter(decisions__decision=decision)) or None

    @display(description=_("from what to what"), empty_value="-")
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
                    address_of("drawing", item.drawing_id),
                    thumbnail(item.drawing),
                    state_before(item),
                    state_after(item),
                )
                for item in light[:SHOWN]
            ),
        )
        more = decision.drawings_count - SHOWN
        rest = gettext("and %(count)s more") % {"count": f"{more:,}"} if more > 0 else ""
        return format_html(
            '<table class="figures states"><thead><tr>{}</tr></thead><tbody>{}</tbody></table><p>{}</p>',
            head,
            rows,
            rest,
        )

    @action(description=_("Undo"), url_path="undo", permissions=["undo"], icon="undo")
    def undo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a reason, which may be none; from the queue, without asking."""
        decision = get_object_or_404(Decision, pk=id_in(object_id))
        form = ApprovalForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                undone = services.undo(decision, actor=moderator_of(request), **form.cleaned_data)
            except DigitsiteError as error:
                messages.warning(request, error.message)
            else:
                messages.success(request, _("Undone: %s.") % told_about(undone))
            return redirect(self._back(request, decision))
        return ask(
            request,
            self.admin_site,
            form,
            opts=self.opts,
            title=_("Undo “%s”?") % decision,
            text=_("%s: as before. What somebody has decided on again since stays as it is.") % told_about(decision),
            submit=_("Undo"),
        )

    def _back(self, request: HttpRequest, decision: Decision) -> str:
        back = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        return back if safe else reverse("admin:datasets_decision_change", args=[decision.pk])


def _is_about_contributors(object_id: str | None) -> bool:
    return object_id is not None and Decision.objects.filter(pk=id_in(object_id), contributors_count__gt=0).exists()


def told_about(decision: Decision) -> str:
    """Say how many drawings and contributors a decision is about."""
    drawings = ngettext("%(count)s drawing", "%(count)s drawings", decision.drawings_count)
    parts = [drawings % {"count": f"{decision.drawings_count:,}"}]
    if decision.contributors_count:
        hands = ngettext("%(count)s contributor", "%(count)s contributors", decision.contributors_count)
        parts.insert(0, hands % {"count": f"{decision.contributors_count:,}"})
    return ", ".join(parts)


def _link(other: Decision, text: Any) -> SafeString:
    when, who = f"{other.created_at:%Y-%m-%d %H:%M}", other.actor or "-"
    address = address_of("decision", other.pk)
    return format_html('<a class="underline" href="{}">{}</a>', address, text % {"when": when, "who": who})
