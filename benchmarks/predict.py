"""Requests per second of `POST /api/v1/predict` with `pixels`, both networks, and the memory of a web process."""

from dataclasses import dataclass, field
from statistics import median

import psutil

from benchmarks import load, site
from benchmarks.report import Figure

CONNECTIONS = 8
ROUNDS = 12
WARM_UP_SECONDS = 0.5
SECONDS = 0.8  # of each path in each round: short, so that a neighbour's work falls on all paths alike
PATHS = {
    "predict": "/api/v1/predict",
    "constant": "/benchmarks/constant",
    "quick constant": "/benchmarks/quick-constant",
    "empty": "/benchmarks/empty",
}
MOST_MEGABYTES = 200


@dataclass
class Measured:
    """What the rounds gave for one path."""

    rates: list[float] = field(default_factory=list)  # requests/s, of each round
    processor: list[float] = field(default_factory=list)  # ms of the web process for each request

    def add(self, result: load.Result, processor_seconds: float) -> None:
        self.rates.append(result.per_second)
        self.processor.append(1000 * processor_seconds / result.requests)


def run() -> list[Figure]:
    """Measure one web process, which has an interpreter lock of its own; more processes bring more of everything."""
    bodies = [site.pixels_body(picture) for picture in site.pictures(CONNECTIONS)]
    measured = {name: Measured() for name in PATHS}
    busy, failed = 0.0, 0
    with site.serving(1) as server:
        [worker] = server.workers()
        for path in PATHS.values():
            load.run(load.Job(server.port, path, bodies, WARM_UP_SECONDS))
        for _ in range(ROUNDS):  # in turns, so that a busy neighbour slows all of them
            for name, path in PATHS.items():
                before = _processor_seconds(worker)
                result = load.run(load.Job(server.port, path, bodies, SECONDS))
                measured[name].add(result, _processor_seconds(worker) - before)
                busy, failed = max(busy, result.busy), failed + result.failed
        megabytes = worker.memory_info().rss / 2**20
        tensorflow = sum("tensorflow" in mapped.path for mapped in worker.memory_maps())
    predict, constant, quick, empty = (measured[name] for name in PATHS)
    ratios, of_quick = _ratios(predict, constant), _ratios(predict, quick)
    of_empty = ("an empty view", median(empty.rates))
    return [
        Figure("predict with pixels, requests/s", median(ratios), "x a constant view, median of rounds", at_least=0.6),
        Figure("the worst of the rounds", min(ratios), "x a constant view"),
        Figure("the best of the rounds", max(ratios), "x a constant view"),
        Figure("predict with pixels, requests/s", median(of_quick), "x a constant view with the same quick parser"),
        Figure("predict with pixels", median(predict.rates), "requests/s", of_empty),
        Figure("a constant view", median(constant.rates), "requests/s", of_empty),
        Figure("a constant view with the quick parser", median(quick.rates), "requests/s", of_empty),
        *(
            Figure(f"{name}, processor time", median(one.processor), "ms")
            for name, one in (("predict", predict), ("a constant view", constant), ("with the quick parser", quick))
        ),
        Figure("refused or lost", failed, "requests", at_most=0),
        Figure("busiest the client ever was", busy, "of a core"),
        Figure("a web process after that", megabytes, "MB", at_most=MOST_MEGABYTES),
        Figure("TensorFlow's libraries in it", tensorflow, "files", at_most=0),
    ]


def _ratios(one: Measured, other: Measured) -> list[float]:
    return [mine / its for mine, its in zip(one.rates, other.rates, strict=True)]


def _processor_seconds(worker: psutil.Process) -> float:
    times = worker.cpu_times()
    return times.user + times.system
