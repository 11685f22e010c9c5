"""Work out the figures of the live versions again: those of the starter versions, where no others are live."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from datasets.errors import DigitsiteError
from datasets.selection import sources_in
from training import starter


class Command(BaseCommand):
    help = (
        "Test the published versions anew, on the drawings of the named sources in this database, and keep the "
        "figures, the card and the predictions. Needs TensorFlow. `export_starter_versions` then writes them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sources", default="mnist,unipen", help="comma-separated")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            versions = starter.measure(sources_in(options["sources"]))
        except DigitsiteError as error:
            raise CommandError(error.message) from error
        for version in versions:
            self.stdout.write(f"measured {version}: {version.metrics['accuracy']:.2%} of {version.metrics['n']:,}")
