"""Build the files of a dataset version, each once, and keep none that shows what was deleted.

A row stands for each file. Whoever asks first makes it; a worker builds the file. A lock that the worker's connection
to the database holds says that somebody is at it: when he dies it is free, and `look_after_exports`, which runs from
time to time, has the file built by another.
"""

import hashlib
import io
import logging
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from datasets.errors import InvalidInput, Unavailable
from datasets.exporters.formats import FORMATS
from datasets.frozen import FrozenVersion
from datasets.locks import EXPORTING, held
from datasets.models import DatasetExport, DatasetItem, DatasetVersion

logger = logging.getLogger(__name__)

TASK = "datasets.tasks.build_export"
MOST_ATTEMPTS = 3
AGAIN_AFTER = timedelta(minutes=10)  # a failed export is tried again when somebody asks for it then
EXPIRES = 60  # seconds: a message that nobody has taken is sent again anyway
PROGRESS_SECONDS = 60  # that a progress is remembered

State = DatasetExport.State
Progress = Callable[[int], None]


def request_export(version: DatasetVersion, format: str) -> DatasetExport:
    """Return the export of the version as it is now, and have it built when nobody has asked for it yet.

    Raises InvalidInput `unknown_format`.
    """
    export, is_new = _find(version, format)
    if is_new:
        transaction.on_commit(lambda: _send(export.pk), robust=True)
    return export


def export_now(version: DatasetVersion, format: str, on_progress: Progress = lambda done: None) -> DatasetExport:
    """Return the export, built here and now if need be; waits while somebody else builds it.

    Raises InvalidInput `unknown_format` and Unavailable `export_failed`.
    """
    while True:
        export, _ = _find(version, format)
        if export.is_ready:
            return export
        if export.state == State.FAILED:
            raise Unavailable("export_failed", f"The export could not be built: {export.error}")
        if not build_export(export.pk, on_progress):
            time.sleep(1)


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


def look_after_exports() -> None:
    """Send again what waits or was left by a dead worker; remove files with drawings that were deleted since."""
    counts = DatasetItem.objects.withdrawn().values_list("version").annotate(count=Count("pk"))
    withdrawn = dict(counts.order_by())
    for export in DatasetExport.objects.all():
        if export.revision != 1 + withdrawn.get(export.version_id, 0):
            _delete(export)
        elif export.state in (State.QUEUED, State.BUILDING):
            _send(export.pk)


def copy_export(export: DatasetExport, target: Path) -> None:
    """Copy the file of an export; `target` is there whole or not at all."""
    partial = target.with_name(target.name + ".partial")
    with storages["artifacts"].open(export.path) as stored, partial.open("wb") as copy:
        shutil.copyfileobj(stored, copy)
    partial.replace(target)


def _find(version: DatasetVersion, format: str) -> tuple[DatasetExport, bool]:
    """Return the export of the version as it is now, and whether it has to be built from the beginning."""
    if format not in FORMATS:
        raise InvalidInput(
            "unknown_format", f"Expected a format out of {', '.join(FORMATS)}; received {format[:40]!r}."
        )
    export, is_new = DatasetExport.objects.select_related("version").get_or_create(
        version=version, format=format, revision=version.revision()
    )
    long_ago = timezone.now() - AGAIN_AFTER
    failed = DatasetExport.objects.filter(pk=export.pk, state=State.FAILED, changed_at__lt=long_ago)
    if not is_new and failed.update(state=State.QUEUED, attempts=0, error="", changed_at=timezone.now()):
        export.refresh_from_db()
        is_new = True
    return export, is_new


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
            # A drawing was deleted meanwhile: what was written shows it, or counts it.
            _delete(export)
            request_export(export.version, export.format)
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


def _delete(export: DatasetExport) -> None:
    export.delete()
    if export.path:
        storages["artifacts"].delete(export.path)


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


def _send(export_id: int) -> None:
    """Hand the export to a worker; when the broker is away, `look_after_exports` does it later."""
    try:
        current_app.send_task(TASK, args=[export_id], retry=False, expires=EXPIRES)
    except (BrokerError, RedisError, OSError) as error:
        logger.warning("The broker is away; export %s is built later: %s", export_id, error)
