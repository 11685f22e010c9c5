"""The web server as `make run` starts it, for tests and benchmarks that need its real processes."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from digitsite import commands, processes
from tests.paths import ROOT

START_SECONDS = 90.0


@dataclass(frozen=True)
class WebServer:
    """A running server on 127.0.0.1:`port`."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        """Return status and body of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            content = json.dumps(body) if body is not None else None
            kind = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, content, {**kind, **headers})
            response = connection.getresponse()
            return response.status, response.read()

    def alive(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.request("GET", "/healthz")[0] == 200
        return False

    def ready(self) -> bool:
        """Whether all processes are, as far as a few requests on new connections can tell."""
        return all(self.request("GET", "/readyz")[0] == 200 for _ in range(10))

    def workers(self) -> list[psutil.Process]:
        """Return the processes that serve: the children of the one that we started."""
        children = psutil.Process(self.process.pid).children()
        return [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]


def wait_until_ready(server: WebServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.ready():
        if time.monotonic() > deadline:
            raise RuntimeError(f"The web server is not ready:\n{server.request('GET', '/readyz')[1].decode()}")
        time.sleep(0.05)


@contextlib.contextmanager
def running(
    log: Path, environment: Mapping[str, str], *, count: int = 2, port: int | None = None
) -> Iterator[WebServer]:
    """Start `count` web processes, wait until they answer (ready or not), and stop them in the end."""
    port = port or processes.free_port()
    env = {**os.environ, **environment, "PORT": str(port), "WEB_PROCESSES": str(count)}
    with log.open("ab") as output:
        process = processes.start(commands.web(env), env=env, cwd=ROOT, output=output.fileno())
    server = WebServer(port, process, log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not (server.alive() and len(server.workers()) == count):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The web server did not come up:\n{log.read_text()}")
            time.sleep(0.05)
        yield server
    finally:
        processes.stop(process, (signal.SIGTERM, 5))
