"""Training runs: start them, watch them, cancel them."""

from typing import Any

from django.contrib import admin, messages
from django.forms import Form, Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from datasets.admin.filters import RoomFilter
from datasets.admin.reading import ReadOnlyAdmin, ask, moderator_of
from datasets.errors import DigitsiteError
from datasets.ids import id_in
from training import services
from training.admin.forms import CancelForm, RetrainForm, like
from training.admin.panel import obstacle_of, outcome_of, panel, time_left
from training.admin.settings_form import SettingsForm, table
from training.augmenting import preview
from training.models import TrainingRun
from training.pages import tensorboard
from training.pages.texts import source_name
from training.sentences import folded, retold

PLAIN = "text/plain; charset=utf-8"
STATE_COLOURS = {
    **dict.fromkeys(TrainingRun.State.values, "info"),  # the theme shows the name only of those that are listed
    TrainingRun.State.SUCCEEDED.value: "success",
    TrainingRun.State.FAILED.value: "danger",
    TrainingRun.State.CANCELLED.value: "warning",
}


@admin.register(TrainingRun)
class TrainingRunAdmin(ReadOnlyAdmin, ModelAdmin):
    list_display = ["number", "network", "shown_state", "shown_progress", "what_happens", "trigger", "created_at"]
    list_filter = ["network", "state", "schedule", RoomFilter]
    ordering = ["-id"]
    empty_text = _("Retrain, at the top, starts the first run; a schedule can do it as well.")
    actions_list = ["retrain"]
    actions_detail = ["cancel", "retry", "clone", "tensorboard"]
    fieldsets = [
        (None, {"fields": ["network", "now"]}),
        (
            _("Made from"),
            {
                "fields": [
                    *("dataset_version", "data_as_of", "shown_architecture", "start_from", "shown_trunk"),
                    *("publish", "shown_sources", "shown_settings"),
                ]
            },
        ),
        (
            _("On record"),
            {
                "fields": [
                    *("trigger", "schedule", "after", "worker", "attempts"),
                    *("created_at", "started_at", "ended_at"),
                ]
            },
        ),
    ]

    class Media:
        css = {"all": ["css/models.css"]}  # of the curves
        js = [Script("js/admin/run.js", type="module")]

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("preview.png", self.admin_site.admin_view(self.preview), name="training_trainingrun_preview"),
            path("<int:run_id>/panel", self.admin_site.admin_view(self.panel), name="training_trainingrun_panel"),
        ]
        return [*own, *super().get_urls()]

    def has_retrain_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("training.add_trainingrun"))

    def has_cancel_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self.has_retrain_permission(request) and self._is_active(object_id) is not False

    def has_retry_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self.has_retrain_permission(request) and self._is_active(object_id) is not True

    def has_logs_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        learned = TrainingRun.objects.exclude(history=[]).filter(pk=id_in(object_id))
        return self.has_view_permission(request) and learned.exists()

    @display(description=_("run"), ordering="id")
    def number(self, run: TrainingRun) -> str:
        return f"#{run.pk}"

    @display(description=_("state"), label=STATE_COLOURS)
    def shown_state(self, run: TrainingRun) -> tuple[str, Any]:
        return run.state, run.get_state_display()

    @display(description=_("progress"))
    def shown_progress(self, run: TrainingRun) -> SafeString | str:
        if not run.is_active:
            return ""
        percent = round(100 * run.progress)
        return format_html('<progress max="100" value="{}"></progress> {}%', percent, percent)

    @display(description=_("what happens"))
    def what_happens(self, run: TrainingRun) -> str:
        """Return the outcome; of an active run what holds it up, or what it does and for how long."""
        if not run.is_active:
            return folded(retold(outcome_of(run))).sentence
        place = run.queue_position
        parts = [
            retold(obstacle_of(run)),
            _("place %s in the queue") % place if place else "",
            retold(run.step),
            _("%s left for this step") % time_left(run) if time_left(run) else "",
        ]
        return ", ".join(str(part) for part in parts if part)

    @display(description=_("settings"))
    def shown_settings(self, run: TrainingRun) -> SafeString:
        return table(run.config)

    @display(description=_("sources"))
    def shown_sources(self, run: TrainingRun) -> str:
        return ", ".join(map(source_name, run.sources)) or gettext("all sources")

    @display(description=_("architecture"))
    def shown_architecture(self, run: TrainingRun) -> str:
        return run.built_as or gettext("that of the version whose layers it takes over")

    @display(description=_("layers taken over from"))
    def shown_trunk(self, run: TrainingRun) -> str:
        return str(run.trunk or "-")

    @display(description=_("now"))
    def now(self, run: TrainingRun) -> SafeString:
        address = reverse("admin:training_trainingrun_panel", args=[run.pk])
        return format_html('<div data-run-panel="{}">{}</div>', address, panel(run))

    def panel(self, request: HttpRequest, run_id: int) -> HttpResponse:
        run = get_object_or_404(TrainingRun, pk=run_id)
        if not self.has_view_permission(request, run):
            return HttpResponse(status=403)
        return HttpResponse(panel(run))

    def preview(self, request: HttpRequest) -> HttpResponse:
        """Answer with a picture of augmented samples, or with a text that says why there is none."""
        if not self.has_retrain_permission(request):
            return HttpResponse(status=403)
        asked = request.GET.copy()
        asked.update({"networks": "digits", "publish": "ask", "architecture": services.DEFAULT_ARCHITECTURE})
        form = SettingsForm(asked)
        if not form.is_valid():
            return HttpResponse(_("No preview: one of the settings is out of its range."), content_type=PLAIN)
        options = form.options()
        drawings = preview.samples(options["sources"])
        if not drawings:
            return HttpResponse(_("No preview: there are no approved drawings yet."), content_type=PLAIN)
        return HttpResponse(preview.sheet(drawings, options["config"]), content_type="image/png")

    @action(description=_("Retrain"), url_path="retrain", permissions=["retrain"], icon="model_training")
    def retrain(self, request: HttpRequest) -> HttpResponse:
        """Ask for the settings, and start a run of one network or of both; `like` names a run to begin with."""
        model = TrainingRun.objects.filter(pk=id_in(request.GET.get("like"))).first()
        initial = like(model) if model else {"networks": request.GET.get("network", "both")}
        may_publish_always = request.user.has_perm("training.publish_always")
        form = RetrainForm(request.POST or None, initial=initial, may_publish_always=may_publish_always)
        if form.is_valid():
            try:
                runs = services.retrain(
                    form.chosen_networks(),
                    actor=moderator_of(request),
                    trigger=_trigger(request, model),
                    room=model.room if model else None,
                    **form.run_options(),
                )
            except DigitsiteError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("Started: %s") % ", ".join(str(run) for run in runs))
                return _to(runs[0])
        title = _("Like %s, with changes") % model if model else _("Retrain")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": title,
            "submit_text": _("Start training"),
        }
        return TemplateResponse(request, "admin/settings.html", context)

    @action(description=_("Cancel"), url_path="cancel", permissions=["cancel"], icon="cancel")
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        run = get_object_or_404(TrainingRun, pk=id_in(object_id))
        answer = request.POST if request.method == "POST" else None
        form = CancelForm(answer, followers=list(run.followers.active()))
        if form.is_valid():
            followers = form.cleaned_data.get("followers", False)
            if services.cancel_run(run, followers=followers, actor=moderator_of(request)):
                messages.success(request, _("%s is cancelled.") % run)
            else:
                messages.warning(request, _("%s had already ended.") % run)
            return _to(run)
        title = _("Cancel %s?") % run
        return ask(request, self.admin_site, form, opts=self.opts, title=title, submit=_("Cancel the run"))

    @action(description=_("Run again"), url_path="retry", permissions=["retry"], icon="refresh")
    def retry(self, request: HttpRequest, object_id: str) -> HttpResponse:
        run = get_object_or_404(TrainingRun, pk=id_in(object_id))
        if request.method == "POST":
            try:
                again = services.retry_run(run, actor=moderator_of(request))
            except DigitsiteError as error:
                messages.error(request, error.message)
                return _to(run)
            messages.success(request, _("Started: %s") % again)
            return _to(again)
        title = _("Run %s again?") % run
        text = _("The same data, the same settings, the same seed: the same images in the same order.")
        return ask(request, self.admin_site, Form(), opts=self.opts, title=title, text=text, submit=_("Start training"))

    @action(description=_("Clone with changes"), url_path="clone", permissions=["retrain"], icon="content_copy")
    def clone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(reverse("admin:training_trainingrun_retrain", query={"like": object_id}))

    @action(description=_("TensorBoard logs"), url_path="tensorboard", permissions=["logs"], icon="download")
    def tensorboard(self, request: HttpRequest, object_id: str) -> HttpResponse:
        run = get_object_or_404(TrainingRun, pk=id_in(object_id))
        name = f"{run.network}-run-{run.pk}-tensorboard.zip"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(tensorboard.archive(run), content_type="application/zip", headers=disposition)

    def _is_active(self, object_id: str | None) -> bool | None:
        """Return whether a run is active; None when no run is meant."""
        run = TrainingRun.objects.filter(pk=id_in(object_id)).first()
        return run.is_active if run else None


def _to(run: TrainingRun) -> HttpResponse:
    return redirect("admin:training_trainingrun_change", run.pk)


def _trigger(request: HttpRequest, model: TrainingRun | None) -> str:
    return f"{request.user}, like run {model.pk}" if model else str(request.user)
