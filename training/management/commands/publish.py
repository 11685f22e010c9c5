"""Make a version live."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from datasets.errors import DigitsiteError
from training.models import ModelVersion, Network
from training.versions import registry


class Command(BaseCommand):
    help = "Publish a version of a network; every web process serves it within seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("network", choices=Network.values)
        parser.add_argument("number", type=int)
        parser.add_argument("--reason", default="manage.py publish")

    def handle(self, *args: Any, **options: Any) -> None:
        versions = ModelVersion.objects.public().of_network(options["network"])
        version = versions.filter(number=options["number"]).first()
        if version is None:
            raise CommandError(f"expected the number of a {options['network']} version; received {options['number']}")
        try:
            registry.publish(version, reason=options["reason"])
        except DigitsiteError as error:
            raise CommandError(error.message) from error
        self.stdout.write(self.style.SUCCESS(f"{version} is published"))
