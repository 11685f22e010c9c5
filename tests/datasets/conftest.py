"""A moderator, and his browser."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client


@pytest.fixture
def moderator(db: None) -> Any:
    user = get_user_model().objects.create_user("mo", is_staff=True)
    user.groups.add(Group.objects.get(name="moderator"))
    return user


@pytest.fixture
def browser(moderator) -> Client:
    client = Client()
    client.force_login(moderator)
    return client
