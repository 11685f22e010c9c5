"""Take the drawings of a public dataset in, batch by batch; what is there already stays as it is."""

import hashlib
import itertools
import multiprocessing
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from datasets.importers import ImportedDrawing, SkippedRecord
from datasets.labels import Label
from datasets.models import Contributor, Drawing, DrawingContent
from datasets.preprocessing import contents
from datasets.preprocessing.contents import Content
from datasets.preprocessing.normalization import PREPROCESSING_VERSION

BATCH = 2000  # drawings in one transaction
PARALLEL_FROM = 500  # strokes and pictures in a batch: fewer are done here before other processes have started
CHUNK = 50  # drawings that another process gets at a time
UNKNOWN_WRITER = "-"  # the one hand of sources that do not say who wrote what
LONGEST_KEY = 64

Record = ImportedDrawing | SkippedRecord


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

    Strokes and pictures are normalized on all processors. Each batch is a transaction, so an import that breaks off
    goes on where it was when it is started again. `on_progress` gets the number of records done since its last call.
    """
    report = ImportReport()
    writers: dict[tuple[str, str], Contributor] = {}
    remaining = iter(records)
    with _processes() as processes:
        while batch := list(itertools.islice(remaining, BATCH)):
            drawings = [record for record in batch if isinstance(record, ImportedDrawing)]
            report.skipped += [record for record in batch if isinstance(record, SkippedRecord)]
            labelled = _labelled(drawings, report)
            new = _not_yet_there(labelled)
            report.already_there += len(labelled) - len(new)
            _create(list(_with_content(new, processes, report)), status, writers, report)
            on_progress(len(batch))
    return report


def _labelled(drawings: list[ImportedDrawing], report: ImportReport) -> list[ImportedDrawing]:
    """Return the drawings that have a label of ours; the others are skipped."""
    reason = f"expected a label out of {', '.join(Label.values)}; the source has {{}} (--label gives one to all)"
    report.skipped += [
        SkippedRecord(drawing.name, reason.format(repr(drawing.symbol[:20]) if drawing.symbol else "none"))
        for drawing in drawings
        if not drawing.label
    ]
    return [drawing for drawing in drawings if drawing.label]


def _not_yet_there(drawings: list[ImportedDrawing]) -> list[ImportedDrawing]:
    """Return the drawings that neither the database has nor an earlier one among them is."""
    seen: set[tuple[str, str] | uuid.UUID] = set()
    for source in {drawing.source for drawing in drawings}:
        keys = [drawing.source_key for drawing in drawings if drawing.source == source and drawing.source_key]
        known = Drawing.objects.filter(source=source, source_key__in=keys)
        seen.update((source, str(key)) for key in known.values_list("source_key", flat=True))
    ids = [drawing.public_id for drawing in drawings if drawing.public_id]
    seen.update(Drawing.objects.filter(public_id__in=ids).values_list("public_id", flat=True))
    new = []
    for drawing in drawings:
        names = _names_of(drawing)
        if not names & seen:
            new.append(drawing)
            seen |= names
    return new


def _names_of(drawing: ImportedDrawing) -> set[tuple[str, str] | uuid.UUID]:
    """Return by what the drawing is known again: its key in its source, its id, or both."""
    names: set[tuple[str, str] | uuid.UUID] = set()
    if drawing.source_key:
        names.add((drawing.source, drawing.source_key))
    if drawing.public_id:
        names.add(drawing.public_id)
    return names


def _with_content(
    drawings: list[ImportedDrawing], processes: Callable[[], Executor], report: ImportReport
) -> Iterator[tuple[ImportedDrawing, Content]]:
    """Yield the drawings with what is kept of them; those that leave no ink are skipped."""
    drawn = [drawing.strokes or drawing.image for drawing in drawings]
    wanted = [given for given in drawn if given is not None]
    if len(wanted) >= PARALLEL_FROM:
        computed = processes().map(contents.of_drawn_or_reason, wanted, chunksize=CHUNK)
    else:
        computed = map(contents.of_drawn_or_reason, wanted)
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
def _processes() -> Iterator[Callable[[], Executor]]:
    """Yield a function that returns the other processes, which start when it is first called.

    Spawned, because a fork would share the connection to the database.
    """
    started: list[ProcessPoolExecutor] = []

    def start() -> Executor:
        if not started:
            started.append(ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")))
        return started[0]

    try:
        yield start
    finally:
        for pool in started:
            pool.shutdown(cancel_futures=True)
