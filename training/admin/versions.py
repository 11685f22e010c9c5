"""Model versions: how good they are, which one is live, publish and roll back."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from datasets.admin.filters import PUBLIC, RoomFilter
from datasets.admin.reading import ReadOnlyAdmin, ask, moderator_of
from datasets.errors import DigitsiteError
from datasets.ids import id_in
from training.admin import flips
from training.admin.forms import ReasonForm
from training.admin.settings_form import table
from training.models import ModelVersion, PublishEvent, VersionState
from training.pages.confusion import matrix_of
from training.sentences import AND, Folded, folded, retold
from training.versions import registry
from training.versions.cards import rendered

LIVE = "live"  # the field that says which version was live when the page was made
STATE_COLOURS = {VersionState.LIVE.value: "success", VersionState.HELD.value: "warning"}


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin, ModelAdmin):
    list_display = ["__str__", "shown_state", "accuracy", "architecture", "dataset_version", "created_at"]
    list_filter = ["network", RoomFilter]
    ordering = ["-id"]
    empty_text = _("Each training run makes one.")
    actions_detail = ["publish", "roll_back"]
    change_form_outer_before_template = "admin/roll_back.html"
    fieldsets = [
        (None, {"fields": ["network", "number", "room", "state_in_words", "accuracy"]}),
        (_("At the gate"), {"fields": ["shown_gate", "shown_flips"]}),
        (_("Mistakes"), {"fields": ["shown_classes"]}),
        (_("Model card"), {"fields": ["shown_card"]}),
        (_("Made from"), {"fields": ["architecture", "dataset_version", "trunk", "run", "shown_settings"]}),
        (
            _("Files"),
            {
                "fields": [
                    "tflite_path",
                    "tflite_sha256",
                    "keras_path",
                    "keras_sha256",
                    "preprocessing_version",
                ]
            },
        ),
    ]

    class Media:
        css = {"all": ["css/models.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelVersion]:
        return ModelVersion.objects.with_state().select_related("dataset_version", "room")

    def has_publish_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whether somebody may publish this version: one that is live already cannot be."""
        return _may_move(request) and not (object_id and _live(object_id))

    def has_roll_back_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whether somebody may roll back from this version: it is live, and another was before."""
        if not _may_move(request):
            return False
        version = _live(object_id) if object_id else None
        return object_id is None or (version is not None and registry.before(version) is not None)

    @display(description=_("state"), label=STATE_COLOURS)
    def shown_state(self, version: ModelVersion) -> tuple[str, str]:
        state = VersionState(version.state)  # type: ignore[attr-defined]
        return state.value, str(state.label)

    @display(description=_("state"))
    def state_in_words(self, version: ModelVersion) -> str:
        return self.shown_state(version)[1]

    def view_on_site(self, version: ModelVersion) -> str | None:
        """Return the page of a public version; a room's have none."""
        return None if version.room_id else version.get_absolute_url()

    @display(description=_("accuracy on its test drawings"))
    def accuracy(self, version: ModelVersion) -> str:
        figures = version.metrics
        if "accuracy" not in figures:
            return "-"
        low, high = figures["accuracy_interval"]
        return f"{figures['accuracy']:.2%} ({low:.2%} - {high:.2%}, n = {figures['n']:,})"

    @display(description=_("what it said"))
    def shown_gate(self, version: ModelVersion) -> SafeString | str:
        reasons = version.metrics.get("gate", {}).get("reasons", [])
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ([retold(r)] for r in reasons))) or "-"

    @display(description=_("lost"))
    def shown_flips(self, version: ModelVersion) -> SafeString | str:
        return flips.pictures(version) or "-"

    @display(description=_("what is read as what"))
    def shown_classes(self, version: ModelVersion) -> SafeString | str:
        matrix = matrix_of(version.metrics)
        page = "" if version.room_id else version.get_absolute_url()
        return render_to_string("training/includes/matrix.html", {"matrix": matrix, "page": page}) if matrix else "-"

    @display(description=_("model card"))
    def shown_card(self, version: ModelVersion) -> SafeString | str:
        return format_html('<div class="model-card">{}</div>', rendered(version.card)) if version.card else "-"

    @display(description=_("settings of the run"))
    def shown_settings(self, version: ModelVersion) -> SafeString | str:
        return table(version.config) if version.config else "-"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer to roll back at once, above everything else, where that can be done."""
        before = None
        if self.has_roll_back_permission(request, object_id) and (version := _live(object_id)):
            before = registry.before(version)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "before": before})

    @action(description=_("Publish"), url_path="publish", permissions=["publish"], icon="publish")
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = get_object_or_404(self.get_queryset(request), pk=id_in(object_id))
        text = ""
        live = registry.published(version.network, version.room)
        if version.state == VersionState.HELD:  # type: ignore[attr-defined]
            text = render_to_string("training/includes/folded.html", {"folded": _why_held(version)})
        return self._move(
            request,
            version,
            _("Publish %s") % version,
            lambda **how: registry.publish(version, instead_of=_asked_about(request), **how),
            text=text,
            pictures=flips.pictures(version),
            carried=[(LIVE, str(live.pk))] if live else [],
        )

    @action(description=_("Roll back, with a reason"), url_path="roll-back", permissions=["roll_back"], icon="undo")
    def roll_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = get_object_or_404(ModelVersion, pk=id_in(object_id))
        before = registry.before(version)
        return self._move(
            request,
            version,
            _("Roll back to %s") % before,
            lambda **how: registry.roll_back(version.network, room=version.room, expected=version, **how),
            reason=_("Rolled back from %s") % version,
        )

    def _move(
        self,
        request: HttpRequest,
        version: ModelVersion,
        title: Any,
        move: Any,
        *,
        reason: Any = "",
        text: Any = "",
        pictures: Any = "",
        carried: Sequence[tuple[str, str]] = (),
    ) -> HttpResponse:
        form = ReasonForm(request.POST or None, initial={"reason": reason})
        if form.is_valid():
            try:
                event = move(reason=form.cleaned_data["reason"], actor=moderator_of(request))
            except DigitsiteError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("%s is live now.") % event.version)
                return redirect("admin:training_modelversion_change", event.version.pk)
        return ask(
            request,
            self.admin_site,
            form,
            opts=self.opts,
            title=title,
            submit=title,
            text=text,
            pictures=pictures,
            carried=carried,
        )


def _asked_about(request: HttpRequest) -> int | None:
    """Return which version (id) was live when the page was made, or None when that is not said."""
    said = request.POST.get(LIVE, "")
    return int(said) if said.isascii() and said.isdecimal() else None


class EventRoomFilter(RoomFilter):
    """Shows the publications of the public site, or those of one room."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(version__room=None if self.value() == PUBLIC else int(self.value()))


@admin.register(PublishEvent)
class PublishEventAdmin(ReadOnlyAdmin, ModelAdmin):
    list_display = ["created_at", "action", "version", "previous", "actor", "reason"]
    list_filter = ["action", EventRoomFilter]
    list_select_related = ["version", "previous", "actor"]


def _may_move(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("training.change_publication"))


def _why_held(version: ModelVersion) -> Folded:
    reasons = version.metrics.get("gate", {}).get("reasons", [])
    return folded(gettext("The gate has held it: %s") % retold(AND.join(reasons)))


def _live(object_id: str) -> ModelVersion | None:
    return ModelVersion.objects.filter(pk=id_in(object_id), publications__isnull=False).first()
