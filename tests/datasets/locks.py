"""Threads that do something in the database at the same moment, and waiting for one that waits for it."""

import threading
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
    stop = threading.Event()
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        stop.wait(0.01)
    raise AssertionError("nobody waits")
