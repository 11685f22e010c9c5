"""How much visitors may send: exactly so much, also at one moment and through several processes."""

import contextlib
import http.client
import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPMessage
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from datasets.errors import TooManyRequests
from datasets.limits import Limit
from datasets.models import Drawing
from tests import drawings, web
from tests.cable import Cable
from tests.web import WebServer

MOST = 10
AT_ONCE = 60


def limit(most: int = MOST, seconds: int = 60) -> Limit:
    return Limit(uuid.uuid4().hex, most, seconds, "too_many_drawings", "drawings")


def at_once(call: Callable[[int], object], times: int = AT_ONCE) -> list[object]:
    """Return what `call` returns in so many threads, which start together."""
    barrier = threading.Barrier(times)

    def run(number: int) -> object:
        barrier.wait()
        return call(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.parametrize("_", range(3))
def test_of_sixty_at_once_ten_are_let_through(_: int) -> None:
    limited = limit()

    def is_let_through(_: int) -> bool:
        try:
            limited.count("ada")
        except TooManyRequests:
            return False
        return True

    assert Counter(at_once(is_let_through)) == {True: MOST, False: AT_ONCE - MOST}


def test_each_has_a_limit_of_his_own() -> None:
    limited = limit(most=1)
    limited.count("ada")
    limited.count("bob")
    with pytest.raises(TooManyRequests):
        limited.count("ada")


def test_whoever_is_refused_is_told_when_to_come_again_and_then_let_through() -> None:
    limited = limit(most=1, seconds=30)
    limited.count("ada")
    with pytest.raises(TooManyRequests, match="at most 1 drawings in 30 seconds, received 2") as refusal:
        limited.count("ada")
    assert 28 <= refusal.value.retry_after <= 30
    cache.delete(f"datasets.limit.{limited.name}.ada")  # as when the time is over
    limited.count("ada")


def test_a_count_that_expires_while_it_is_looked_at_ends_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django looks whether the number is there and adds then; in between it may go."""
    limited = limit()
    monkeypatch.setattr(cache, "add", lambda key, value, timeout: cache.set(key, value, timeout=None))
    limited.count("ada")
    client = cache._cache.get_client()
    assert 0 < client.ttl(cache.make_and_validate_key(f"datasets.limit.{limited.name}.ada")) <= 60


# -- through the real processes ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def redis_cable() -> Iterator[Cable]:
    address = urlsplit(settings.REDIS_URL)
    cable = Cable((address.hostname or "", address.port or 0))
    yield cable
    cable.close()


@pytest.fixture(scope="module")
def server(redis_cable: Cable, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """Two web processes on the tests' database, behind a proxy that names the visitors' addresses."""
    database, redis = connection.settings_dict, urlsplit(settings.REDIS_URL)
    user = f"{database['USER']}:{database['PASSWORD']}"
    environment = {
        "DATABASE_URL": f"postgres://{user}@{database['HOST']}:{database['PORT']}/{database['NAME']}",
        "REDIS_URL": redis._replace(netloc=f":{redis.password}@127.0.0.1:{redis_cable.port}").geturl(),
        "DATA_DIR": str(settings.DATA_DIR),
        "SUBMISSIONS_PER_CONTRIBUTOR": str(MOST),
        "SUBMISSIONS_PER_ADDRESS": str(MOST + 1),
        "TRUST_PROXY": "1",
    }
    with web.running(tmp_path_factory.mktemp("web") / "web.log", environment) as running:
        yield running


class Visitor:
    """Somebody with a browser at an address of his own; with a cookie from the first answer on."""

    def __init__(self, server: WebServer) -> None:
        self.server = server
        address = f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"
        self.headers = {"X-Forwarded-For": address, "Sec-Fetch-Site": "same-origin"}

    def send(self, variant: int, **fields: str) -> tuple[int, HTTPMessage, dict]:
        content = {"strokes": drawings.drawing("7", variant), "label": "7", "consent": True, **fields}
        client = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        with contextlib.closing(client):
            headers = {"Content-Type": "application/json", **self.headers}
            client.request("POST", "/api/v1/drawings", json.dumps(content), headers)
            response = client.getresponse()
            answer = json.loads(response.read())
        if cookie := response.headers.get("Set-Cookie"):
            self.headers["Cookie"] = cookie.split(";")[0]
        return response.status, response.headers, answer


@pytest.mark.django_db(transaction=True)
def test_a_contributor_and_an_address_get_through_as_often_as_the_settings_say(server: WebServer) -> None:
    visitor = Visitor(server)
    assert visitor.send(0)[0] == 201  # counts for the address only: nobody had a cookie yet
    answers = at_once(lambda number: visitor.send(number + 1))
    assert Counter(status for status, _, _ in answers) == {201: MOST, 429: AT_ONCE - MOST}
    assert Drawing.objects.count() == MOST + 1
    refused = next(answer for answer in answers if answer[0] == 429)
    assert refused[2]["error"]["code"] == "too_many_drawings"
    assert 0 < int(refused[1]["Retry-After"]) <= 60

    log = server.log.read_text()
    assert "Too Many Requests" in log and visitor.headers["X-Forwarded-For"][:-1] not in log

    del visitor.headers["Cookie"]
    assert visitor.send(100)[0] == 429
    assert Visitor(server).send(100)[0] == 201


@pytest.mark.django_db(transaction=True)
def test_while_redis_is_away_submissions_say_so_and_are_taken_once_when_they_come_again(
    server: WebServer, redis_cable: Cable
) -> None:
    visitor, client_id = Visitor(server), str(uuid.uuid4())
    acknowledged = visitor.send(1)[2]["id"]
    with redis_cable.being_cut():
        status, headers, answer = visitor.send(2, client_id=client_id)
        assert (status, headers["Retry-After"], answer["error"]["code"]) == (503, "5", "service_unavailable")
        assert str(Drawing.objects.get().public_id) == acknowledged
    first, again = visitor.send(2, client_id=client_id), visitor.send(2, client_id=client_id)
    assert (first[0], again[0]) == (201, 200)
    assert first[2] == again[2]
    assert Drawing.objects.count() == 2
