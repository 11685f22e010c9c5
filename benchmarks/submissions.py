"""Drawings given at a steady rate, while web processes are killed and come again: none that was acknowledged is lost.

`RATE` drawings a second fall due, whatever has become of those before. Whoever gets no acknowledgement gives his again
under the same `client_id`. The limits are raised, because all of it comes from one address.
"""

import contextlib
import time
from collections.abc import Iterator, Sequence
from itertools import count
from statistics import quantiles

import psutil
from django.conf import settings

from benchmarks import giving
from benchmarks.giving import Acknowledged, Job
from benchmarks.report import Figure
from benchmarks.timing import database_seconds, seconds_of
from datasets.models import Drawing
from digitsite import processes
from tests import web
from tests.web import WebServer

RATE = 100  # a second
WARM_UP_SECONDS, STEADY_SECONDS, BROKEN_SECONDS = 5.0, 30.0, 40.0
PROCESSES = 2
UNLIMITED = {"SUBMISSIONS_PER_CONTRIBUTOR": "1000000", "SUBMISSIONS_PER_ADDRESS": "1000000"}

_numbers = count(step=100_000)  # of the first drawing of each job


def run() -> Iterator[Figure]:
    yield from _undisturbed()
    yield from _killed()


def _undisturbed() -> Iterator[Figure]:
    with _serving(processes.free_port()) as server:
        giving.finish(giving.start(_job(server.port, WARM_UP_SECONDS)))
        before = _processor_seconds(server)
        given = giving.finish(giving.start(_job(server.port, STEADY_SECONDS)))
        processor = _processor_seconds(server) - before
    waits = [one.wait for one in given]
    yield Figure("drawings given", len(given) / _seconds(given), "drawings/s", at_least=0.98 * RATE)
    yield Figure("acknowledged after, median", 1000 * quantiles(waits, n=2)[0], "ms")
    yield Figure("acknowledged after, 99 of 100", 1000 * quantiles(waits, n=100)[-1], "ms")
    yield Figure("a drawing, processor of web and database", 1000 * processor / len(given), "ms")


def _killed() -> Iterator[Figure]:
    """Kill one web process after a quarter of the time, and all of them after half of it; start those again."""
    port = processes.free_port()
    job = _job(port, BROKEN_SECONDS)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(_serving(port))
        client = giving.start(job)
        time.sleep(BROKEN_SECONDS / 4)
        server.workers()[0].kill()  # the other goes on, and this one is started again
        time.sleep(BROKEN_SECONDS / 4)
        for process in (psutil.Process(server.process.pid), *server.workers()):
            process.kill()
        stack.enter_context(_serving(port))
        given = giving.finish(client)
    due = round(job.rate * job.seconds)
    yield Figure("given while web processes are killed", due, "drawings")
    yield Figure("given again", sum(one.attempts > 1 for one in given), "drawings")
    yield Figure("of them kept already", sum(one.status == 200 for one in given), "drawings")
    yield Figure("acknowledged after, longest", max(one.wait for one in given), "s")
    yield Figure("never acknowledged", due - len(given), "drawings", at_most=0)
    yield Figure("acknowledged and lost", len(_lost(given)), "drawings", at_most=0)
    yield Figure("kept twice", _kept(given) - len(given), "drawings", at_most=0)


def _serving(port: int) -> contextlib.AbstractContextManager[WebServer]:
    return web.running(settings.DATA_DIR / "web.log", UNLIMITED, count=PROCESSES, port=port)


def _job(port: int, seconds: float) -> Job:
    return Job(port, RATE, seconds, first=next(_numbers))


def _seconds(given: Sequence[Acknowledged]) -> float:
    """Return the seconds from the beginning to the last acknowledgement."""
    return max(one.due + one.wait for one in given)


def _lost(given: Sequence[Acknowledged]) -> list[Acknowledged]:
    ids = [one.client_id for one in given]
    kept = dict(Drawing.objects.filter(client_id__in=ids).values_list("client_id", "public_id"))
    found = {str(client_id): str(public_id) for client_id, public_id in kept.items()}
    return [one for one in given if found.get(one.client_id) != one.id]


def _kept(given: Sequence[Acknowledged]) -> int:
    return Drawing.objects.filter(client_id__in=[one.client_id for one in given]).count()


def _processor_seconds(server: WebServer) -> float:
    return sum(map(seconds_of, server.workers())) + database_seconds()
