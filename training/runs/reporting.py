"""How a run that is worked on shows in its row: step, progress, figures, log, checkpoint, all as its owner."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import connection
from django.utils import timezone

from training.augmenting.shards import checkpoints_of
from training.errors import Cancelled, UnreadableArtifact
from training.learning.checkpoints import FitState
from training.learning.epochs import EpochFigures
from training.models import TrainingRun
from training.runs.failures import passes
from training.runs.journal import note_if_possible
from training.runs.leases import Lease
from training.versions import artifacts

logger = logging.getLogger(__name__)

AUGMENTED_AT = 0.3  # of the progress of a whole run
FITTED_AT = 0.9
PROGRESS_SECONDS = 1.0  # between two writes
FORESEEABLE_AFTER = 0.01  # of the fit: less says nothing about when it will end


class RowReporter:
    """Writes a run's progress to its row, as the owner of its lease, and at most once a second.

    While the database is away the work goes on: the next write says all, and the lease whether the run is still ours.
    """

    def __init__(self, lease: Lease, run: TrainingRun, on_progress: Callable[[str, float], None] | None = None) -> None:
        self.lease = lease
        self.run = run
        self.on_progress = on_progress or (lambda step, share: None)
        self.current = ""
        self.share = AUGMENTED_AT
        self.history: list[dict[str, float]] = []
        self.checkpoint: dict[str, str | int] = dict(run.checkpoint)
        self.checkpoint_due = time.monotonic() + settings.RUN_CHECKPOINT_SECONDS
        self.begun: tuple[float, float] | None = None  # when the fit began here, and how far it was
        self.expected_end_at: datetime | None = None
        self.due = 0.0

    def step(self, name: str, share: float | None = None) -> None:
        self.current = name
        if share is not None:
            self.share, self.expected_end_at = share, None
        self.note(name)
        self._write()

    def note(self, text: str) -> None:
        note_if_possible(self.run, text)

    def progress(self, share: float) -> None:
        self.lease.check()
        self.share = AUGMENTED_AT + (FITTED_AT - AUGMENTED_AT) * share
        self._foresee(share)
        if time.monotonic() >= self.due:
            self._write()

    def epoch(self, figures: EpochFigures) -> None:
        self.history.append(figures.to_json())
        self.note(
            f"epoch {figures.epoch}: loss {figures.loss:.4f}, accuracy {figures.accuracy:.2%}; on the validation "
            f"drawings {figures.validation_loss:.4f}, {figures.validation_accuracy:.2%}; {figures.seconds:.0f} s"
        )
        self._write()

    def keep(self, state: Callable[[], FitState]) -> None:
        """Store what another worker needs to go on from here: the file first, then its name in the row."""
        if self.run.foreground or time.monotonic() < self.checkpoint_due:
            return
        epoch = len(self.history)
        try:
            path, sha256 = artifacts.write(f"{checkpoints_of(self.run)}/epoch-{epoch}.npz", state().to_bytes())
        except OSError as error:
            self.note(f"no checkpoint after epoch {epoch}: {error}")
            return
        before, self.checkpoint = self.checkpoint, {"path": path, "sha256": sha256, "epoch": epoch}
        try:
            written = self._write(checkpoint=self.checkpoint, attempts=1)  # from here on, this one is the first
        except Cancelled:
            artifacts.delete(path)  # whoever ended the run has cleaned up already
            raise
        if written and before:
            artifacts.delete(str(before["path"]))
        self.checkpoint_due = time.monotonic() + settings.RUN_CHECKPOINT_SECONDS

    def resumed(self) -> FitState | None:
        """Return what an earlier attempt has left, if it can be read."""
        if not self.checkpoint:
            return None
        try:
            content = artifacts.read(str(self.checkpoint["path"]), str(self.checkpoint["sha256"]))
        except UnreadableArtifact as error:
            self.note(f"begins anew, as its checkpoint cannot be read: {error.message}")
            self.checkpoint = {}
            return None
        state = FitState.from_bytes(content)
        self.history = [figures.to_json() for figures in state.history]
        self.note(f"goes on after epoch {len(self.history)}, where the worker before was stopped")
        return state

    def locked_run(self) -> TrainingRun:
        return cast(TrainingRun, self.lease.locked())

    def _foresee(self, share: float) -> None:
        if self.begun is None:
            self.begun = (time.monotonic(), share)
        began_at, began_with = self.begun
        done = share - began_with
        if done >= FORESEEABLE_AFTER:
            left = (time.monotonic() - began_at) * (1 - share) / done
            self.expected_end_at = timezone.now() + timedelta(seconds=left)

    def _write(self, **values: object) -> bool:
        """Write all; False when the database is away. Raises `Cancelled` when the run is no longer ours."""
        self.on_progress(self.current, self.share)
        self.due = time.monotonic() + PROGRESS_SECONDS
        try:
            self.lease.write(
                step=self.current,
                progress=self.share,
                history=self.history,
                expected_end_at=self.expected_end_at,
                **values,
            )
        except Exception as error:
            if self.run.foreground or not passes(error):
                raise
            logger.warning("%s: its progress cannot be written: %s", self.run, error)
            connection.close()
            return False
        return True
