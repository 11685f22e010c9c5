"""/training: what is being trained now, live, and what came of the runs before."""

import hashlib
import json

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from training.augmenting import illustrations
from training.models import ModelVersion, Network, TrainingRun
from training.pages.plots import history_plots
from training.runs import progress
from training.versions import registry

PICTURED = ("3", "5", "7", "8")  # digits made for this page, each as training alters it

TEXTS = {
    "epoch": _("epoch"),
    "announcement": _("Epoch {epoch} is done: {accuracy} of the validation drawings are read correctly."),
    "secondsLeft": _("about {count} seconds left"),
    "minutesLeft": _("about {count} minutes left"),
}
"""What the scripts of the page say; they fill in what stands in braces."""


def plot_files() -> dict[str, str]:
    """Return where browsers find uPlot, or nothing where npm was not to be had when the site was set up."""
    try:
        return {"script": static("vendor/uplot/uplot.js"), "style": static("vendor/uplot/uplot.css")}
    except ValueError:
        return {}


@require_safe
def training(request: HttpRequest) -> HttpResponse:
    active, past = progress.now(), progress.past()
    shown = next((run for run in active if run.started_at), None) or next((run for run in past if run.history), None)
    live = [version for name in Network.values if (version := registry.published(name))]
    context = {
        "active": active,
        "past": past,
        "shown": shown,
        "curves": history_plots(shown.history) if shown else [],
        "live": live,
        "altered": [picture for digit in PICTURED for picture in illustrations.altered(digit)[:8]],
        "run_count": TrainingRun.objects.public().count(),
        "version_count": ModelVersion.objects.public().count(),
        "plot_files": plot_files(),
        "texts": TEXTS,
        "may_retrain": request.user.has_perm("training.add_trainingrun"),
    }
    return render(request, "training/training.html", context)


@require_safe
def training_now(request: HttpRequest) -> HttpResponseBase:
    """Return the active runs and the one that ended last, for a page that is watched. Asked once a second or two."""
    runs = [*progress.now(), *progress.past(1)]
    content = json.dumps({"runs": [progress.as_json(run) for run in runs]}).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(content, content_type="application/json")
    response["ETag"] = etag
    patch_cache_control(response, public=True, no_cache=True)
    return response
