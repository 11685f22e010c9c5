"""How large the public dataset is: counted at most once a minute, because a million rows take a second.

Whoever asks gets what was counted last. When that is older than a minute, the request has it counted again in the
background; only where nothing is known, or no worker has come to it for some minutes, does the request count itself.
"""

import logging
import time
from dataclasses import asdict, dataclass

from celery import current_app
from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import Coalesce, TruncDate
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from datasets.labels import DIGITS
from datasets.models import Drawing

logger = logging.getLogger(__name__)

TASK = "datasets.tasks.count_drawings"
KEY, ASKED = "datasets.pages.statistics", "datasets.pages.statistics.asked"
FRESH_SECONDS, STALE_SECONDS, KEPT_SECONDS = 60, 180, 7 * 24 * 3600
MOSAIC_COLUMNS, FEWEST_COLUMNS = 16, 4


@dataclass(frozen=True)
class Statistics:
    """What the gallery shows, counted."""

    counted_at: float  # seconds since 1970
    by_source: dict[str, dict[str, int]]  # drawings by source and label
    by_day: list[tuple[str, int]]  # drawings by the ISO day on which they were approved, in order
    hands: int
    mosaic: list[int]  # ids, row by row: the newest of each digit, or of all where there are too few
    mosaic_columns: int

    @property
    def drawings(self) -> int:
        return sum(sum(labels.values()) for labels in self.by_source.values())

    def count(self, label: str = "", source: str = "") -> int:
        """Return how many drawings there are, of a label and from a source where they are given."""
        return sum(
            number
            for name, labels in self.by_source.items()
            for each, number in labels.items()
            if label in ("", each) and source in ("", name)
        )


def current() -> Statistics:
    """Return the statistics, at most some minutes old."""
    try:
        known = cache.get(KEY)
        if known is None:
            return count()
        age = time.time() - known["counted_at"]
        if age > FRESH_SECONDS and cache.add(ASKED, True, FRESH_SECONDS):
            if age > STALE_SECONDS:
                return count()
            # It does not expire: on a busy machine it would again and again, before a worker comes to it.
            current_app.send_task(TASK, retry=False)
    except (RedisError, BrokerError, OSError) as error:
        logger.warning("The cache is away: %s", error)
        return _counted()
    return Statistics(**known)


def count_if_stale() -> None:
    """Count anew, unless somebody has done so within the last minute: messages may have piled up."""
    known = cache.get(KEY)
    if known is None or time.time() - known["counted_at"] > FRESH_SECONDS:
        count()


def count() -> Statistics:
    """Count anew, and keep it."""
    statistics = _counted()
    cache.set(KEY, asdict(statistics), KEPT_SECONDS)
    return statistics


def _counted() -> Statistics:
    drawings = Drawing.objects.publicly_shown()
    by_source: dict[str, dict[str, int]] = {}
    for source, label, number in (
        drawings.order_by().values_list("source", "final_label").annotate(number=Count("pk")).order_by("source")
    ):
        by_source.setdefault(source, {})[label] = number
    day = TruncDate(Coalesce("decided_at", "created_at"))
    days = drawings.annotate(day=day).values_list("day").annotate(number=Count("pk")).order_by("day")
    mosaic, columns = _mosaic()
    return Statistics(
        counted_at=time.time(),
        by_source=by_source,
        by_day=[(day.isoformat(), number) for day, number in days],
        hands=drawings.aggregate(hands=Count("contributor", distinct=True))["hands"],
        mosaic=mosaic,
        mosaic_columns=columns,
    )


def _mosaic() -> tuple[list[int], int]:
    newest = Drawing.objects.publicly_shown().order_by("-pk").values_list("pk", flat=True)
    rows = [list(newest.filter(final_label=digit)[:MOSAIC_COLUMNS]) for digit in DIGITS]
    columns = min(map(len, rows))
    if columns < FEWEST_COLUMNS:
        return list(newest[: 2 * MOSAIC_COLUMNS]), MOSAIC_COLUMNS // 2
    return [pk for row in rows for pk in row[:columns]], columns
