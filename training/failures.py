"""What an error means for a run: the cause in words and what to do about it, or that somebody may try again."""

import errno

from django.db import InterfaceError, OperationalError
from psycopg import errors as postgres

from datasets.errors import DigitsiteError

OUT_OF_MEMORY = (
    "out of memory: choose fewer copies, a smaller batch size or a smaller architecture, or give the worker more memory"
)
DISK_FULL = "no space left on {where}: free some, then run this again"
# TensorFlow's own, which cannot be imported here.
MEMORY_ERRORS = {"ResourceExhaustedError"}


def passes(error: Exception) -> bool:
    """Whether the error is that of a database that went away: another attempt may find it again."""
    return isinstance(error, OperationalError | InterfaceError) and not isinstance(error.__cause__, postgres.DiskFull)


def reason_of(error: BaseException) -> str:
    """Return why a run fails, in words."""
    if isinstance(error, DigitsiteError):
        return error.message
    if isinstance(error, MemoryError) or type(error).__name__ in MEMORY_ERRORS:
        return OUT_OF_MEMORY
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL.format(where="the worker's disk or the storage of artifacts")
    if isinstance(error.__cause__, postgres.DiskFull):
        return DISK_FULL.format(where="the disk of the database")
    return f"{type(error).__name__}: {error}"
