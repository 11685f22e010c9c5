"""Take the drawings of a public dataset in, batch by batch; what is there already stays as it is."""

import hashlib
import itertools
import multiprocessing
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, fields

from django.db import transaction
from django.utils import timezone

from datasets.importers import ImportedDrawing, SkippedRecord
from datasets.labels import Label
from datasets.models import Contributor, Drawing, DrawingContent
from datasets.preprocessing import contents
from datasets.preprocessing.contents import Content
from datasets.preprocessing.normalization import PREPROCESSING_VERSION
from datasets.services.already_there import (
    ByKey,
    Item,
    Mapped,
    Result,
    not_yet_there,
    stored_under_keys,
    with_key_of_another,
)

BATCH = 2000  # drawings in one transaction
PARALLEL_FROM = 500  # strokes and pictures in a batch: fewer are done here before other processes have started
CHUNK = 50  # drawings that another process gets at a time
UNKNOWN_WRITER = "-"  # the one hand of sources that do not say who wrote what
LONGEST_KEY = 64

Record = ImportedDrawing | SkippedRecord
TEXTS = [each.name for each in fields(ImportedDrawing) if each.type is str]


@dataclass
class ImportReport:
    """What became of the records."""

    created: int = 0
    already_there: int = 0
    skipped: list[SkippedRecord] = field(default_factory=list)


def import_drawings(
    records: Iterable[Record],
    *,
    status: str = Drawing.Status.APPROVED,
    on_progress: Callable[[int], None] = lambda done: None,
) -> ImportReport:
    """Create the drawings that are not there yet, known by their source and their key in it.

    One whose key another drawing has is skipped, and so is one with a text that the database does not take.
    Strokes and pictures are normalized on all processors. Each batch is a transaction, so an import that breaks off
    goes on where it was when it is started again. `on_progress` gets the number of records done since its last call.
    """
    report = ImportReport()
    writers: dict[tuple[str, str], Contributor] = {}
    remaining = iter(records)
    with _processes() as mapped:
        while batch := list(itertools.islice(remaining, BATCH)):
            drawings = [record for record in batch if isinstance(record, ImportedDrawing)]
            report.skipped += [record for record in batch if isinstance(record, SkippedRecord)]
            labelled = _labelled(_storable(drawings, report), report)
            stored = stored_under_keys(labelled)
            usable = _under_own_keys(labelled, stored, mapped, report)
            new = not_yet_there(usable, stored)
            report.already_there += len(usable) - len(new)
            _create(list(_with_content(new, mapped, report)), status, writers, report)
            on_progress(len(batch))
    return report


def _storable(drawings: list[ImportedDrawing], report: ImportReport) -> list[ImportedDrawing]:
    """Return the drawings whose texts the database takes; the others are skipped."""
    storable = []
    for drawing in drawings:
        wrong = next((name for name in TEXTS if not _is_storable(getattr(drawing, name))), None)
        if wrong is None:
            storable.append(drawing)
        else:
            reason = f"expected UTF-8 without NUL in {wrong}, received {getattr(drawing, wrong)[:20]!r}"
            report.skipped.append(SkippedRecord(drawing.name, reason))
    return storable


def _is_storable(text: str) -> bool:
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair: from a file's name, or JSON
        return False


def _labelled(drawings: list[ImportedDrawing], report: ImportReport) -> list[ImportedDrawing]:
    """Return the drawings that have a label of ours; the others are skipped."""
    reason = f"expected a label out of {', '.join(Label.values)}; the source has {{}} (--label gives one to all)"
    report.skipped += [
        SkippedRecord(drawing.name, reason.format(repr(drawing.symbol[:20]) if drawing.symbol else "none"))
        for drawing in drawings
        if not drawing.label
    ]
    return [drawing for drawing in drawings if drawing.label]


def _under_own_keys(
    drawings: list[ImportedDrawing], stored: ByKey, mapped: Mapped, report: ImportReport
) -> list[ImportedDrawing]:
    """Return the drawings under whose key nothing else is there; the others are skipped."""
    others = with_key_of_another(drawings, stored, mapped)
    report.skipped += [
        SkippedRecord(
            drawing.name,
            f"expected what {drawing.source} has under this key, received another drawing "
            "(--source gives another set a name of its own)",
        )
        for drawing in others
    ]
    left_out = set(others)
    return [drawing for drawing in drawings if drawing not in left_out]


