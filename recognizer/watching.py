"""The thread that keeps the live pair up to date, one in each web process.

It is started by `digitsite.wsgi`, in the process that serves: a thread does not survive a fork, so a server
that loads the site before it forks (`gunicorn --preload`) would never swap.
"""

import logging
import threading
import time

import django.db
from django.conf import settings

from recognizer import metrics, serving

logger = logging.getLogger(__name__)

STOP_SECONDS = 10.0  # a poll that is loading a pair may take as long


class Watcher:
    """Polls one `Serving` until it is stopped, whatever happens to the database."""

    def __init__(self, target: serving.Serving) -> None:
        self.database_away = False
        self._target = target
        self._polled_at: float | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hot-swap", daemon=True)

    @property
    def seconds_since_poll(self) -> float | None:
        """How long ago the database was last asked with success; None when it never was."""
        return None if self._polled_at is None else time.monotonic() - self._polled_at

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close its database connection; returns when both are gone."""
        self._stopping.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._poll()
            self._stopping.wait(settings.SWAP_POLL_SECONDS)
        django.db.connection.close()

    def _poll(self) -> None:
        try:
            self._target.poll_once()
        except django.db.Error as error:
            self._note_away(error)
        except Exception:  # the thread's edge: without it, this process would never swap again
            logger.exception("The live versions could not be brought up to date")
        else:
            self._note_back()

    def _note_away(self, error: Exception) -> None:
        if not self.database_away:
            logger.error("The database is away, the loaded versions go on answering: %s", error)
        self.database_away = True
        metrics.DATABASE_AWAY.set(1)
        django.db.connection.close()  # the next poll makes a new one

    def _note_back(self) -> None:
        if self.database_away:
            logger.info("The database is back")
        self.database_away = False
        self._polled_at = time.monotonic()
        metrics.DATABASE_AWAY.set(0)


_watcher: Watcher | None = None
_starting = threading.Lock()


def start() -> Watcher:
    """Start the thread of this process for the public site, unless it runs already."""
    global _watcher
    with _starting:
        if _watcher is None or not _watcher.running:
            _watcher = Watcher(serving.public)
            _watcher.start()
        return _watcher


def stop() -> None:
    """Stop the thread of this process, if there is one."""
    global _watcher
    with _starting:
        if _watcher is not None:
            _watcher.stop()
        _watcher = None


def current() -> Watcher | None:
    """Return this process's watcher, if it was started."""
    return _watcher
