"""What an error means for a run: the cause in words and what to do about it, or that somebody may try again."""

import errno

from django.db import InterfaceError, OperationalError
from psycopg import errors as postgres

from datasets.errors import DigitsiteError
from training import sentences

# The errors whose messages tell of drawings, labels and networks only.
PUBLIC = {
    "empty_split",
    "nothing_published",
    "nothing_to_freeze",
    "stale_preprocessing",
    "too_few_drawings",
    "unknown_architecture",
    "unknown_source",
}
# TensorFlow's own, which cannot be imported here.
MEMORY_ERRORS = {"ResourceExhaustedError"}


def passes(error: Exception) -> bool:
    """Whether the error is that of a database that went away: another attempt may find it again."""
    return isinstance(error, OperationalError | InterfaceError) and not isinstance(error.__cause__, postgres.DiskFull)


def reason_of(error: Exception) -> str:
    """Return why a run fails, in words, for those who run the site: it may name files and hosts."""
    if isinstance(error, DigitsiteError):
        return error.message
    return _lack_behind(error) or f"{type(error).__name__}: {error}"


def public_reason_of(error: Exception) -> str:
    """Return why a run fails as far as everybody may know; empty where the reason may name files and hosts."""
    if isinstance(error, DigitsiteError):
        return error.message if error.code in PUBLIC else ""
    return _lack_behind(error)


def _lack_behind(error: Exception) -> str:
    """Return what the machine has too little of, and what to do about it; empty when it is nothing that we know."""
    if isinstance(error, MemoryError) or type(error).__name__ in MEMORY_ERRORS:
        return sentences.OUT_OF_MEMORY
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return sentences.WORKER_DISK_FULL
    if isinstance(error.__cause__, postgres.DiskFull):
        return sentences.DATABASE_DISK_FULL
    return ""
