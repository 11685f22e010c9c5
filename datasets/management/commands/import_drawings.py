"""`manage.py import_drawings mnist`: take a public dataset in."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from datasets.errors import DigitsiteError
from datasets.importers import ImportedDrawing, SkippedRecord
from datasets.importers.formats import DOWNLOADS, FORMATS
from datasets.labels import Label
from datasets.models import Drawing
from datasets.services import ImportReport, import_drawings

REASONS_SHOWN = 10
LONGEST_SOURCE = 30


class Command(BaseCommand):
    help = "Import the drawings of a public dataset. A second import of the same adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=sorted(FORMATS))
        parser.add_argument(
            "path", nargs="?", type=Path, help="the folder of its files, or a file; mnist is downloaded without"
        )
        parser.add_argument("--label", choices=Label.values, help="what all of them show, whatever the files say")
        parser.add_argument(
            "--source",
            help="what to call where they come from, which tells several sets of a format apart; default: its name",
        )
        parser.add_argument("--limit", type=int, help="at most so many, evenly spread over the files")
        parser.add_argument("--status", choices=Drawing.Status.values, default=Drawing.Status.APPROVED.value)

    def handle(self, **options: Any) -> None:
        source = options["source"] or ""
        if len(source) > LONGEST_SOURCE:
            raise CommandError(f"--source: expected at most {LONGEST_SOURCE} characters, received {len(source)}.")
        try:
            self._import(**options)
        except DigitsiteError as error:
            raise CommandError(error.message) from error

    def _import(self, *, format: str, path: Path | None, label: str | None, limit: int | None, **options: Any) -> None:
        folder = path or self._downloaded(format)
        importer = FORMATS[format]
        records = importer.read(folder, limit=limit)
        if label:
            records = _changed(records, label=label, claimed_label="")
        if options["source"]:
            records = _changed(records, source=options["source"])
        total = importer.count(folder, limit=limit)
        with tqdm(total=total, unit=" drawings", desc=format, disable=options["verbosity"] == 0) as bar:
            report = import_drawings(records, status=options["status"], on_progress=bar.update)
        self._show(report)

    def _downloaded(self, format: str) -> Path:
        if format not in DOWNLOADS:
            raise CommandError(f"Expected the folder of the {format} files, received no path.")
        self.stdout.write(f"Downloading {format} ...")
        return DOWNLOADS[format](settings.DATA_DIR / "downloads" / format)

    def _show(self, report: ImportReport) -> None:
        self.stdout.write(
            f"{report.created} imported, {report.already_there} were there already, {len(report.skipped)} skipped."
        )
        for reason, count in Counter(record.reason for record in report.skipped).most_common(REASONS_SHOWN):
            first = next(record.position for record in report.skipped if record.reason == reason)
            self.stdout.write(_printable(f"  {count} skipped, the first at {first}: {reason}"))


def _printable(text: str) -> str:
    """Return the text with what UTF-8 does not have escaped: the name of a file can be any bytes."""
    return text.encode(errors="backslashreplace").decode()


def _changed(
    records: Iterator[ImportedDrawing | SkippedRecord], **changes: Any
) -> Iterator[ImportedDrawing | SkippedRecord]:
    for record in records:
        yield replace(record, **changes) if isinstance(record, ImportedDrawing) else record
