"""Waiting for a thread that waits for the database."""

import threading

from django.db import connection


def wait_until_somebody_waits_for_a_lock() -> None:
    stop = threading.Event()
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        stop.wait(0.01)
    raise AssertionError("nobody waits")
