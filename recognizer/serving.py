"""The pair of live networks in this process, and its hot swap.

A publish moves a pointer in the database, and every process finds out by itself: `poll_once` compares the ids
it has loaded with the published ones, loads what is new beside the old, and replaces one reference when it
has passed its tests. A request reads that reference once, so it is answered by one pair from beginning to
end; the pair that it replaced goes when its last request is done. Reading it takes neither a lock nor the
database.

A version that cannot be served raises an alarm, and the one before stays. A process that has none yet,
because it has just started, walks back through the versions that were live before.
"""

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from datasets.errors import DigitsiteError, Unavailable
from recognizer import metrics
from recognizer.loading import LoadedVersion, load
from training.models import ModelVersion, Network, Publication

logger = logging.getLogger(__name__)

RETRY_SECONDS = 10.0  # until a version that failed is read again: somebody may have restored the file


@dataclass(frozen=True)
class LivePair:
    """The two networks that answer together."""

    digits: LoadedVersion
    digit_or_not: LoadedVersion

    @property
    def versions(self) -> dict[str, int]:
        """The number of each version, by network."""
        return {self.digits.network: self.digits.number, self.digit_or_not.network: self.digit_or_not.number}


@dataclass(frozen=True)
class Alarm:
    """A version that should answer, or that was tried in its place, and cannot."""

    id: int
    network: str
    number: int
    code: str
    message: str  # for the log: it may name hosts and files
    retry_at: float  # on the monotonic clock


class Serving:
    """The live networks of one room, or of the public site."""

    def __init__(self, room_id: int | None = None) -> None:
        self.room_id = room_id
        self.alarms: tuple[Alarm, ...] = ()
        self._pair: LivePair | None = None
        self._polling = threading.Lock()  # guards what is below; requests read only `_pair`
        self._loaded: dict[str, LoadedVersion] = {}
        self._failed: dict[int, Alarm] = {}

    @property
    def pair(self) -> LivePair | None:
        return self._pair

    def live(self) -> LivePair:
        """Return the pair that answers now; raises `Unavailable` when there is none yet."""
        pair = self._pair
        if pair is None:
            raise Unavailable(
                "no_published_version",
                "No version can answer yet: expected a published version of both networks that loads.",
            )
        return pair

    def poll_once(self) -> bool:
        """Bring the pair up to what is published; return whether it has changed.

        Raises `django.db.Error` when the database is away; the pair then stays as it is.
        """
        with self._polling:
            published = self._published()
            for network in Network.values:
                self._bring_up(network, published.get(network))
            self._settle_alarms(published)
            return self._replace_pair()

    def _published(self) -> dict[str, int]:
        rows = Publication.objects.filter(room=self.room_id).values_list("network", "version_id")
        return dict(rows)

    def _bring_up(self, network: str, version_id: int | None) -> None:
        """Load the published version unless it is loaded; at the start, an older one if need be."""
        current = self._loaded.get(network)
        if version_id is None or (current is not None and current.id == version_id):
            return
        for version in self._candidates(network, version_id, walk_back=current is None):
            loaded = self._try(version)
            if loaded is not None:
                self._loaded[network] = loaded
                return

    def _candidates(self, network: str, version_id: int, *, walk_back: bool) -> Iterator[ModelVersion]:
        """Yield the published version and then, at the start, those that were live before it."""
        if self._due(version_id):
            yield ModelVersion.objects.get(pk=version_id)
        if walk_back:
            versions = ModelVersion.objects.of_network(network).filter(room=self.room_id).exclude(pk=version_id)
            for version in versions.once_live():
                if self._due(version.pk):
                    yield version

    def _due(self, version_id: int) -> bool:
        failed = self._failed.get(version_id)
        return failed is None or time.monotonic() >= failed.retry_at

    def _try(self, version: ModelVersion) -> LoadedVersion | None:
        try:
            loaded = load(version)
        except DigitsiteError as error:
            self._raise_alarm(version, error.code, error.message)
        except Exception as error:  # whatever is wrong with one version, the old one goes on
            self._raise_alarm(version, "unexpected_error", f"{type(error).__name__}: {error}")
        else:
            metrics.SWAPS.labels(version.network).inc()
            metrics.LIVE_VERSION.labels(version.network).set(version.number)
            logger.info("%s %s answers from now on", version.network, version.number)
            return loaded
        return None

    def _raise_alarm(self, version: ModelVersion, code: str, message: str) -> None:
        """Remember the failure; log it once for each version and reason."""
        before = self._failed.get(version.pk)
        if before is None or before.message != message:
            logger.error("%s %s cannot be served: %s", version.network, version.number, message)
        metrics.LOAD_FAILURES.labels(version.network).inc()
        retry_at = time.monotonic() + RETRY_SECONDS
        self._failed[version.pk] = Alarm(version.pk, version.network, version.number, code, message, retry_at)

    def _settle_alarms(self, published: dict[str, int]) -> None:
        """Forget failures once the network is up to date, or the version no longer live."""

        def matters(alarm: Alarm) -> bool:
            current = self._loaded.get(alarm.network)
            wanted = published.get(alarm.network)
            return current is None or (current.id != wanted and alarm.id == wanted)

        self._failed = {id_: alarm for id_, alarm in self._failed.items() if matters(alarm)}
        self.alarms = tuple(self._failed.values())
        metrics.ALARMS.set(len(self.alarms))

    def _replace_pair(self) -> bool:
        digits, digit_or_not = (self._loaded.get(network) for network in (Network.DIGITS, Network.DIGIT_OR_NOT))
        if digits is None or digit_or_not is None:
            return False
        pair = LivePair(digits, digit_or_not)
        changed = pair != self._pair
        if changed:
            self._pair = pair
        return changed


public = Serving()


def live() -> LivePair:
    """Return the pair that answers for the public site; raises `Unavailable` when there is none yet."""
    return public.live()


def poll_once() -> bool:
    """Bring the public site's pair up to what is published; return whether it has changed."""
    return public.poll_once()
