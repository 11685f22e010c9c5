"""The real web processes: how they follow a publish, an outage, and what they weigh."""

import contextlib
import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import psutil
import pytest
from django.conf import settings
from django.db import connection

from datasets.models import Drawing
from tests import web
from tests.cable import Cable
from tests.recognizer.conftest import MakeVersion, some_pictures
from tests.web import WebServer
from training.models import Network
from training.versions import registry

pytestmark = pytest.mark.django_db(transaction=True)

BODY = {"pixels": some_pictures(1, seed=3)[0].reshape(-1).tolist()}
PATIENCE_SECONDS = 30.0  # this machine may be busy; how soon all follow is measured elsewhere
MOST_BYTES = 200 * 1024 * 1024  # of a web process


@pytest.fixture(scope="module")
def cable(django_db_setup: None) -> Iterator[Cable]:
    address = connection.settings_dict
    cable = Cable((address["HOST"], int(address["PORT"])))
    yield cable
    cable.close()


@pytest.fixture(scope="module")
def server(cable: Cable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """Two web processes on the tests' database."""
    address = connection.settings_dict
    user = f"{address['USER']}:{address['PASSWORD']}"
    environment = {
        "DATABASE_URL": f"postgres://{user}@127.0.0.1:{cable.port}/{address['NAME']}",
        "DATA_DIR": str(settings.DATA_DIR),
        "METRICS_TOKEN": "secret",
    }
    with web.running(tmp_path_factory.mktemp("web") / "web.log", environment) as running:
        yield running


@pytest.fixture
def publish(make_version: MakeVersion) -> Callable[[int], int]:
    """Publish a variant of digits and return its number, which no version of an earlier test had."""

    def make(variant: int) -> int:
        version = make_version(Network.DIGITS, variant, publish=False)
        version.number = version.pk
        version.save()
        registry.publish(version, reason="for a test")
        return version.number

    return make


@pytest.fixture
def first(server: WebServer, make_version: MakeVersion, publish: Callable[[int], int]) -> int:
    """The version of digits that both processes serve when a test begins."""
    make_version(Network.DIGIT_OR_NOT, 1)
    number = publish(1)
    wait_until(lambda: versions_served(server) == {number})
    return number


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def versions_served(server: WebServer, requests: int = 20) -> set[int | bytes]:
    """Return the versions of digits that answer, asked often enough to meet both processes, and what else is said."""
    answers = [server.request("POST", "/api/v1/predict", BODY) for _ in range(requests)]
    return {json.loads(content)["models"]["digits"] if status == 200 else content for status, content in answers}


def test_all_processes_follow_a_publish_and_no_request_fails(
    server: WebServer, first: int, publish: Callable[[int], int]
) -> None:
    statuses: Counter[int] = Counter()
    over = threading.Event()

    def load() -> None:
        while not over.is_set():
            statuses[server.request("POST", "/api/v1/predict", BODY)[0]] += 1

    threads = [threading.Thread(target=load) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for variant in (2, 1):
            number = publish(variant)
            wait_until(lambda number=number: versions_served(server) == {number})
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert set(statuses) == {200}
    assert statuses[200] > 50


def test_predictions_go_on_while_the_database_is_away_and_the_next_publish_is_seen(
    server: WebServer, first: int, cable: Cable, publish: Callable[[int], int]
) -> None:
    def database() -> str:
        status, content = server.request("GET", "/readyz")
        assert status == 200
        return json.loads(content)["database"]

    with cable.being_cut():
        wait_until(lambda: database() == "away")
        assert versions_served(server) == {first}, server.log.read_text()
        assert server.request("GET", "/healthz")[0] == 200
        status, content = server.request("GET", "/api/v1/models/published")
        assert (status, json.loads(content)["error"]["code"]) == (503, "service_unavailable")
        second = publish(2)
    wait_until(lambda: versions_served(server) == {second})
    log = server.log.read_text()
    assert 1 <= log.count("The database is away") <= 2  # once in each process


@pytest.mark.skipif(not hasattr(psutil.Process, "memory_maps"), reason="needs the list of a process's libraries")
def test_a_web_process_is_small_and_has_no_tensorflow_in_it(server: WebServer, first: int) -> None:
    workers = server.workers()
    assert len(workers) == 2
    for worker in workers:
        libraries = " ".join(mapped.path for mapped in worker.memory_maps())
        assert "ai_edge_litert" in libraries
        assert "tensorflow" not in libraries
        assert worker.memory_info().rss < MOST_BYTES


def samples(server: WebServer, name: str) -> dict[str, float]:
    """Return what one of the processes answers to a scrape: value by sample, of the names that begin with `name`."""
    status, content = server.request("GET", "/metrics", Authorization="Bearer secret")
    assert status == 200
    pairs = (line.rsplit(" ", 1) for line in content.decode().splitlines() if line.startswith(name))
    return {sample: float(value) for sample, value in pairs}


def test_each_process_answers_a_scrape_for_all_and_a_killed_one_leaves_its_counts(
    server: WebServer, first: int
) -> None:
    def read_by_all() -> float:
        [count] = {samples(server, "digitsite_predictions_total")["digitsite_predictions_total"] for _ in range(20)}
        return count

    def versions_by_process() -> dict[str, float]:
        found = samples(server, 'digitsite_live_version{network="digits"')
        return {sample.split('pid="')[1].split('"')[0]: version for sample, version in found.items()}

    def expected() -> dict[str, float]:
        return {str(worker.pid): first for worker in server.workers()}

    before = read_by_all()
    versions_served(server, 30)
    assert read_by_all() == before + 30
    assert versions_by_process() == expected()
    memory = samples(server, "process_resident_memory_bytes{")
    assert len(memory) == 2
    assert min(memory.values()) > 10_000_000

    killed = server.workers()[0]
    killed.kill()
    killed.wait(20)
    wait_until(lambda: len(server.workers()) == 2)
    wait_until(lambda: versions_by_process() == expected())
    assert read_by_all() >= before + 30


@pytest.mark.parametrize("path", ["/api/v1/predict", "/api/v1/drawings"])
def test_a_client_that_sends_64_mb_and_looks_up_at_the_end_reads_why_it_is_refused(
    server: WebServer, first: int, path: str
) -> None:
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    with contextlib.closing(client):
        client.request("POST", path, b"9" * 64 * 1024 * 1024, {"Content-Type": "application/json"})
        response = client.getresponse()
        assert response.status == 413
        assert json.load(response)["error"]["code"] == "body_too_large"
    assert max(worker.memory_info().rss for worker in server.workers()) < MOST_BYTES
    assert not Drawing.objects.exists()
    assert versions_served(server) == {first}
