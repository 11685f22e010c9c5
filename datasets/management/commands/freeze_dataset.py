"""`manage.py freeze_dataset`: number the approved drawings as they are now."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from datasets.errors import DigitsiteError
from datasets.labels import Label
from datasets.models import Contributor, Split
from datasets.selection import Selection, sources_in
from datasets.services import freeze_version


class Command(BaseCommand):
    help = "Freeze a dataset version of the approved public drawings. An unchanged selection keeps its version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sources", default="", help="comma-separated, such as site,mnist; default: all")
        parser.add_argument("--labels", nargs="+", choices=Label.values, default=[], help="these only")
        parser.add_argument("--until", type=date.fromisoformat, help="given on that day or before, such as 2026-11-30")
        parser.add_argument("--kinds", nargs="+", choices=Contributor.Kind.values, default=[], help="of contributors")
        parser.add_argument("--votes", type=int, default=0, help="at least so many, for drawings of this site")
        parser.add_argument("--note", default="", help="what is to be known about it")

    def handle(self, *, sources: str, note: str, **options: Any) -> None:
        selection = Selection(
            tuple(sources_in(sources)),
            tuple(options["labels"]),
            options["until"],
            tuple(options["kinds"]),
            options["votes"],
        )
        try:
            version = freeze_version(selection, note=note)
        except DigitsiteError as error:
            raise CommandError(error.message) from error
        sizes = ", ".join(f"{version.count(split.value)} {split.value}" for split in Split)
        self.stdout.write(f"Dataset version {version.number}: {sizes}.")
        for reason, count in version.dropped.items():
            self.stdout.write(f"  left out, {reason}: {count}")
