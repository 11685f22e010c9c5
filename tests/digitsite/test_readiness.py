"""How the supervisor and the containers ask the web server how it is."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from digitsite import processes, readiness
from tests.paths import ROOT


class Recorder(BaseHTTPRequestHandler):
    """Answers 503, but for what is in `statuses`, and remembers under which name it was asked."""

    names: list[str] = []
    statuses: dict[str, int] = {}

    def do_GET(self) -> None:
        self.names.append(self.headers["Host"])
        self.send_response(self.statuses.get(self.path, 503))
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    Recorder.names.clear()
    Recorder.statuses.clear()
    with HTTPServer(("127.0.0.1", 0), Recorder) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("allowed", "name"),
    [
        ("", "localhost"),
        ("*", "localhost"),
        ("digits.example.org,localhost", "digits.example.org"),
        (".example.org", "example.org"),
    ],
)
def test_it_asks_under_a_name_that_the_site_answers_to(port: int, allowed: str, name: str) -> None:
    environment = {"BIND": "0.0.0.0", "PORT": str(port), "ALLOWED_HOSTS": allowed}
    assert readiness.status_of("/readyz", environment) == 503
    assert Recorder.names == [name]


def test_nobody_there_is_no_answer() -> None:
    assert readiness.status_of("/readyz", {"PORT": str(processes.free_port())}) is None


def health_check(port: int) -> tuple[int, str]:
    """Return the status and the complaint of a container's health check."""
    command = [sys.executable, "-m", "digitsite.readiness"]
    done = subprocess.run(command, env={"PORT": str(port)}, cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stderr


def test_the_health_check_of_a_container_fails_with_the_reason(port: int) -> None:
    assert health_check(port) == (1, "/healthz: expected 200, received 503\n")


def test_a_server_that_has_no_network_yet_passes_the_health_check(port: int) -> None:
    """Else nginx would not open, and nobody could publish another version in the admin."""
    Recorder.statuses["/healthz"] = 200
    assert health_check(port) == (0, "")
