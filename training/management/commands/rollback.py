"""Make the version live again that was live before."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from datasets.errors import DigitsiteError
from training.models import Network
from training.versions import registry


class Command(BaseCommand):
    help = "Roll a network back to the version that was published before the live one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("network", choices=Network.values)
        parser.add_argument("--reason", default="manage.py rollback")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            event = registry.roll_back(options["network"], reason=options["reason"])
        except DigitsiteError as error:
            raise CommandError(error.message) from error
        self.stdout.write(self.style.SUCCESS(f"{event.version} is published again"))
