"""How it works, and help: what the site does in words and pictures, with the figures of the versions that are live.

Both come up while the database is away: then How it works leaves the figures out.
"""

from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from datasets.labels import DIGITS, Label
from datasets.models import Drawing
from recognizer.controls import GROUPS
from training.augmenting import illustrations
from training.models import ModelVersion, Network
from training.pages.plots import history_plots
from training.pages.portraits import Portrait, portrait
from training.pages.showing import Picture, pictures_of
from training.pages.texts import PURPOSES
from training.versions import registry

SAMPLES, OTHER_SAMPLES = 32, 10


@dataclass(frozen=True)
class Explained:
    """A live version and what the page draws of it."""

    version: ModelVersion
    name: str
    purpose: str
    portrait: Portrait | None
    trunk_parameters: int  # of the layers that a digits network has lent, or lends
    head_parameters: int


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    live, samples = _figures()
    digits = next((one for one in live if one.version.network == Network.DIGITS), None)
    other = next((one for one in live if one.version.network == Network.DIGIT_OR_NOT), None)
    context = {
        "live": live,
        "digits": digits,
        "other": other,
        "curves": history_plots(digits.version.metrics.get("history", [])) if digits else [],
        "samples": samples,
        "steps": illustrations.steps(),
        "altered": illustrations.altered(),
        "made_digits": [(name, illustrations.seen(name)) for name in illustrations.DIGITS],
        "made_others": [illustrations.seen(name) for name in illustrations.OTHERS],
    }
    return render(request, "recognizer/about.html", context)


@require_safe
def how_to(request: HttpRequest) -> HttpResponse:
    return render(request, "recognizer/help.html", {"steps": illustrations.steps(), "groups": GROUPS})


def _figures() -> tuple[list[Explained], list[Picture]]:
    """Return the live versions and some drawings that may be shown; nothing of it while the database is away."""
    try:
        versions = [version for network in Network.values if (version := registry.published(network))]
        return [_explained(version) for version in versions], _samples()
    except (OperationalError, InterfaceError):
        return [], []


def _samples() -> list[Picture]:
    """Return pictures of some drawings that may be shown, mostly digits; random ids put them in no order."""
    drawings = Drawing.objects.publicly_shown().order_by("public_id").values_list("content_hash", flat=True)
    digits = drawings.filter(final_label__in=DIGITS)[:SAMPLES]
    others = drawings.filter(final_label=Label.NOT_A_DIGIT)[:OTHER_SAMPLES]
    return list(pictures_of([*digits, *others]).values())


def _explained(version: ModelVersion) -> Explained:
    layers: list[dict[str, Any]] = version.metrics.get("layers", [])
    sizes = {part: sum(_size(layer) for layer in layers if layer["part"] == part) for part in ("trunk", "head")}
    return Explained(
        version=version,
        name=str(version.get_network_display()),
        purpose=str(PURPOSES[version.network]),
        portrait=portrait(layers),
        trunk_parameters=sizes["trunk"],
        head_parameters=sizes["head"],
    )


def _size(layer: dict[str, Any]) -> int:
    return int(layer["trainable"]) + int(layer["non_trainable"])
