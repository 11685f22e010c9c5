"""`/dataset/N`: a version of the dataset, its card, and its files."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from datasets import services
from datasets.cards import card_of, markdown_of
from datasets.errors import InvalidInput
from datasets.exporters.formats import FORMATS, NAMES
from datasets.labels import Label
from datasets.lineage import descendants_of
from datasets.membership import withdrawn_since
from datasets.models import DatasetVersion, Drawing, Split
from datasets.pages import plots
from datasets.views.gallery import sheet_context

SAMPLES_SHOWN = 12  # of each label
REFRESH_SECONDS = 3

ABOUT_FORMATS = {
    "idx": _("The four files of MNIST, gzipped, in a zip: every reader of MNIST reads them."),
    "npz": _("Arrays for NumPy: pictures, labels and manifest rows of each split."),
    "ndjson": _("A drawing a line, gzipped: strokes with times as in Quick, Draw!, and all that is known about it."),
    "png": _("Folders of pictures by split and label, in a zip."),
    "manifest": _("Which drawings, under which labels, in which split: a table without pictures."),
}


@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    version = _public(number)
    counts = [(label.value, str(label.label), _count(version, label.value)) for label in Label]
    context = {
        "version": version,
        "revision": version.revision(),
        "withdrawn": withdrawn_since(version),
        "hands": sum(source["hands"] for source in version.facts.get("sources", {}).values()),
        "bars": plots.bars(counts),
        "rows": [_row(version, label) for label in Label],
        "totals": [version.count(split) for split in Split.values],
        "splits": list(Split),
        "samples": sheet_context(samples_of(version), SAMPLES_SHOWN),
        "card": card_of(version),
        "downloads": downloads_of(version),
        "descendants": descendants_of(version),
        "newer": DatasetVersion.objects.public().filter(number=number + 1).first(),
        "older": DatasetVersion.objects.public().filter(number=number - 1).first(),
    }
    return render(request, "datasets/dataset_version.html", context)


@require_safe
def export(request: HttpRequest, number: int, format: str) -> HttpResponse:
    """The way to a file for people: to the file, or to a page that waits for it."""
    version = _public(number)
    try:
        export = services.request_export(version, format)
    except InvalidInput:
        return redirect("datasets:version", number)
    file = f"{reverse('datasets:api-export', args=[number])}?format={format}"
    has_waited = "waited" in request.GET
    if export.is_ready and not has_waited:
        return redirect(file)
    progress = services.progress_of(export)
    context = {
        "version": version,
        "export": export,
        "file": file,
        "percent": None if progress is None else round(100 * progress),
    }
    response = render(request, "datasets/dataset_export.html", context, status=200 if export.is_ready else 202)
    if export.is_ready:
        response["Refresh"] = f"0; url={file}"  # a download: the page stays, and says that it has come
    elif not export.error:
        response["Refresh"] = f"{REFRESH_SECONDS}; url={request.path}?waited"
    return response


@require_safe
def card(request: HttpRequest, number: int) -> HttpResponseBase:
    response = HttpResponse(markdown_of(_public(number)), content_type="text/markdown; charset=utf-8")
    patch_cache_control(response, public=True, max_age=3600)
    return response


def samples_of(version: DatasetVersion) -> list[int | None]:
    """Return the ids of some drawings that are still public, a row of each label; None where there are too few."""
    chosen: dict[str, list[int]] = version.facts.get("samples", {})
    wanted = [pk for ids in chosen.values() for pk in ids]
    shown = set(Drawing.objects.publicly_shown().filter(pk__in=wanted).values_list("pk", flat=True))
    samples: list[int | None] = []
    for label in Label:
        some = [pk for pk in chosen.get(label.value, []) if pk in shown][:SAMPLES_SHOWN]
        if some:
            samples += [*some, *[None] * (SAMPLES_SHOWN - len(some))]
    return samples


def downloads_of(version: DatasetVersion) -> list[dict[str, Any]]:
    revision = version.revision()
    ready = {export.format: export for export in version.exports.ready().filter(revision=revision)}
    return [
        {"format": format, "name": NAMES[format], "about": ABOUT_FORMATS[format], "export": ready.get(format)}
        for format in FORMATS
    ]


def _public(number: int) -> DatasetVersion:
    return get_object_or_404(DatasetVersion.objects.public(), number=number)


def _count(version: DatasetVersion, label: str) -> int:
    return sum(version.count(split, [label]) for split in Split.values)


def _row(version: DatasetVersion, label: Label) -> dict[str, Any]:
    counts = [version.count(split, [label.value]) for split in Split.values]
    return {"label": label, "counts": counts, "total": sum(counts)}
