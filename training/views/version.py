"""/models/<network>/<number>: one version, from its picture down to its last figure."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.core.files.storage import storages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from datasets.membership import withdrawn_since
from training.errors import UnreadableArtifact
from training.models import ModelVersion
from training.pages.confusion import matrix_of
from training.pages.plots import calibration_plot, history_plots, robustness_plots
from training.pages.portraits import portrait
from training.pages.showing import Reading, galleries, readings_of
from training.pages.texts import PURPOSES
from training.selection import CLASSES
from training.versions import registry
from training.versions.cards import rendered
from training.versions.predictions import Predictions, stored_with

CELL_PAGE = 60
SAMPLES, MISTAKES, FLIPS = 24, 24, 48  # drawings shown of each
DRAWN_FROM = 160  # test drawings among which samples with a picture are looked for


@dataclass(frozen=True)
class Cell:
    """The drawings of one class that were read as another (or as it), a page of them."""

    actual: int
    predicted: int
    count: int
    page: Page[int]
    readings: list[Reading]


@require_safe
def version(request: HttpRequest, network: str, number: int) -> HttpResponse:
    shown = get_object_or_404(
        ModelVersion.objects.public().with_state().select_related("dataset_version", "trunk", "run"),
        network=network,
        number=number,
    )
    figures, classes = shown.metrics, CLASSES[shown.network]
    predictions = _predictions(shown)
    cell = _cell(request, predictions, classes) if predictions else None
    samples = readings_of(predictions, predictions.some(DRAWN_FROM, shown.pk)) if predictions else []
    mistakes = [Reading(m["content"], m["actual"], m["predicted"], m["probability"]) for m in figures.get("worst", [])]
    flips = readings_of(predictions, predictions.named(_flips(figures))) if predictions else []
    flip_gallery, sample_gallery, mistake_gallery, cell_gallery = galleries(
        classes,
        (flips, FLIPS),
        (samples, SAMPLES),
        (mistakes, MISTAKES),
        (cell.readings if cell else [], CELL_PAGE),
    )
    may_publish = request.user.has_perm("training.change_publication")
    context = {
        "version": shown,
        "figures": figures,
        "purpose": PURPOSES[network],
        "portrait": portrait(figures.get("layers", [])),
        "portrait_label": _("The layers, from the drawing on the left to the answer on the right"),
        "matrix": matrix_of(figures, chosen=(cell.actual, cell.predicted) if cell else None),
        "cell": cell,
        "cell_gallery": cell_gallery,
        "samples": replace(sample_gallery, hidden=0),
        "mistakes": mistake_gallery,
        "flips": flip_gallery,
        "unreadable": predictions is None,
        "withdrawn": shown.dataset_version and withdrawn_since(shown.dataset_version),
        "calibration": calibration_plot(figures),
        "robustness": robustness_plots(figures),
        "settings": _settings(shown.config),
        "history": history_plots(figures.get("history", [])),
        "card": rendered(shown.card),
        "events": shown.publish_events.select_related("actor", "previous").order_by("-pk"),
        "files": files_of(shown),
        "live": registry.published(network),
        "before": registry.before(shown) if may_publish and shown.state == "live" else None,  # type: ignore[attr-defined]
        "may_publish": may_publish,
    }
    return render(request, "training/version.html", context)


def files_of(shown: ModelVersion) -> list[dict[str, Any]]:
    """Return the files to download, which only a version shows that is or was live."""
    if shown.state not in {"live", "once-live"}:  # type: ignore[attr-defined]
        return []
    sizes = shown.metrics.get("export", {})
    described = [
        ("tflite", shown.tflite_path, shown.tflite_sha256, _("LiteRT: to read drawings with, here and in browsers")),
        ("keras", shown.keras_path, shown.keras_sha256, _("Keras: to train on, and to look inside")),
    ]
    return [
        {
            "name": f"{shown.network}-{shown.number}.{kind}",
            "url": storages["artifacts"].url(path),
            "sha256": sha256,
            "bytes": sizes.get(f"{kind}_bytes"),
            "text": text,
        }
        for kind, path, sha256, text in described
    ]


def _settings(config: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the settings of a run in one list, those of the augmentation behind the others."""
    nested = config.get("augmentation", {})
    return [(k, v) for k, v in config.items() if k != "augmentation"] + list(nested.items())


def _predictions(shown: ModelVersion) -> Predictions | None:
    try:
        return stored_with(shown)
    except UnreadableArtifact:  # the page has much else to say
        return None


def _cell(request: HttpRequest, predictions: Predictions, classes: list[str]) -> Cell | None:
    """Return the cell of the confusion matrix that the address names, or None; an unknown one is not found."""
    actual, predicted = request.GET.get("actual"), request.GET.get("predicted")
    if actual is None and predicted is None:
        return None
    if actual not in classes or predicted not in classes:
        raise Http404
    row, column = classes.index(actual), classes.index(predicted)
    inside = predictions.cell(row, column)
    page = Paginator(inside, CELL_PAGE).get_page(request.GET.get("page"))
    return Cell(row, column, len(inside), page, readings_of(predictions, np.asarray(page.object_list)))


def _flips(figures: dict[str, Any]) -> list[str]:
    comparison = figures.get("gate", {}).get("comparison") or {}
    return list(comparison.get("flips", []))
