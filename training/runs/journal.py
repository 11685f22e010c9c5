"""The log of a run: lines that say what happened, for whoever wants to know why it is where it is."""

import logging

from django.db import Error, connection

from training.models import RunLine, TrainingRun

logger = logging.getLogger(__name__)


def note(run: TrainingRun, text: str) -> None:
    """Add a line to the run's log, within the caller's transaction if there is one."""
    logger.info("%s: %s", run, text)
    RunLine.objects.create(run=run, text=text)


def note_if_possible(run: TrainingRun, text: str) -> None:
    """The same for who works on the run: with the database away he goes on, and the line is lost."""
    try:
        note(run, text)
    except Error as error:
        connection.close()
        logger.warning("%s: a line of its log is lost (%s): %s", run, error, text)


def last_lines(run: TrainingRun, count: int) -> list[RunLine]:
    """Return the last lines of a run's log, the oldest first."""
    return list(run.lines.order_by("-id")[:count])[::-1]
