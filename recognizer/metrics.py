"""What the web processes count, for `/metrics`.

A scrape is answered by any one of them, for all: they count in files of one folder. `digitsite.wsgi` makes that and
names it to the library before this module is imported; in a process without one (a worker, a test) each counts alone.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST
REGISTRY = CollectorRegistry()  # of our own: the library's default one would also collect what others add

PREDICTIONS = Counter("digitsite_predictions", "Drawings read.", registry=REGISTRY)
REFUSALS = Counter("digitsite_refusals", "Predict requests refused.", ["code"], registry=REGISTRY)
MODEL_SECONDS = Histogram(
    "digitsite_model_seconds",
    "Time in the networks by predict request.",
    buckets=(0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5),
    registry=REGISTRY,
)
SWAPS = Counter("digitsite_swaps", "Versions swapped in.", ["network"], registry=REGISTRY)
LOAD_FAILURES = Counter("digitsite_load_failures", "Versions that could not be loaded.", ["network"], registry=REGISTRY)
ALARMS = Gauge(
    "digitsite_alarms",
    "Published versions that cannot be served; the most in any process.",
    multiprocess_mode="livemax",
    registry=REGISTRY,
)
LIVE_VERSION = Gauge(
    "digitsite_live_version",
    "Number of the version that answers, in each process.",
    ["network"],
    multiprocess_mode="liveall",
    registry=REGISTRY,
)
DATABASE_AWAY = Gauge(
    "digitsite_database_away",
    "1 while a process cannot ask which versions are live.",
    multiprocess_mode="livemax",
    registry=REGISTRY,
)


class Processes(Collector):
    """Memory, time and files of each web process, which the library knows only of the one that answers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        merged: dict[str, Metric] = {}
        for pid in sorted(self._pids()):
            for metric in ProcessCollector(pid=partial(int, pid), registry=CollectorRegistry()).collect():
                of_all = merged.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
                of_all.samples += [sample._replace(labels={"pid": str(pid)}) for sample in metric.samples]
        yield from merged.values()

    def _pids(self) -> set[int]:
        return {int(file.stem.rsplit("_", 1)[1]) for file in self._folder.glob("gauge_live*_*.db")}


_answering = REGISTRY


def answer_for_all(folder: Path) -> None:
    """Have this process answer for all that count in `folder`."""
    global _answering
    _answering = CollectorRegistry()
    MultiProcessCollector(_answering, str(folder))
    _answering.register(Processes(folder))


def render() -> bytes:
    """Return all of it in Prometheus's text format."""
    return generate_latest(_answering)
