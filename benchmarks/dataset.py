"""The dataset at scale: pages, freezing and exports, with as many drawings as are wanted.

`python -m benchmarks dataset=1000000` for a million; the aims below are for that many.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from benchmarks import synthetic
from benchmarks.report import Figure
from datasets import statistics
from datasets.gallery import Place, page_at
from datasets.models import DatasetVersion, Drawing
from datasets.services import freeze_version
from datasets.views.gallery import COLUMNS, sheet_context

DRAWINGS = 100_000
ROUNDS = 7
ROOT = Path(__file__).resolve().parent.parent
GALLERY_MS, QUEUE_MS, FREEZE_SECONDS, EXPORT_A_MINUTE, EXPORT_MB = 200, 300, 60, 100_000, 300


def run(drawings: int = DRAWINGS) -> list[Figure]:
    started = time.perf_counter()
    synthetic.build(drawings)
    built = Figure("drawings in PostgreSQL", Drawing.objects.count(), "drawings")
    making = Figure("making them up", time.perf_counter() - started, "s")
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing has been collected
    with override_settings(ALLOWED_HOSTS=["*"], STORAGES={**settings.STORAGES, "staticfiles": plain}):
        pages = [*_gallery(), *_queue()]
    return [built, making, *pages, *_freeze(), *_exports()]


def _gallery() -> Iterator[Figure]:
    seconds = _seconds(statistics.count, rounds=1)
    yield Figure("counting for the gallery, once a minute in the background", seconds, "s")
    client = Client()
    address = reverse("datasets:gallery")
    newest = page_at(Place())
    older = address + newest.older
    rare = f"{address}?label=not-a-digit&source=unipen"
    for name, page in (("first page", address), ("next page", older), ("a label of a source", rare)):
        yield Figure(f"gallery, {name}", 1000 * _seconds(lambda page=page: client.get(page)), "ms", at_most=GALLERY_MS)
    sheet = sheet_context([drawing.pk for drawing in newest.drawings], COLUMNS)["sheet"]
    yield Figure(
        "gallery, its sheet of 100 drawings", 1000 * _seconds(lambda: client.get(sheet)), "ms", at_most=GALLERY_MS
    )


def _queue() -> Iterator[Figure]:
    """The pages of the moderators' queue, as they come from the server."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("benchmark"))
    address = reverse("admin:datasets_drawing_changelist")
    for name, page in (("first page", address), ("second page", f"{address}?p=2")):
        yield Figure(f"queue, {name}", 1000 * _seconds(lambda page=page: client.get(page)), "ms", at_most=QUEUE_MS)


def _freeze() -> Iterator[Figure]:
    seconds = _seconds(freeze_version, rounds=1)
    version = DatasetVersion.objects.public().first()
    assert version is not None
    yield Figure(f"freezing {version.size:,} drawings", seconds, "s", at_most=FREEZE_SECONDS)
    yield Figure("freezing them again, unchanged", _seconds(freeze_version, rounds=1), "s", at_most=FREEZE_SECONDS)


def _exports() -> Iterator[Figure]:
    version = DatasetVersion.objects.public().first()
    assert version is not None
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder:
        for format in ("npz", "idx", "png", "ndjson"):
            target = Path(folder) / format
            seconds, megabytes = _export(version.number, format, target)
            aim = EXPORT_A_MINUTE if format != "ndjson" else None
            rate = 60 * version.size / seconds
            yield Figure(f"export as {format}", rate, "drawings/minute", at_least=aim)
            yield Figure(f"export as {format}, memory", megabytes, "MB", at_most=EXPORT_MB)
            yield Figure(f"export as {format}, file", target.stat().st_size / 2**20, "MB")
            target.unlink()


def _export(number: int, format: str, target: Path) -> tuple[float, float]:
    """Export in a process of its own; return its seconds, the start included, and its most memory in MB."""
    command = [sys.executable, "manage.py", "export_dataset", str(number), "--format", format, "--output", str(target)]
    started = time.perf_counter()
    process = subprocess.Popen([*command, "--verbosity", "0"], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"benchmarks: the export as {format} failed")
    return time.perf_counter() - started, _megabytes(used)


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _seconds(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median time of a call, the first of several left out."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return median(taken[1:] or taken)
