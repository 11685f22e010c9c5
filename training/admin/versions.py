"""Model versions: how good they are, which one is live, publish and roll back."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from datasets.admin.reading import ReadOnlyAdmin, ask
from datasets.errors import DigitsiteError
from training import registry
from training.admin.forms import ReasonForm
from training.models import ModelVersion, Publication, PublishEvent


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin, ModelAdmin):
    list_display = ["__str__", "is_live", "accuracy", "architecture", "dataset_version", "created_at"]
    list_filter = ["network"]
    ordering = ["-id"]
    actions_detail = ["publish", "roll_back"]
    fieldsets = [
        (None, {"fields": ["network", "number", "is_live", "accuracy", "shown_classes"]}),
        (_("Made from"), {"fields": ["architecture", "dataset_version", "trunk", "run", "config"]}),
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
        (_("Model card"), {"fields": ["card"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelVersion]:
        live = Publication.objects.filter(version=OuterRef("pk"))
        return super().get_queryset(request).select_related("dataset_version").annotate(live=Exists(live))

    def has_publish_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("training.change_publication"))

    @display(description=_("live"), boolean=True)
    def is_live(self, version: ModelVersion) -> bool:
        return bool(version.live)  # type: ignore[attr-defined]

    @display(description=_("accuracy on its test drawings"))
    def accuracy(self, version: ModelVersion) -> str:
        figures = version.metrics
        if "accuracy" not in figures:
            return "-"
        low, high = figures["accuracy_interval"]
        return f"{figures['accuracy']:.2%} ({low:.2%} - {high:.2%}, n = {figures['n']:,})"

    @display(description=_("confusion matrix"))
    def shown_classes(self, version: ModelVersion) -> SafeString:
        return confusion_table(version.metrics)

    @action(description=_("Publish"), url_path="publish", permissions=["publish"], icon="publish")
    def publish(self, request: HttpRequest, object_id: int) -> HttpResponse:
        version = get_object_or_404(ModelVersion, pk=object_id)
        return self._move(request, version, _("Publish %s") % version, lambda **how: registry.publish(version, **how))

    @action(description=_("Roll back"), url_path="roll-back", permissions=["publish"], icon="undo")
    def roll_back(self, request: HttpRequest, object_id: int) -> HttpResponse:
        version = get_object_or_404(ModelVersion, pk=object_id)
        title = _("Roll %s back to the version that was live before") % version.network
        return self._move(
            request,
            version,
            title,
            lambda **how: registry.roll_back(version.network, room=version.room, expected=version, **how),
        )

    def _move(self, request: HttpRequest, version: ModelVersion, title: Any, move: Any) -> HttpResponse:
        form = ReasonForm(request.POST or None)
        if form.is_valid():
            try:
                event = move(reason=form.cleaned_data["reason"], actor=request.user)
            except DigitsiteError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("%s is live now.") % event.version)
                return redirect("admin:training_modelversion_changelist")
        return ask(request, self.admin_site, form, opts=self.opts, title=title, submit=title)


@admin.register(PublishEvent)
class PublishEventAdmin(ReadOnlyAdmin, ModelAdmin):
    list_display = ["created_at", "action", "version", "previous", "actor", "reason"]
    list_filter = ["action"]
    list_select_related = ["version", "previous", "actor"]


def confusion_table(metrics: dict[str, Any]) -> SafeString:
    """Return the confusion matrix as a table: a row for each true class, a column for each answer."""
    classes = metrics.get("classes", [])
    head = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in classes))
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (name, format_html_join("", "<td>{}</td>", ((count,) for count in counts)))
            for name, counts in zip(classes, metrics.get("confusion", []), strict=False)
        ),
    )
    corner = _("drawn / read")
    return format_html(
        '<table class="figures"><thead><tr><th>{}</th>{}</tr></thead><tbody>{}</tbody></table>',
        corner,
        head,
        rows,
    )
