"""Which workers are there: asked through the broker, so that a run can say that nobody will take it up."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 1.0


def queues_listened_to() -> set[str] | None:
    """Return the names of the queues that some worker takes work from; None when the broker is away."""
    try:
        answers = current_app.control.inspect(timeout=ANSWER_SECONDS).active_queues() or {}
    except (OperationalError, OSError) as error:
        logger.warning("The workers cannot be asked: %s", error)
        return None
    return {queue["name"] for queues in answers.values() for queue in queues}
