"""The pages for people: the board at `/`, and what one may want to read about it.

None of them asks the database, so they come up while it is away.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from datasets.labels import DIGITS
from recognizer import engine, texts


@require_safe
def draw(request: HttpRequest) -> HttpResponse:
    config = {
        "urls": {
            **addresses(),
            "drawings": reverse("datasets:drawings"),
            "deletion": reverse("datasets:delete-all"),  # of one drawing: its id follows, and its token
            "published": reverse("training:api-published"),
            "engine": engine.urls(),
        },
        "consentVersion": settings.CONSENT_VERSION,
        "texts": texts.DRAW | {"lab": texts.LAB},
    }
    return render(request, "recognizer/draw.html", {"digits": DIGITS, "config": config})


def addresses() -> dict[str, str]:
    """Return what the scripts of other apps' pages may ask as well."""
    return {"predict": reverse("recognizer:predict")}


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "recognizer/privacy.html")
