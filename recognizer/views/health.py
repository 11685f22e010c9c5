"""For those who run the site: is the process alive, can it answer, what has it counted."""

import hmac
from http import HTTPStatus
from typing import Any

import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from recognizer import metrics, serving, watching

BROKER_SECONDS = 0.5  # a probe must answer even when the broker does not
LATE_SECONDS = 10.0  # a poll overdue by so much: the database hangs, or the thread


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process is alive; touches nothing."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when a pair is loaded and warm, else 503.

    A database or a broker that is away is told but does not make it 503: this process goes on reading
    drawings, and taking it out of service would only add to the trouble. Everybody may ask, so of an alarm it has the
    code only: the message, which may name hosts and files, stands in the log.
    """
    pair = serving.public.pair
    content: dict[str, Any] = {
        "ready": pair is not None,
        "models": pair.versions if pair else {},
        "alarms": [
            {"network": alarm.network, "version": alarm.number, "code": alarm.code} for alarm in serving.public.alarms
        ],
        "database": _database(),
        "broker": _broker(),
    }
    return JsonResponse(content, status=HTTPStatus.OK if pair else HTTPStatus.SERVICE_UNAVAILABLE)


@never_cache
def metrics_text(request: HttpRequest) -> HttpResponse:
    """Return the counters for Prometheus to whoever has the token; with none set there is no such page."""
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    expected = f"Bearer {settings.METRICS_TOKEN}".encode()
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected):
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    return HttpResponse(metrics.render(), content_type=metrics.CONTENT_TYPE)


def _database() -> str:
    """What the polling thread knows; asking the database here could hang the probe."""
    watcher = watching.current()
    if watcher is None:
        return "unknown"
    late = watcher.seconds_since_poll is None or watcher.seconds_since_poll > LATE_SECONDS
    return "away" if watcher.database_away or late else "ok"


def _broker() -> str:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS
    )
    try:
        client.ping()
    except redis.RedisError:
        return "away"
    finally:
        client.close()
    return "ok"
