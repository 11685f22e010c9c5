"""A client that keeps a server busy: `connections` requests in flight all the time, each on a connection kept alive.

It runs in a process of its own, so that it shares no interpreter lock with anything: job as JSON on stdin, result as
JSON on stdout. Each connection sends a body of its own.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Job:
    port: int
    path: str
    bodies: list[str]  # one for each connection
    seconds: float
    keep_answers: bool = False  # else they are only counted


@dataclass(frozen=True)
class Answer:
    """One answer: when it came (Unix time), on which connection, from which process, and what."""

    at: float
    connection: int
    process: int
    status: int
    body: str


@dataclass(frozen=True)
class Result:
    requests: int
    failed: int  # another status than 200, or a connection lost
    seconds: float
    busy: float  # share of the time that the client itself used a core: near 1, it was the bottleneck
    answers: list[Answer]

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def start(job: Job) -> subprocess.Popen[str]:
    """Start the client; `finish` waits for it."""
    client = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert client.stdin is not None
    client.stdin.write(json.dumps(asdict(job)))
    client.stdin.close()
    client.stdin = None
    return client


def finish(client: subprocess.Popen[str]) -> Result:
    output, _ = client.communicate()
    content = json.loads(output)
    answers = [Answer(*values) for values in content.pop("answers")]
    return Result(**content, answers=answers)


def run(job: Job) -> Result:
    return finish(start(job))


class Connection(asyncio.Protocol):
    """Sends the next request as soon as the answer to the last is complete."""

    def __init__(self, number: int, job: Job, deadline: float, over: "asyncio.Future[None]") -> None:
        body = job.bodies[number].encode()
        head = (
            f"POST {job.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self.number, self.job, self.deadline, self.over = number, job, deadline, over
        self.message = head.encode() + body
        self.requests = self.failed = 0
        self.answers: list[tuple[float, int, int, int, str]] = []
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        transport.write(self.message)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        if not separator or len(body) < _integer(head, b"content-length: "):
            return
        self.buffer = b""
        self._note(head, body)
        if time.monotonic() < self.deadline:
            self.transport.write(self.message)
        else:
            self._end()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():  # in the middle of a request
            self.failed += 1
            self._end()

    def _note(self, head: bytes, body: bytes) -> None:
        status = int(head[9:12])
        self.requests += 1
        self.failed += status != 200
        if self.job.keep_answers:
            process = _integer(head, b"x-process: ")
            self.answers.append((time.time(), self.number, process, status, body.decode()))

    def _end(self) -> None:
        self.over.set_result(None)
        self.transport.close()


def _integer(head: bytes, name: bytes) -> int:
    return int(head.partition(name)[2].partition(b"\r\n")[0] or 0)


async def _hammer(job: Job) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    started, used = time.monotonic(), time.process_time()
    connections = []
    for number in range(len(job.bodies)):
        connection = Connection(number, job, started + job.seconds, loop.create_future())
        await loop.create_connection(lambda connection=connection: connection, "127.0.0.1", job.port)
        connections.append(connection)
    await asyncio.gather(*(connection.over for connection in connections))
    seconds = time.monotonic() - started
    return {
        "requests": sum(connection.requests for connection in connections),
        "failed": sum(connection.failed for connection in connections),
        "seconds": seconds,
        "busy": (time.process_time() - used) / seconds,
        "answers": [answer for connection in connections for answer in connection.answers],
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_hammer(Job(**json.load(sys.stdin))))))
