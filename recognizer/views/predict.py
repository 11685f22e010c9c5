"""`POST /api/v1/predict`: a plain view, because the REST framework would nearly double its cost.

It reads no cookie, opens no session and asks neither the database nor the broker, so it goes on while they
are away.
"""

import json
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from datasets.errors import DigitsiteError, InvalidInput, UnsupportedType
from recognizer import metrics, serving
from recognizer.inputs import parse_request
from recognizer.prediction import Stopwatch, answer


@csrf_exempt
@require_POST
def predict(request: HttpRequest) -> HttpResponse:
    """Read one drawing, or up to 256."""
    try:
        return _predict(request)
    except DigitsiteError as error:
        metrics.REFUSALS.labels(error.code).inc()
        raise


def _predict(request: HttpRequest) -> HttpResponse:
    pictures = parse_request(payload_of(request))
    pair = serving.live()  # read once: a swap in the middle of a batch changes nothing for it
    watch = Stopwatch()
    content: dict[str, Any]
    if isinstance(pictures, list):
        content = {"batch": [answer(picture, pair, watch) for picture in pictures]}
        metrics.PREDICTIONS.inc(len(pictures))
    else:
        content = answer(pictures, pair, watch)
        metrics.PREDICTIONS.inc()
    metrics.MODEL_SECONDS.observe(watch.seconds)
    response = HttpResponse(orjson.dumps(content), content_type="application/json")
    response["Cache-Control"] = "no-store"
    response["Server-Timing"] = f"model;dur={watch.seconds * 1000:.3f}"
    return response


def payload_of(request: HttpRequest) -> object:
    """Return what the request's JSON says; raises UnsupportedType, InvalidInput `not_json`."""
    if request.content_type != "application/json":
        received = (request.content_type or "none")[:80]
        raise UnsupportedType(
            "unsupported_media_type",
            f"Expected Content-Type application/json, received {received}.",
        )
    try:
        return _parse(request.body)
    except RecursionError:
        raise InvalidInput("not_json", "Expected JSON, received too many brackets in one another.") from None
    except ValueError as error:  # also bytes that are no UTF-8, and integers of thousands of digits
        raise InvalidInput("not_json", f"Expected JSON, received something else: {error}"[:300]) from None


def _parse(body: bytes) -> object:
    """Return what the body says. What the quick parser refuses goes to the one that knows NaN and endless integers too:
    then the message can say what is wrong with them, and where.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return json.loads(body)
