"""The dataset at scale: pages, decisions, freezing, exports, scoring and giving, with as many drawings as are wanted.

`python -m benchmarks dataset=1000000` for a million; the aims below are for that many.
"""

import html
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from benchmarks import submissions, synthetic
from benchmarks.report import Figure
from benchmarks.timing import measure
from datasets.membership import versions_containing
from datasets.models import DatasetVersion, Drawing
from datasets.pages import statistics
from datasets.pages.gallery import Place, page_at
from datasets.services import approve, freeze_version, undo
from datasets.services.sweeping import sweep
from datasets.views.gallery import COLUMNS, sheet_context
from recognizer import scoring, serving

DRAWINGS = 100_000
ROUNDS = 7
ROOT = Path(__file__).resolve().parent.parent
GALLERY_MS, QUEUE_MS, FREEZE_SECONDS, EXPORT_A_MINUTE, EXPORT_MB = 200, 300, 60, 100_000, 300
LINEAGE_SECONDS, SCORED_A_SECOND = 2, 1000
REJECTED, UNREAD = 10_000, 20_000
OPINION = [field.name for field in Drawing._meta.fields if field.name.startswith("opinion_")]


def run(drawings: int = DRAWINGS) -> Iterator[Figure]:
    making = measure(lambda: synthetic.build(drawings))
    yield Figure("drawings in PostgreSQL", Drawing.objects.count(), "drawings")
    yield from making.figures("making them up", "s")
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing has been collected
    with override_settings(ALLOWED_HOSTS=["*"], STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield from _gallery()
        yield from _queue()
    yield from _freeze()
    yield from _lineage()
    yield from _decisions()
    yield from _scoring()
    yield from submissions.run()
    yield from _exports()


def _gallery() -> Iterator[Figure]:
    yield from measure(statistics.count).figures("counting for the gallery, in the background", "s")
    client = Client()
    address = reverse("datasets:gallery")
    newest = page_at(Place())
    rare = f"{address}?label=not-a-digit&source=unipen"
    for name, page in (("first page", address), ("next page", address + newest.older), ("a label of a source", rare)):
        yield from _page(client, f"gallery, {name}", page, GALLERY_MS)
    sheet = sheet_context([drawing.pk for drawing in newest.drawings], COLUMNS)["sheet"]
    yield from _page(client, "gallery, a sheet of 100", sheet, GALLERY_MS)


def _queue() -> Iterator[Figure]:
    """The pages of the moderators' queue, as they come from the server."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("benchmark"))
    address = reverse("admin:datasets_drawing_changelist")
    onward = re.search(r'href="([^"]+)" rel="next"', client.get(address).content.decode())
    yield from _page(client, "queue, first page", address, QUEUE_MS)
    if onward:
        yield from _page(client, "queue, next page", address + html.unescape(onward[1]), QUEUE_MS)


def _page(client: Client, name: str, address: str, at_most: float) -> Iterator[Figure]:
    yield from measure(lambda: client.get(address), ROUNDS).figures(name, "ms", at_most)


def _freeze() -> Iterator[Figure]:
    first, again = measure(freeze_version), measure(freeze_version)
    version = DatasetVersion.objects.public().first()
    assert version is not None
    yield from first.figures(f"freezing {version.size:,} drawings", "s", FREEZE_SECONDS)
    yield from again.figures("freezing them again, unchanged", "s", FREEZE_SECONDS)


def _lineage() -> Iterator[Figure]:
    """What has to be known before drawings are rejected: which versions hold them."""
    approved = Drawing.objects.publicly_shown().order_by("pk")
    for count in (1, REJECTED):
        some = approved.filter(pk__in=approved.values("pk")[:count])
        found = measure(lambda some=some: versions_containing(some), ROUNDS)
        yield from found.figures(f"the versions that hold {count:,} drawings", "s", LINEAGE_SECONDS)


def _exports() -> Iterator[Figure]:
    version = DatasetVersion.objects.public().first()
    assert version is not None
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder:
        for format in ("npz", "idx", "png", "ndjson"):
            target = Path(folder) / format
            seconds, processor, megabytes = _export(version.number, format, target)
            aim = EXPORT_A_MINUTE if format != "ndjson" else None  # it has the strokes besides the cached 28x28
            yield Figure(f"export as {format}", 60 * version.size / seconds, "drawings/minute", at_least=aim)
            yield Figure(f"export as {format}, processor", 60 * version.size / processor, "drawings/minute")
            yield Figure(f"export as {format}, memory", megabytes, "MB", at_most=EXPORT_MB)
            yield Figure(f"export as {format}, file", target.stat().st_size / 2**20, "MB")
            target.unlink()


def _decisions() -> Iterator[Figure]:
    """A decision on all that waits, in one action, and its undo; and the look for vandals."""
    waiting = Drawing.objects.public().pending()
    count, decisions = waiting.count(), []
    deciding = measure(lambda: decisions.append(approve(waiting, actor=None, reason="benchmark")))
    yield from deciding.figures(f"approving {count:,} drawings at once", "s")
    yield from measure(lambda: undo(decisions[0], actor=None)).figures("taking that back", "s")
    yield from measure(sweep).figures("the vandal sweep", "s")


def _scoring() -> Iterator[Figure]:
    """The opinion of the live networks on drawings that wait, by one worker."""
    serving.poll_once()
    some = Drawing.objects.public().pending().order_by("-pk").values("pk")[:UNREAD]
    unread = Drawing.objects.filter(pk__in=some).update(**dict.fromkeys(OPINION))
    scored: list[int] = []
    taken = measure(lambda: scored.append(scoring.score_pending(seconds=600)))
    yield Figure("pending drawings scored", scored[0], "drawings", at_least=unread)
    yield Figure("scoring", scored[0] / taken.clock, "drawings/s", at_least=SCORED_A_SECOND)
    yield Figure("scoring, processor", scored[0] / taken.processor, "drawings/s")


def _export(number: int, format: str, target: Path) -> tuple[float, float, float]:
    """Export in a process of its own; return its seconds, the start included, the processor's, and its most MB."""
    command = [sys.executable, "manage.py", "export_dataset", str(number), "--format", format, "--output", str(target)]
    started = time.perf_counter()
    process = subprocess.Popen([*command, "--verbosity", "0"], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"benchmarks: the export as {format} failed")
    return time.perf_counter() - started, used.ru_utime + used.ru_stime, _megabytes(used)


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
