"""The one place where errors become HTTP answers, for plain views and for the REST framework alike."""

import contextlib
import logging
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from datasets.errors import (
    Conflict,
    DigitsiteError,
    InvalidInput,
    NotAllowed,
    TooLarge,
    TooManyRequests,
    Unavailable,
    UnsupportedType,
)

logger = logging.getLogger(__name__)

# The first class that fits decides: subclasses stand before their bases.
STATUS: list[tuple[type[DigitsiteError], HTTPStatus]] = [
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (UnsupportedType, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (InvalidInput, HTTPStatus.BAD_REQUEST),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (TooManyRequests, HTTPStatus.TOO_MANY_REQUESTS),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (DigitsiteError, HTTPStatus.INTERNAL_SERVER_ERROR),
]

PROGRAMS_ASK = ("/api/", "/artifacts/")  # for these, what Django would answer as a page or empty has our form too

RELOAD_SECONDS = 10

# A client that is still sending hears nothing of an answer once the connection is closed, and most look for one only
# when they are done. So what is too large is received up to here, and thrown away as it comes.
MOST_THROWN_AWAY = 128 * 1024 * 1024  # bytes
THROWING_AWAY_SECONDS = 10.0
PIECE = 256 * 1024  # bytes

SERVICE_AWAY = (OperationalError, InterfaceError, RedisConnectionError, RedisTimeoutError)


def body(code: str, message: str) -> dict[str, dict[str, str]]:
    """Return the form of every error answer."""
    return {"error": {"code": code, "message": message}}


def translate(error: Exception) -> tuple[HTTPStatus, dict[str, Any], dict[str, str]] | None:
    """Return status, body and headers for an error that we know, or None."""
    if isinstance(error, RequestDataTooBig):
        error = TooLarge("body_too_large", "The request is too large: expected at most 12 MB.")
    if isinstance(error, BadRequest):
        error = InvalidInput("bad_request", str(error))
    if isinstance(error, SERVICE_AWAY):
        logger.error("A service is away: %s", error)
        error = Unavailable("service_unavailable", "A service is away for the moment. Try again in a few seconds.")
    if not isinstance(error, DigitsiteError):
        return None
    if error.public_message != error.message:
        logger.error("%s: %s", error.code, error.message)
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    headers = {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after)
    return status, body(error.code, error.public_message), headers


class ErrorMiddleware(MiddlewareMixin):
    """Answer known errors of plain views: to people with a page while a service is away, otherwise in JSON.

    What Django itself refuses is answered in JSON to programs.
    """

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Say of an address with a NUL that there is nothing: PostgreSQL cannot be asked about one."""
        if "\0" in request.path or "\0" in unquote(request.META.get("QUERY_STRING", "")):
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        answer = translate(exception)
        if answer is None:
            return None
        status, content, headers = answer
        if status == HTTPStatus.SERVICE_UNAVAILABLE and _is_for_people(request):
            return _page_of_a_service_away(request, headers)
        return JsonResponse(content, status=status, headers=headers)

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Refuse a body of unknown length to programs: Django would take it for empty."""
        if "HTTP_TRANSFER_ENCODING" not in request.META or not request.path.startswith(PROGRAMS_ASK):
            return None
        message = "Expected a Content-Length, received a body in chunks."
        return JsonResponse(body("length_required", message), status=HTTPStatus.LENGTH_REQUIRED)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            _throw_away(request)
        content = _refusal(request, response)
        if content is None:
            return response
        headers = {"Allow": response["Allow"]} if "Allow" in response else {}
        return JsonResponse(content, status=response.status_code, headers=headers)


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer errors of REST framework views in the same form."""
    answer = translate(error)
    if answer is not None:
        status, content, headers = answer
        return Response(content, status=status, headers=headers)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is not None and isinstance(error, exceptions.APIException):
        codes = error.get_codes()
        code = codes if isinstance(codes, str) else "invalid"
        message = error.detail if isinstance(error.detail, str) else str(response.data)
        response.data = body(code, str(message))
    return response


def _is_for_people(request: HttpRequest) -> bool:
    return not request.path.startswith(PROGRAMS_ASK) and request.accepts("text/html")


def _page_of_a_service_away(request: HttpRequest, headers: dict[str, str]) -> HttpResponse:
    """Answer without the request, of which anything may ask the database.

    The page loads itself anew, unless a form was sent, which only the visitor may send again.
    """
    reloads = request.method in ("GET", "HEAD")
    again = {"Refresh": str(RELOAD_SECONDS)} if reloads else {}
    page = page_of_a_service_away(reloads=reloads)
    return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers={**headers, **again})


def page_of_a_service_away(*, reloads: bool, whole_site: bool = False) -> str:
    """Return the page, in the language of the moment.

    `reloads`: it says that it loads itself anew; `whole_site`: that the board is away as well, unless it is open.
    """
    return render_to_string("503.html", {"reloads": reloads, "whole_site": whole_site})


def _throw_away(request: HttpRequest) -> None:
    """Receive what is left of a body, and keep nothing of it."""
    deadline = time.monotonic() + THROWING_AWAY_SECONDS
    with contextlib.suppress(OSError):  # the client has gone
        for _ in range(MOST_THROWN_AWAY // PIECE):
            if not request.read(PIECE) or time.monotonic() > deadline:
                return


def _refusal(request: HttpRequest, response: HttpResponseBase) -> dict[str, Any] | None:
    """Return what to tell a program instead of a page that is for people, or None."""
    is_json = response.get("Content-Type", "").startswith("application/json")
    if is_json or not request.path.startswith(PROGRAMS_ASK):
        return None
    if response.status_code == HTTPStatus.NOT_FOUND:
        return body("not_found", "There is nothing at this address: expected one that /api/schema/ lists.")
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return body("method_not_allowed", f"Expected {response.get('Allow')}, received {request.method}.")
    return None
