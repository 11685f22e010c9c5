"""Bring the database, the starter versions, the schedules and the static files up to date: before the site starts."""

import hashlib
from typing import Any

import redis
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import translation

from digitsite.errors import page_of_a_service_away
from training.runs import schedules

FINGERPRINT = "fingerprint"
NOT_SERVED = ["rest_framework"]  # its browsable pages; our API speaks JSON only


class Command(BaseCommand):
    help = (
        "Migrate, load the starter versions, set the schedules to TIME_ZONE and collect the static files; "
        "does nothing that is done already."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self._check_servers()
        call_command("migrate", interactive=False, stdout=self.stdout)
        call_command("load_starter_versions", stdout=self.stdout)
        schedules.follow_time_zone()
        self.collect_static_files()
        self.write_pages_of_a_service_away()

    def _check_servers(self) -> None:
        """Say in one line which server is away, instead of in a page."""
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(f"DATABASE_URL: the database does not answer: {error}") from error
        try:
            with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3) as broker:
                broker.ping()
        except redis.RedisError as error:
            raise CommandError(f"REDIS_URL: the broker does not answer: {error}") from error

    def collect_static_files(self) -> None:
        """Collecting compresses everything and takes seconds, so only when a file has changed."""
        kept = settings.STATIC_ROOT / FINGERPRINT
        now = _fingerprint()
        if kept.exists() and kept.read_text() == now:
            return
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=NOT_SERVED)
        kept.write_text(now)

    def write_pages_of_a_service_away(self) -> None:
        """Write what a proxy in front shows to people while the web server is away, in each language."""
        folder = settings.STATIC_ROOT / "away"
        folder.mkdir(exist_ok=True)
        for language, _ in settings.LANGUAGES:
            with translation.override(language):
                for name, reloads in ((language, True), (f"{language}-unsent", False)):
                    page = page_of_a_service_away(reloads=reloads, whole_site=True)
                    (folder / f"{name}.html").write_text(page)


def _fingerprint() -> str:
    """Return a digest of the names, sizes and times of all static files."""
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            changed = storage.get_modified_time(name).timestamp()
            digest.update(f"{name} {storage.size(name)} {changed}\n".encode())
    return digest.hexdigest()
