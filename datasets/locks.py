"""Locks that are held in the database, for what no row stands for."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# All keys of this database stand here, also those of other apps: two that are equal would wait for each other.
FREEZING = 7301  # a version is made; shared by those who delete drawings that it might hold
SPLITTING = 7302
EXPORTING = 7303
STARTING = 7304  # whether a run may start is decided one at a time
REGISTERING = 7305  # one number of a model version at a time is given out
FIRST_OF_A_PROGRAM = 7310


# A web server has a few threads: those that wait for a decision on a hundred thousand drawings read none meanwhile.
PATIENCE_SECONDS = 5


def lose_patience() -> None:
    """Let this transaction, a visitor's, wait for each lock so long and no longer; then it fails as if a service were
    away, and can be tried again."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS}s'")


def lock(key: int, *, shared: bool = False) -> None:
    """Wait until nobody else holds the lock, and hold it until the transaction ends; several may share it."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [key])


def lock_one(key: int, name: str) -> None:
    """Do as `lock` does with the lock of one name out of many; two names may share one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [key, name])


@contextmanager
def held(key: int, number: int) -> Iterator[bool]:
    """Hold a lock while the body runs, over several transactions; yields False at once when somebody else has it.

    It ends with the connection: when this process dies, the lock is free.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [key, number])
        [ours] = cursor.fetchone()
    try:
        yield ours
    finally:
        if ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [key, number])
