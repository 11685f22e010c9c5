"""How long something takes, and how long the processor worked for it: the second says more on a busy machine."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from statistics import median

import psutil
from django.db import connection

from benchmarks.report import Figure


@dataclass(frozen=True)
class Taken:
    """Seconds on the clock, and of the processor: of this process and of its part of the database."""

    clock: float
    processor: float

    def figures(self, name: str, unit: str, at_most: float | None = None) -> Iterator[Figure]:
        """Yield both; the aim is on the clock. `unit`: "s" or "ms"."""
        times = 1000 if unit == "ms" else 1
        yield Figure(name, times * self.clock, unit, at_most=at_most)
        yield Figure(f"{name}, processor", times * self.processor, unit)


def measure(call: Callable[[], object], rounds: int = 1) -> Taken:
    """Return the medians of several calls, after one that does not count; one call counts itself."""
    taken = [_once(call) for _ in range(rounds if rounds == 1 else rounds + 1)]
    counted = taken[1:] or taken
    return Taken(median(each.clock for each in counted), median(each.processor for each in counted))


def _once(call: Callable[[], object]) -> Taken:
    worked, started = _processor_seconds(), time.perf_counter()
    call()
    return Taken(time.perf_counter() - started, _processor_seconds() - worked)


def _processor_seconds() -> float:
    return seconds_of(psutil.Process()) + seconds_of(_database())


def database_seconds() -> float:
    """Return the processor's seconds of all that the database's processes have done, of those that are there now."""
    return sum(seconds_of(each) for each in _database().parent().children())  # type: ignore[union-attr]


def seconds_of(process: psutil.Process) -> float:
    """Return the processor's seconds of a process; 0 when it is gone."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


@cache
def _database() -> psutil.Process:
    """Return the process that works for this connection; the benchmark's database is on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0])
