"""`/dataset`: what the crowd has drawn, to look at; and each drawing by itself."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from datasets.errors import InvalidInput
from datasets.labels import Label
from datasets.licences import licence_of
from datasets.models import DatasetVersion, Drawing
from datasets.pages import gallery as pages
from datasets.pages import plots, statistics
from datasets.pages.pictures import paths_of
from datasets.pages.sheets import MOST_COLUMNS, SIDE, address_of, ids_in, sheet_of
from datasets.preprocessing.strokes import publishable

COLUMNS = 10  # of a page's sheet
VERSIONS_SHOWN = 10
SHEET_SECONDS = 300  # that a browser keeps a sheet: so long it may show what was reported meanwhile


@dataclass(frozen=True)
class Tile:
    """A drawing on a sheet: the sheet is moved so that only it is seen."""

    drawing: Drawing
    x: int  # of the sheet's corner, in pixels
    y: int


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    place = pages.Place.asked(request.GET)
    page = pages.page_at(place)
    counted = statistics.current()
    versions = DatasetVersion.objects.public().order_by("-number")[:VERSIONS_SHOWN]
    context = {
        "place": place,
        "page": page,
        **sheet_context([drawing.pk for drawing in page.drawings], COLUMNS),
        "tiles": tiles(page.drawings, COLUMNS),
        "statistics": counted,
        "counted_at": datetime.fromtimestamp(counted.counted_at, UTC),
        "mosaic": sheet_context(counted.mosaic, counted.mosaic_columns),
        "bars": _bars(counted, place),
        "labels": _choices(place, "label", [(label.value, label.label) for label in Label]),
        "sources": _choices(place, "source", [(source, source) for source in counted.by_source]),
        "growth": plots.growth(counted.by_day, timezone.localdate()),
        "matching": counted.count(place.label, place.source),
        "versions": versions,
    }
    return render(request, "datasets/dataset_gallery.html", context)


@require_safe
def sheet(request: HttpRequest, columns: int, ids: str) -> HttpResponse:
    """A picture of the drawings with these ids; the places of those that are not public, or no more, stay empty."""
    if not 0 < columns <= MOST_COLUMNS:
        raise InvalidInput("invalid_sheet", f"Expected 1 to {MOST_COLUMNS} columns, received {columns}.")
    wanted = ids_in(ids)
    shown = set(
        Drawing.objects.publicly_shown().filter(pk__in=[pk for pk in wanted if pk]).values_list("pk", flat=True)
    )
    there = [pk if pk in shown else None for pk in wanted]
    digest = hashlib.sha256(f"{columns}/{there}".encode()).hexdigest()
    etag = f'"{digest[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(_picture(there, columns), content_type="image/png")
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=SHEET_SECONDS)
    return response


@require_safe
def drawing(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    drawing = get_object_or_404(Drawing.objects.publicly_shown().select_related("content"), public_id=public_id)
    strokes = publishable(drawing.content.strokes)
    versions = DatasetVersion.objects.public().filter(items__drawing=drawing).order_by("number")
    context: dict[str, Any] = {
        "drawing": drawing,
        "strokes": strokes and paths_of(strokes),
        "licence": licence_of(drawing.source),
        "versions": versions,
        **sheet_context([drawing.pk], 1),
    }
    return render(request, "datasets/dataset_drawing.html", context)


def tiles(drawings: list[Drawing], columns: int) -> list[Tile]:
    """Return the drawings with their places on the sheet that has them in this order."""
    return [
        Tile(drawing, -SIDE * (place % columns), -SIDE * (place // columns)) for place, drawing in enumerate(drawings)
    ]


def sheet_context(ids: Sequence[int | None], columns: int) -> dict[str, Any]:
    """Return the address of a sheet and its size in pixels, for a template."""
    if not ids:
        return {"sheet": "", "width": 0, "height": 0}
    address = reverse("datasets:sheet", args=[columns, address_of(ids)])
    return {"sheet": address, "width": SIDE * columns, "height": SIDE * -(-len(ids) // columns)}


def _picture(ids: list[int | None], columns: int) -> bytes:
    wanted = [pk for pk in ids if pk is not None]
    pixels = dict(Drawing.objects.publicly_shown().filter(pk__in=wanted).values_list("pk", "content__normalized"))
    return sheet_of([bytes(pixels[pk]) if pk in pixels else None for pk in ids], columns)


def _bars(counted: statistics.Statistics, place: pages.Place) -> list[dict[str, Any]]:
    """Return the counts of the labels, of the chosen source, each with the way to its drawings."""
    counts = [(label.value, str(label.label), counted.count(label.value, place.source)) for label in Label]
    return [{"bar": bar, "query": pages.Place(bar.key, place.source).query()} for bar in plots.bars(counts)]


def _choices(place: pages.Place, name: str, values: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    """Return the values of a filter with the way to each; the first is "all", the empty one."""
    return [
        {
            "value": value,
            "text": text,
            "query": place.query(**{name: value}, before=0, after=0),
            "chosen": getattr(place, name) == value,
        }
        for value, text in [("", ""), *values]
    ]
