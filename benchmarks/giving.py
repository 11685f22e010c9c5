"""People who give drawings at a steady rate, each again and again until it is acknowledged.

It runs in a process of its own: job as JSON on stdin, what came of it as JSON on stdout.
"""

import http.client
import json
import queue
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from tests import drawings

VISITORS = 48  # each with a cookie and a connection of his own; as many may wait for an answer at once
LABELS = (*"0123456789", "not-a-digit")
AGAIN_AFTER = 0.25  # seconds; the page waits longer
TIMEOUT = 10.0  # seconds
GIVEN_UP_AFTER = 600.0  # seconds


@dataclass(frozen=True)
class Job:
    port: int
    rate: float  # drawings a second
    seconds: float
    first: int  # the number of the first drawing: none of an earlier job comes again


@dataclass(frozen=True)
class Acknowledged:
    """A drawing that was given, and what the site said."""

    client_id: str
    id: str
    status: int  # 201; or 200, where the site had it already
    attempts: int
    due: float  # seconds since the beginning
    wait: float  # seconds from then on


def start(job: Job) -> subprocess.Popen[str]:
    """Start giving; `finish` waits for the end."""
    client = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.giving"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert client.stdin is not None
    client.stdin.write(json.dumps(asdict(job)))
    client.stdin.close()
    client.stdin = None
    return client


def finish(client: subprocess.Popen[str]) -> list[Acknowledged]:
    output, _ = client.communicate()
    return [Acknowledged(**one) for one in json.loads(output)]


@dataclass(frozen=True)
class Due:
    at: float  # seconds since the beginning
    client_id: str
    body: bytes


Waiting = queue.SimpleQueue[Due | None]


class Visitor(threading.Thread):
    """Gives one drawing after the other, and asks for each as often as it takes."""

    def __init__(self, port: int, begun: float, waiting: Waiting, acknowledged: list[Acknowledged]) -> None:
        super().__init__(daemon=True)
        self.address = f"127.0.0.1:{port}"
        self.begun, self.waiting, self.acknowledged = begun, waiting, acknowledged
        # As a browser says it, which keeps its cookie: a program would be one contributor with all the others.
        self.headers = {"Content-Type": "application/json", "Origin": f"http://{self.address}"}
        self.connection = http.client.HTTPConnection(self.address, timeout=TIMEOUT)

    def run(self) -> None:
        while (due := self.waiting.get()) is not None:
            attempts, deadline = 1, self.begun + due.at + GIVEN_UP_AFTER
            while not self._give(due, attempts) and time.monotonic() < deadline:
                attempts += 1
                time.sleep(AGAIN_AFTER)

    def _give(self, due: Due, attempts: int) -> bool:
        try:
            self.connection.request("POST", "/api/v1/drawings", due.body, self.headers)
            response = self.connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return False
        if response.status not in (200, 201):
            return False
        if cookie := response.headers.get("Set-Cookie"):
            self.headers["Cookie"] = cookie.split(";")[0]
        wait = time.monotonic() - self.begun - due.at
        drawing_id = json.loads(content)["id"]
        self.acknowledged.append(Acknowledged(due.client_id, drawing_id, response.status, attempts, due.at, wait))
        return True


def give(job: Job) -> list[Acknowledged]:
    bodies = [_body(job.first + place) for place in range(round(job.rate * job.seconds))]
    waiting: Waiting = queue.SimpleQueue()
    acknowledged: list[Acknowledged] = []
    begun = time.monotonic()
    visitors = [Visitor(job.port, begun, waiting, acknowledged) for _ in range(VISITORS)]
    for visitor in visitors:
        visitor.start()
    for place, (client_id, body) in enumerate(bodies):
        at = place / job.rate
        time.sleep(max(0.0, begun + at - time.monotonic()))
        waiting.put(Due(at, client_id, body))
    for _ in visitors:
        waiting.put(None)
    for visitor in visitors:
        visitor.join()
    return acknowledged


def _body(number: int) -> tuple[str, bytes]:
    """Return a drawing that is not like any other, and the id by which it is known again."""
    label, client_id = LABELS[number % len(LABELS)], str(uuid.uuid4())
    content: dict[str, Any] = {"strokes": drawings.drawing(label, number), "label": label, "consent": True}
    return client_id, json.dumps({**content, "client_id": client_id}).encode()


if __name__ == "__main__":
    print(json.dumps([asdict(one) for one in give(Job(**json.load(sys.stdin)))]))
