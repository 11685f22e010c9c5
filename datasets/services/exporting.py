"""The files of a dataset version: each is built once, and none is kept that shows what was deleted.

A row stands for each file. Whoever asks first makes it, and a worker builds the file, see `datasets.services.building`.
`look_after_exports` runs from time to time: what a dead worker left is built by another.
"""

import logging
import shutil
import time
from datetime import timedelta
from pathlib import Path

from celery import current_app
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from datasets.errors import InvalidInput, Unavailable
from datasets.exporters.formats import FORMATS
from datasets.models import DatasetExport, DatasetItem, DatasetVersion
from datasets.services.building import Progress, State, build_export, delete_export

logger = logging.getLogger(__name__)

TASK = "datasets.tasks.build_export"
AGAIN_AFTER = timedelta(minutes=10)  # a failed export is tried again when somebody asks for it then
EXPIRES = 60  # seconds: a message that nobody has taken is sent again anyway


def request_export(version: DatasetVersion, format: str) -> DatasetExport:
    """Return the export of the version as it is now, and have it built when nobody has asked for it yet.

    Raises InvalidInput `unknown_format`.
    """
    export, is_new = _find(version, format)
    if is_new:
        transaction.on_commit(lambda: _send(export.pk), robust=True)
    return export


def build_again(export: DatasetExport) -> None:
    """Build an export whose file is lost once more."""
    if _start_over(DatasetExport.objects.filter(pk=export.pk, state=State.READY)):
        _send(export.pk)


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


def look_after_exports() -> None:
    """Send again what waits or was left by a dead worker; remove files with drawings that were deleted since."""
    counts = DatasetItem.objects.withdrawn().values_list("version").annotate(count=Count("pk"))
    withdrawn = dict(counts.order_by())
    for export in DatasetExport.objects.all():
        if export.revision != 1 + withdrawn.get(export.version_id, 0):
            _delete_if_possible(export)
        elif export.state in (State.QUEUED, State.BUILDING):
            _send(export.pk)


def _delete_if_possible(export: DatasetExport) -> None:
    try:
        delete_export(export)
    except OSError:
        logger.exception("Export %s shows drawings that were deleted, and stays until the next round", export.pk)


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
    if not is_new and _start_over(failed):
        export.refresh_from_db()
        is_new = True
    return export, is_new


def _start_over(exports: QuerySet[DatasetExport]) -> int:
    return exports.update(state=State.QUEUED, attempts=0, error="", changed_at=timezone.now())


def _send(export_id: int) -> None:
    """Hand the export to a worker; when the broker is away, `look_after_exports` does it later."""
    try:
        current_app.send_task(TASK, args=[export_id], retry=False, expires=EXPIRES)
    except (BrokerError, RedisError, OSError) as error:
        logger.warning("The broker is away; export %s is built later: %s", export_id, error)
