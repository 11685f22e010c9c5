"""Register the versions that ship with the project."""

from typing import Any

from django.core.management.base import BaseCommand

from training import starter


class Command(BaseCommand):
    help = "Register the starter versions, and publish them where nothing is published yet."

    def handle(self, *args: Any, **options: Any) -> None:
        for version in starter.load():
            self.stdout.write(f"registered {version}, a starter version")
