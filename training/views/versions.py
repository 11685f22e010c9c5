"""/models: which versions there are and which are live."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from training.models import ModelVersion, Network
from training.pages.charts import Chart, Series, line_chart
from training.pages.numbers import percent, short_percent
from training.pages.portraits import portrait
from training.pages.texts import PURPOSES
from training.versions import registry

PER_PAGE = 25
MOST_IN_PLOT = 40
HEAVY = ["metrics", "config", "card", "self_test"]  # not needed for a row of a table


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    network = request.GET.get("network", "")
    rows = _rows()
    if network in Network.values:
        rows = rows.filter(network=network)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "portrait_label": _("The layers, from the drawing on the left to the answer on the right"),
        "live": [_live(name) for name in Network.values],
        "page": page,
        "network": network,
        "networks": Network.choices,
        "plots": [plot for name in Network.values if (plot := _accuracies(name))],
    }
    return render(request, "training/versions.html", context)


def _live(network: str) -> dict[str, Any]:
    version = registry.published(network)
    return {
        "network": network,
        "name": Network(network).label,
        "purpose": PURPOSES[network],
        "version": version,
        "portrait": portrait(version.metrics.get("layers", [])) if version else None,
    }


def _rows() -> QuerySet[ModelVersion]:
    """Return the public versions, the newest first, with the few figures that a table shows."""
    return (
        ModelVersion.objects.public()
        .with_state()
        .select_related("dataset_version")
        .annotate(
            accuracy=F("metrics__accuracy"),
            interval=F("metrics__accuracy_interval"),
            tested=F("metrics__n"),
            counts=F("metrics__parameters"),
            size=F("metrics__export__tflite_bytes"),
            milliseconds=F("metrics__milliseconds"),
        )
        .defer(*HEAVY)
        .order_by("-created_at", "-pk")
    )


def _accuracies(network: str) -> Chart | None:
    """Return the test accuracy of each version of a network, the latest ones."""
    latest = (
        ModelVersion.objects.public()
        .of_network(network)
        .filter(metrics__accuracy__isnull=False)
        .order_by("-number")
        .values_list("number", "metrics__accuracy", "metrics__accuracy_interval")[:MOST_IN_PLOT]
    )
    rows = sorted(latest)
    if len(rows) < 2:
        return None
    label = Network(network).label
    series = Series(str(label), [(n, a) for n, a, i in rows], [tuple(i or (a, a)) for n, a, i in rows])
    return line_chart(str(label), [series], x_name="", y_name="", y_text=percent, y_tick=short_percent)
