"""Gives the tests their servers before Django reads its settings.

Here and not in a plugin or a `pytest_configure`, because pytest imports the conftest files below this one,
and with them the models, before it calls either.
"""

import os

import django
from django.conf import settings

from tests import services

services.start()
os.environ["DJANGO_SETTINGS_MODULE"] = "digitsite.settings"
# Nobody collects static files for a test; the names without a digest of the content are found at their source.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
# Half a second a login is there to slow thieves down, not us.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django.setup()


def pytest_unconfigure() -> None:
    services.stop()
