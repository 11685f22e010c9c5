"""Training runs: start them, watch them, cancel them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from datasets.admin.reading import ReadOnlyAdmin, ask
from datasets.errors import DigitsiteError
from training import services
from training.admin.forms import RetrainForm
from training.models import TrainingRun

STATE_COLOURS = {
    TrainingRun.State.SUCCEEDED.value: "success",
    TrainingRun.State.FAILED.value: "danger",
    TrainingRun.State.CANCELLED.value: "warning",
}


@admin.register(TrainingRun)
class TrainingRunAdmin(ReadOnlyAdmin, ModelAdmin):
    list_display = ["number", "network", "shown_state", "shown_progress", "outcome_or_step", "created_at"]
    list_filter = ["network", "state"]
    ordering = ["-id"]
    actions_list = ["retrain"]
    actions_detail = ["cancel", "retry"]
    fieldsets = [
        (None, {"fields": ["network", "state", "shown_progress", "outcome_or_step", "shown_error"]}),
        (_("Epochs"), {"fields": ["shown_history"]}),
        (
            _("Made from"),
            {
                "fields": [
                    "dataset_version",
                    "architecture",
                    "start_from",
                    "trunk",
                    "publish",
                    "sources",
                    "config",
                ]
            },
        ),
        (
            _("On record"),
            {
                "fields": [
                    "trigger",
                    "created_by",
                    "after",
                    "worker",
                    "attempts",
                    "created_at",
                    "started_at",
                    "ended_at",
                ]
            },
        ),
    ]

    def has_retrain_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("training.add_trainingrun"))

    @display(description=_("run"), ordering="id")
    def number(self, run: TrainingRun) -> str:
        return f"#{run.pk}"

    @display(description=_("state"), label=STATE_COLOURS)
    def shown_state(self, run: TrainingRun) -> tuple[str, str]:
        return run.state, run.get_state_display()

    @display(description=_("progress"))
    def shown_progress(self, run: TrainingRun) -> SafeString:
        percent = round(100 * run.progress)
        return format_html('<progress max="100" value="{}"></progress> {}%', percent, percent)

    @display(description=_("outcome"))
    def outcome_or_step(self, run: TrainingRun) -> str:
        return run.outcome or run.step

    @display(description=_("error"))
    def shown_error(self, run: TrainingRun) -> str:
        return run.error or "-"

    @display(description=_("figures by epoch"))
    def shown_history(self, run: TrainingRun) -> SafeString:
        row = "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>"
        rows = format_html_join("", row, map(_epoch_cells, run.history))
        heads = [
            _("epoch"),
            _("loss"),
            _("accuracy"),
            _("validation loss"),
            _("validation accuracy"),
            _("time"),
        ]
        head = format_html_join("", "<th>{}</th>", ((text,) for text in heads))
        return format_html('<table class="figures"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, rows)

    @action(description=_("Retrain"), url_path="retrain", permissions=["retrain"], icon="model_training")
    def retrain(self, request: HttpRequest) -> HttpResponse:
        """Ask for the settings, and start a run of one network or of both."""
        form = RetrainForm(
            request.POST or None,
            initial={"networks": request.GET.get("network", "both")},
            may_publish_always=request.user.has_perm("training.publish_always"),
        )
        if form.is_valid():
            try:
                runs = services.retrain(
                    form.chosen_networks(),
                    actor=request.user,
                    trigger=str(request.user),
                    **form.run_options(),
                )
            except DigitsiteError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("Started: %s") % ", ".join(str(run) for run in runs))
                return redirect("admin:training_trainingrun_changelist")
        return ask(request, self.admin_site, form, opts=self.opts, title=_("Retrain"), submit=_("Start training"))

    @action(description=_("Cancel"), url_path="cancel", permissions=["retrain"], icon="cancel")
    def cancel(self, request: HttpRequest, object_id: int) -> HttpResponse:
        run = get_object_or_404(TrainingRun, pk=object_id)
        if request.method == "POST":
            if services.cancel_run(run):
                messages.success(request, _("%s is cancelled.") % run)
            else:
                messages.warning(request, _("%s had already ended.") % run)
            return redirect("admin:training_trainingrun_change", object_id)
        title = _("Cancel %s?") % run
        return ask(request, self.admin_site, forms.Form(), opts=self.opts, title=title, submit=_("Cancel the run"))

    @action(description=_("Run again"), url_path="retry", permissions=["retrain"], icon="refresh")
    def retry(self, request: HttpRequest, object_id: int) -> HttpResponse:
        run = get_object_or_404(TrainingRun, pk=object_id)
        form = forms.Form(request.POST or None)
        if request.method == "POST":
            try:
                again = services.retry_run(run, actor=request.user)  # type: ignore[arg-type]
            except DigitsiteError as error:
                messages.error(request, error.message)
                return redirect("admin:training_trainingrun_change", object_id)
            messages.success(request, _("Started: %s") % again)
            return redirect("admin:training_trainingrun_change", again.pk)
        title = _("Run %s again?") % run
        text = _("The same data, the same settings, the same seed.")
        return ask(request, self.admin_site, form, opts=self.opts, title=title, text=text, submit=_("Start training"))


def _epoch_cells(figures: dict[str, Any]) -> tuple[str, ...]:
    return (
        str(figures["epoch"]),
        f"{figures['loss']:.4f}",
        f"{figures['accuracy']:.2%}",
        f"{figures['validation_loss']:.4f}",
        f"{figures['validation_accuracy']:.2%}",
        f"{figures['seconds']:.0f} s",
    )
