"""What `predict` is compared with: views of the same site, with the middleware that views of a site usually have."""

import json
import os
from base64 import b64encode
from collections.abc import Callable

import numpy as np
import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from datasets.preprocessing.normalization import encode_png

ANSWER = {
    "digit": 7,
    "probabilities": [0.000001, 0.000012, 0.000123, 0.001234, 0.000001, 0.000002, 0.0, 0.998602, 0.00002, 0.000005],
    "is_digit": {"accepted": True, "probability": 0.997312},
    "symbols": 1,
    "readings": [{"digit": 7, "probability": 0.998602, "box": [0, 0, 28, 28]}],
    "normalized": b64encode(encode_png(np.eye(28, dtype=np.uint8))).decode(),  # as long as any other
    "models": {"digits": 12, "digit-or-not": 7},
}


@csrf_exempt
def empty(request: HttpRequest) -> HttpResponse:
    """The least that a view can do."""
    return HttpResponse()


@csrf_exempt
def constant(request: HttpRequest) -> HttpResponse:
    """Parse the same body and return the same JSON, always the same, as a Django view usually does."""
    json.loads(request.body)
    return JsonResponse(ANSWER)


@csrf_exempt
def quick_constant(request: HttpRequest) -> HttpResponse:
    """The same with the parser that `predict` uses."""
    orjson.loads(request.body)
    return HttpResponse(orjson.dumps(ANSWER), content_type="application/json")


def sign(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Name the process in each answer."""
    process = str(os.getpid())

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["X-Process"] = process
        return response

    return middleware
