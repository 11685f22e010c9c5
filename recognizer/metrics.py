"""What this process counts about itself, for `/metrics`.

Each web process has numbers of its own and a scrape is answered by any one of them, so sums over processes
need one target per process. `process_start_time_seconds` tells which one has answered.
"""

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.process_collector import ProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST
REGISTRY = CollectorRegistry()  # of our own: the library's default one would also collect what others add
ProcessCollector(registry=REGISTRY)

PREDICTIONS = Counter("digitsite_predictions", "Drawings read by this process.", registry=REGISTRY)
REFUSALS = Counter("digitsite_refusals", "Predict requests refused.", ["code"], registry=REGISTRY)
MODEL_SECONDS = Histogram(
    "digitsite_model_seconds",
    "Time in the networks by predict request.",
    buckets=(0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5),
    registry=REGISTRY,
)
SWAPS = Counter("digitsite_swaps", "Versions swapped in.", ["network"], registry=REGISTRY)
LOAD_FAILURES = Counter("digitsite_load_failures", "Versions that could not be loaded.", ["network"], registry=REGISTRY)
ALARMS = Gauge("digitsite_alarms", "Published versions that this process cannot serve.", registry=REGISTRY)
LIVE_VERSION = Gauge("digitsite_live_version", "Number of the version that answers.", ["network"], registry=REGISTRY)
DATABASE_AWAY = Gauge(
    "digitsite_database_away", "1 while this process cannot ask which versions are live.", registry=REGISTRY
)


def render() -> bytes:
    """Return all of it in Prometheus's text format."""
    return generate_latest(REGISTRY)
