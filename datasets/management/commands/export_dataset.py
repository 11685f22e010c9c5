"""`manage.py export_dataset 3 --format npz --output mine.npz`: a dataset version as a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from datasets.errors import DigitsiteError
from datasets.exporters.formats import FORMATS
from datasets.models import DatasetVersion
from datasets.services import copy_export, export_now


class Command(BaseCommand):
    help = "Write a public dataset version to a file. It is built once and kept for others who ask for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, help="of the dataset version")
        parser.add_argument("--format", choices=list(FORMATS), default="npz")
        parser.add_argument("--output", type=Path, help="the file; default: one named after the version, here")

    def handle(self, *, number: int, format: str, output: Path | None, **options: Any) -> None:
        version = DatasetVersion.objects.public().filter(number=number).first()
        if version is None:
            raise CommandError(f"Expected the number of a public dataset version, received {number}.")
        try:
            with tqdm(total=version.size, unit=" drawings", desc=format, disable=options["verbosity"] == 0) as bar:
                export = export_now(version, format, bar.update)
        except DigitsiteError as error:
            raise CommandError(error.message) from error
        target = output or Path(export.filename)
        try:
            copy_export(export, target)
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror or error}") from error
        self.stdout.write(f"{target}: {export.size} bytes, SHA-256 {export.sha256}")
