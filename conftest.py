"""Gives the tests their servers before Django reads its settings.

Here and not in a plugin or a `pytest_configure`, because pytest imports the conftest files below this one,
and with them the models, before it calls either.
"""

import os

import django
import pytest
from django.conf import settings

from tests import services

services.start()
os.environ["DJANGO_SETTINGS_MODULE"] = "digitsite.settings"
# Nobody collects static files for a test; the names without a digest of the content are found at their source.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
# Half a second a login is there to slow thieves down, not us.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Leave nothing here for the processes that run the tests to inherit: each starts servers of its own."""
    services.stop()
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure() -> None:
    services.stop()
