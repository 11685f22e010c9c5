"""Threads that do something in the database at the same moment, and waiting for one that waits for it."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection


def elsewhere(act: Callable[[], Any], outcomes: list[Any]) -> threading.Thread:
    """Start something on a connection of its own; what it returns or raises is put into `outcomes`."""

    def run() -> None:
        try:
            outcomes.append(act())
        except Exception as error:
            outcomes.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def wait_until_somebody_waits_for_a_lock() -> None:
    _wait_until("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")


def wait_until_nobody_holds_an_advisory_lock() -> None:
    """The database lets go of it a moment after the connection has been closed."""
    _wait_until("SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')")


def _wait_until(question: str) -> None:
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute(question)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError(question)
