"""Write the live versions into the project, to ship with it."""

from typing import Any

from django.core.management.base import BaseCommand

from training import starter


class Command(BaseCommand):
    help = "Write the published versions to training/starter_versions/, from where a new site loads them."

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in starter.export_published():
            self.stdout.write(f"wrote {folder}")