def _with_content(
    drawings: list[ImportedDrawing], mapped: Mapped, report: ImportReport
) -> Iterator[tuple[ImportedDrawing, Content]]:
    """Yield the drawings with what is kept of them; those that leave no ink are skipped."""
    drawn = [drawing.strokes or drawing.image for drawing in drawings]
    computed = mapped(contents.of_drawn_or_reason, [given for given in drawn if given is not None])
    for drawing in drawings:
        if drawing.normalized is not None:
            yield drawing, contents.of_normalized(drawing.normalized)
            continue
        content = next(computed)
        if isinstance(content, str):
            report.skipped.append(SkippedRecord(drawing.name, content))
        else:
            yield drawing, content


def _create(
    new: list[tuple[ImportedDrawing, Content]],
    status: str,
    writers: dict[tuple[str, str], Contributor],
    report: ImportReport,
) -> None:
    """Insert what nobody else has inserted meanwhile."""
    with transaction.atomic():
        _find_writers([drawing for drawing, _ in new], writers)
        rows = [_drawing(drawing, content, status, writers[_writer_of(drawing)]) for drawing, content in new]
        Drawing.objects.bulk_create(rows, ignore_conflicts=True)
        # Rows that conflicted were not inserted, and their public ids do not exist.
        public_ids = [row.public_id for row in rows]
        ids = dict(Drawing.objects.filter(public_id__in=public_ids).values_list("public_id", "pk"))
        DrawingContent.objects.bulk_create(
            [
                DrawingContent(
                    drawing_id=ids[row.public_id],
                    strokes=content.strokes,
                    image=content.image,
                    normalized=content.normalized,
                    preprocessing_version=PREPROCESSING_VERSION,
                )
                for row, (_, content) in zip(rows, new, strict=True)
                if row.public_id in ids
            ],
            ignore_conflicts=True,
        )
    report.created += len(ids)
    report.already_there += len(rows) - len(ids)


def _find_writers(drawings: list[ImportedDrawing], writers: dict[tuple[str, str], Contributor]) -> None:
    """Add the drawings' contributors to `writers`, creating those that are new."""
    missing = {_writer_of(drawing): drawing for drawing in drawings if _writer_of(drawing) not in writers}
    if not missing:
        return
    Contributor.objects.bulk_create(
        [
            Contributor(kind=Contributor.Kind.WRITER, source=source, key=key, split=_split_of_writer(drawing))
            for (source, key), drawing in missing.items()
        ],
        ignore_conflicts=True,
    )
    sources, keys = {source for source, _ in missing}, {key for _, key in missing}
    for writer in Contributor.objects.filter(source__in=sources, key__in=keys):
        writers[writer.source, writer.key] = writer


def _writer_of(drawing: ImportedDrawing) -> tuple[str, str]:
    key = drawing.writer or UNKNOWN_WRITER
    return drawing.source, key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def _split_of_writer(drawing: ImportedDrawing) -> str:
    return drawing.split if drawing.writer and not drawing.same_hand else ""


def _drawing(drawing: ImportedDrawing, content: Content, status: str, writer: Contributor) -> Drawing:
    decided = status == Drawing.Status.APPROVED
    return Drawing(
        public_id=drawing.public_id or uuid.uuid4(),
        contributor=writer,
        kind=content.kind,
        source=drawing.source,
        source_key=drawing.source_key or None,
        content_hash=content.content_hash,
        claimed_label=drawing.claimed_label or drawing.label,
        prompt=drawing.prompt,
        final_label=drawing.label if decided else "",
        status=status,
        votes_count=drawing.votes if decided else 0,  # where somebody has yet to decide, visitors of this site vote
        split=drawing.split,
        same_hand=drawing.same_hand,
        ambiguous=drawing.ambiguous,
        device=drawing.device,
        decided_at=timezone.now() if decided else None,
    )


@contextmanager
def _processes() -> Iterator[Mapped]:
    """Yield a `map` by other processes, which start when there is first much to do.

    Spawned, because a fork would share the connection to the database.
    """
    started: list[ProcessPoolExecutor] = []

    def mapped(function: Callable[[Item], Result], items: list[Item]) -> Iterator[Result]:
        if len(items) < PARALLEL_FROM:
            return map(function, items)
        if not started:
            started.append(ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")))
        return started[0].map(function, items, chunksize=CHUNK)

    try:
        yield mapped
    finally:
        for pool in started:
            pool.shutdown(cancel_futures=True)
