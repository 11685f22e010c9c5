"""/models/try: up to five versions, dense and convolutional, read one drawing beside each other.

They answer on the server, whether they were ever live or not. Like `predict`, the endpoint is blind to cookies.
"""

import logging
import re
import time
from base64 import b64encode
from typing import Any

import orjson
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from datasets.errors import InvalidInput
from datasets.preprocessing.normalization import encode_png
from recognizer.inputs import Picture, parse_request
from recognizer.prediction import DECIMALS
from recognizer.shelf import tried
from recognizer.views.predict import payload_of
from training.errors import TrainingError
from training.models import ModelVersion, Network, VersionState
from training.selection import CLASSES

logger = logging.getLogger(__name__)

MOST = 5  # versions at once
OFFERED = 60  # of each network, the newest
TEXTS = {
    "empty": _("Draw something: the chosen versions answer side by side."),
    "tooMany": _("At most {most} at once: leave one out first."),
    "none": _("Choose at least one version."),
    "several": _("{count} symbols: the networks take them for one."),
    "digit": _("digit"),
    "not-a-digit": _("not a digit"),
    "milliseconds": _("{ms} ms"),
    "agree": _("All say the same."),
    "agreeUnsure": _("All say the same, but not all of them are sure of it."),
    "networks": dict(Network.choices),
    "differ": _("They do not agree."),
    "share": _("{share} for {answer}"),
    "problems": {
        "unreachable": _("The site could not be reached. Your drawing is still here."),
        "other": _("No answer this time. Your drawing is still here: change it, or try again in a moment."),
    },
    "unreadable": _("This version cannot be loaded at the moment."),
}
"""What the scripts of the page say; they fill in what stands in braces."""

NAME = re.compile(r"(digits|digit-or-not)/([1-9][0-9]{0,8})")


@require_safe
def trying(request: HttpRequest) -> HttpResponse:
    """Show the board and the versions to choose from; the first ones are chosen."""
    offered = {network: list(_offered(network)) for network in Network.values}
    config = {"url": reverse("recognizer:predict-with"), "most": MOST, "texts": TEXTS}
    context = {
        "groups": [(Network(network).label, versions) for network, versions in offered.items()],
        "chosen": {version.name for version in _first(offered[Network.DIGITS])},
        "most": MOST,
        "config": config,
    }
    return render(request, "recognizer/try.html", context)


@csrf_exempt
@require_POST
def predict_with(request: HttpRequest) -> HttpResponse:
    """Read one drawing with the versions that the request names."""
    payload = payload_of(request)
    names = payload.pop("versions", None) if isinstance(payload, dict) else None
    versions = _named(names)
    picture = parse_request(payload)
    if isinstance(picture, list):
        raise InvalidInput("invalid_request", "Expected one drawing, received a batch.")
    content = {
        "symbols": len(picture.symbols),
        "normalized": b64encode(encode_png(picture.normalized)).decode(),
        "answers": [_answer(version, picture) for version in versions],
    }
    response = HttpResponse(orjson.dumps(content), content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


def _answer(version: ModelVersion, picture: Picture) -> dict[str, Any]:
    """Return what one version says of the drawing as a whole, or why it cannot be asked."""
    about = {"network": version.network, "number": version.number, "architecture": version.architecture}
    try:
        network = tried.take(version).litert
    except TrainingError as error:
        logger.warning("%s cannot be tried: %s", version, error.message)
        return {**about, "error": {"code": error.code, "message": error.public_message}}
    started = time.perf_counter()
    probabilities = network.predict(picture.normalized)
    milliseconds = 1000 * (time.perf_counter() - started)
    classes = CLASSES[version.network]
    return {
        **about,
        "classes": classes,
        "answer": classes[int(probabilities.argmax())],
        "probabilities": [round(probability, DECIMALS) for probability in probabilities.tolist()],
        "milliseconds": round(milliseconds, 3),
    }


def _named(names: object) -> list[ModelVersion]:
    """Return the public versions of these names, in their order; raises InvalidInput when one is none."""
    if not isinstance(names, list) or not 1 <= len(names) <= MOST or not all(isinstance(n, str) for n in names):
        received = f"{len(names)}" if isinstance(names, list) else type(names).__name__
        raise InvalidInput("invalid_versions", f"Expected 1 to {MOST} names of versions, received {received}.")
    wanted = Q(pk__in=[])
    for name in names:
        match = NAME.fullmatch(name)
        if match is None:
            raise InvalidInput("invalid_versions", f'Expected names such as "digits/3", received {name[:40]!r}.')
        wanted |= Q(network=match[1], number=int(match[2]))
    found = {version.name: version for version in ModelVersion.objects.public().filter(wanted)}
    missing = [name for name in names if name not in found]
    if missing:
        raise InvalidInput("unknown_version", f"Expected versions that there are, received {', '.join(missing)}.")
    return [found[name] for name in dict.fromkeys(names)]


def _offered(network: str) -> Any:
    rows = ModelVersion.objects.public().of_network(network).with_state()
    return rows.only("network", "number", "architecture").order_by("-number")[:OFFERED]


def _first(versions: list[ModelVersion]) -> list[ModelVersion]:
    """Return the live version and the newest of each other architecture: those that differ most."""
    live_first = sorted(versions, key=lambda version: version.state != VersionState.LIVE)  # type: ignore[attr-defined]
    by_architecture: dict[str, ModelVersion] = {}
    for version in live_first:
        by_architecture.setdefault(version.architecture, version)
    return list(by_architecture.values())[:MOST]
