"""`manage.py freeze_dataset`: number the approved drawings as they are now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from datasets.errors import DigitsiteError
from datasets.models import Split
from datasets.services import freeze_version


class Command(BaseCommand):
    help = "Freeze a dataset version of the approved public drawings. An unchanged selection keeps its version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sources", default="", help="comma-separated, such as site,mnist; default: all")
        parser.add_argument("--note", default="", help="what is to be known about it")

    def handle(self, *, sources: str, note: str, **options: Any) -> None:
        names = [name.strip() for name in sources.split(",") if name.strip()]
        try:
            version = freeze_version(sources=names, note=note)
        except DigitsiteError as error:
            raise CommandError(error.message) from error
        sizes = ", ".join(f"{version.count(split.value)} {split.value}" for split in Split)
        self.stdout.write(f"Dataset version {version.number}: {sizes}.")
        for reason, count in version.dropped.items():
            self.stdout.write(f"  left out, {reason}: {count}")
