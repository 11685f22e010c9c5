"""Gives the tests their servers before Django reads its settings.

Here and not in a plugin or a `pytest_configure`, because pytest imports the conftest files below this one,
and with them the models, before it calls either.
"""

import os

import django

from tests import services

services.start()
os.environ["DJANGO_SETTINGS_MODULE"] = "digitsite.settings"
django.setup()


def pytest_unconfigure() -> None:
    services.stop()
