"""Build the file of an export: one worker at a time, what he wrote checked before anybody gets it.

A lock that the worker's connection to the database holds says that somebody is at it. When he dies it is free.
"""

import hashlib
import io
import logging
import tempfile
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from redis.exceptions import RedisError

from datasets.exporters.formats import FORMATS
from datasets.frozen import FrozenVersion
from datasets.locks import EXPORTING, held
from datasets.models import DatasetExport

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
PROGRESS_SECONDS = 60  # that a progress is remembered

State = DatasetExport.State
Progress = Callable[[int], None]


def build_export(export_id: int, on_progress: Progress | None = None) -> bool:
    """Build the file of an export; return False when it is there, or somebody else is building it."""
    with held(EXPORTING, export_id) as ours:
        if not ours or not _begin(export_id):
            return False
        export = DatasetExport.objects.select_related("version").get(pk=export_id)
        try:
            _build(export, on_progress or _remembered(export))
        except Exception as error:  # the edge of the task: whatever it was, those who wait are told
            logger.exception("Export %s failed.", export)
            _end(export, state=State.FAILED, error=f"{type(error).__name__}: {error}"[:200])
    return True


def progress_of(export: DatasetExport) -> float | None:
    """Return the share of an export that is done, 0 to 1; None where nobody is at it, or nobody knows."""
    if export.is_ready:
        return 1.0
    try:
        done: int | None = cache.get(_progress_key(export))
    except (RedisError, OSError):
        return None
    return None if done is None else min(1.0, done / max(1, export.version.size))


def delete_export(export: DatasetExport) -> None:
    """Delete the file, then the row that names it: raises OSError where the storage fails, and can be tried again."""
    if export.path:
        storages["artifacts"].delete(export.path)
    export.delete()


def _begin(export_id: int) -> bool:
    """Note that the export is being built; False when there is nothing to do, or it has been tried often enough."""
    waiting = DatasetExport.objects.unfinished().filter(pk=export_id)
    too_often = f"given up after {MOST_ATTEMPTS} attempts: the worker died each time"
    now = timezone.now()
    if waiting.filter(attempts__gte=MOST_ATTEMPTS).update(state=State.FAILED, error=too_often, changed_at=now):
        return False
    return bool(waiting.update(state=State.BUILDING, attempts=F("attempts") + 1, changed_at=now))


def _build(export: DatasetExport, on_progress: Progress) -> None:
    folder = settings.DATA_DIR / "exports"  # on a disk: /tmp is in memory on many machines
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        with transaction.atomic():
            FORMATS[export.format].write(FrozenVersion(export.version, on_progress), file)
        if export.version.revision() != export.revision:
            # A drawing was deleted meanwhile: what was written shows it, or counts it. Who asks again gets a new one.
            delete_export(export)
            return
        sha256 = _sha256(file)
        size = file.seek(0, 2)
        path = _store(export, file)
    _end(export, state=State.READY, path=path, size=size, sha256=sha256)


def _store(export: DatasetExport, file: io.BufferedRandom) -> str:
    """Put the file where this export belongs, in place of what an attempt before may have left there."""
    path = f"datasets/{export.version_id}/{export.revision}/{export.filename}"
    file.seek(0)
    storages["artifacts"].delete(path)
    return storages["artifacts"].save(path, File(file))


def _end(export: DatasetExport, **values: object) -> None:
    """Record what became of it; a file that no row wants any more is removed."""
    rows = DatasetExport.objects.filter(pk=export.pk)
    if not rows.update(**values, changed_at=timezone.now()) and "path" in values:
        storages["artifacts"].delete(str(values["path"]))


def _sha256(file: io.BufferedRandom) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def _remembered(export: DatasetExport) -> Progress:
    """Return what keeps the progress where `progress_of` finds it."""
    total = 0

    def on_progress(done: int) -> None:
        nonlocal total
        total += done
        try:
            cache.set(_progress_key(export), total, PROGRESS_SECONDS)
        except (RedisError, OSError) as error:
            logger.warning("Nobody will see the progress of %s: %s", export, error)

    return on_progress


def _progress_key(export: DatasetExport) -> str:
    return f"datasets.export.{export.pk}"
