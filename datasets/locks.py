"""Locks that are held in the database until the transaction ends, for what no row stands for."""

from django.db import connection

FREEZING = 7301
SPLITTING = 7302


def lock(key: int, *, shared: bool = False) -> None:
    """Wait until nobody else holds the lock; several may hold it when all of them share."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [key])
