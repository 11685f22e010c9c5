"""Who works on a row. The row decides: a conditional UPDATE claims it, heartbeats keep it.

The broker may deliver a task twice, late, or never; a worker may die or lose its network. So a task begins with
`claim`, which at most one worker can win, and everything that it writes afterwards names the owner token. A worker
whose row was taken, or cancelled, learns it at its next check and stops. `training.runs.reaper` gives rows back whose
heart has stopped. Heartbeats are written and judged by the clock of the database: those of the hosts may differ.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import Error, connection, models
from django.db.models import F
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from training.errors import Cancelled

logger = logging.getLogger(__name__)


def ago(seconds: float) -> CombinedExpression:
    """Return the moment so many seconds ago, to compare heartbeats with."""
    return Now() - timedelta(seconds=seconds)


@dataclass
class Lease:
    """The right to work on one row (a `TrainingRun` or an `AugmentationShard`) in one state."""

    model: type[models.Model]
    pk: int
    owner: uuid.UUID
    state: str
    lost: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def claim(cls, model: type[models.Model], pk: int, *, before: str, state: str, **values: Any) -> Self | None:
        """Take a row from one state to another; None when somebody else was first, or it has moved on."""
        owner = uuid.uuid4()
        claimed = model._default_manager.filter(pk=pk, state=before).update(
            state=state, owner=owner, heartbeat_at=Now(), attempts=F("attempts") + 1, **values
        )
        return cls(model, pk, owner, state) if claimed else None

    def check(self) -> None:
        """Raise `Cancelled` when the row is no longer ours. Costs nothing: the heart asks the database."""
        if self.lost.is_set():
            raise Cancelled

    def write(self, **values: Any) -> None:
        """Update the row as its owner; raises `Cancelled` when it is no longer ours."""
        self.check()
        if not self._rows().update(heartbeat_at=Now(), **values):
            self.lost.set()
            raise Cancelled

    def release(self, state: str, **values: Any) -> bool:
        """Leave the row in another state; False when it was no longer ours."""
        return bool(self._rows().update(state=state, owner=None, heartbeat_at=Now(), **values))

    def locked(self) -> models.Model:
        """Return the row, locked until the transaction ends; raises `Cancelled` when it is no longer ours."""
        row = self._rows().select_for_update(of=("self",)).first()
        if row is None:
            raise Cancelled
        return row

    @contextmanager
    def beating(self) -> Iterator[Self]:
        """Keep the row while the body works, by a heartbeat from a thread of its own."""
        with heart(self._beat):
            yield self

    def _beat(self) -> None:
        if not self.lost.is_set() and not self._rows().update(heartbeat_at=Now()):
            self.lost.set()

    def _rows(self) -> models.QuerySet[Any]:
        return self.model._default_manager.filter(pk=self.pk, owner=self.owner, state=self.state)


@contextmanager
def heart(beat: Callable[[], object]) -> Iterator[None]:
    """Call `beat` every RUN_HEARTBEAT_SECONDS, in a thread with a database connection of its own."""
    stopped = threading.Event()

    def live() -> None:
        while not stopped.wait(settings.RUN_HEARTBEAT_SECONDS):
            try:
                beat()
            except Error as error:
                # The database may be back before anything is stale; if not, the next beat finds the row taken.
                logger.warning("No heartbeat: %s", error)
                connection.close()
        connection.close()

    thread = threading.Thread(target=live, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
