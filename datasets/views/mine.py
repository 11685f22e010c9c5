"""`/contribute/mine`: what one has given, and what became of each drawing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from datasets.contributors import contributor_of
from datasets.journeys import Reading, readings_of
from datasets.models import DatasetItem, Drawing
from datasets.pages.gallery import Place
from datasets.pages.pictures import picture_of

PAGE = 24


@dataclass(frozen=True)
class Journey:
    """A drawing, and the stations behind it."""

    drawing: Drawing
    picture: str
    items: list[DatasetItem]  # in public dataset versions, the newest first
    readings: list[Reading]  # the earliest first

    @property
    def is_fresh(self) -> bool:
        return timezone.now() - self.drawing.created_at < timedelta(minutes=1)


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    given = Drawing.objects.given_by(contributor_of(request))
    before = Place.asked(request.GET).before
    page = given.filter(pk__lt=before) if before else given
    found = list(page.select_related("content").order_by("-pk")[: PAGE + 1])
    drawings = found[:PAGE]
    counts: dict[str, int] = dict(given.values_list("status").annotate(Count("pk")).order_by())
    context: dict[str, Any] = {
        "journeys": journeys_of(drawings),
        "statuses": [(status, counts.get(status.value, 0)) for status in Drawing.Status],
        "total": sum(counts.values()),
        "is_later_page": bool(before),
        "older": drawings[-1].pk if len(found) > PAGE else 0,
    }
    return render(request, "datasets/mine.html", context)


def journeys_of(drawings: list[Drawing]) -> list[Journey]:
    """Return the journeys of drawings that were read with their contents, in the same order."""
    items: dict[int, list[DatasetItem]] = {}
    found = DatasetItem.objects.filter(drawing__in=drawings, version__room=None)
    for item in found.select_related("version").order_by("-version__number"):
        items.setdefault(item.drawing_id or 0, []).append(item)
    readings = readings_of(drawings)
    return [
        Journey(drawing, picture_of(drawing), items.get(drawing.pk, []), readings.get(drawing.pk, []))
        for drawing in drawings
    ]
