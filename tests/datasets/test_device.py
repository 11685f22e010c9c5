"""What a drawing was drawn with."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from datasets.models import Drawing
from tests import drawings

pytestmark = pytest.mark.django_db


def give(client: Client, **more: Any) -> tuple[int, dict[str, Any]]:
    cache.clear()
    body = {"strokes": drawings.drawing("7", 0), "label": "7", "consent": True, **more}
    response = client.post("/api/v1/drawings", json.dumps(body), content_type="application/json")
    return response.status_code, response.json()


@pytest.mark.parametrize("device", ["mouse", "touch", "pen"])
def test_the_device_is_kept_with_the_drawing(client: Client, device: str) -> None:
    assert give(client, device=device)[0] == 201
    assert Drawing.objects.get().device == device


def test_nobody_has_to_say_it(client: Client) -> None:
    assert give(client)[0] == 201
    assert Drawing.objects.get().device == ""


@pytest.mark.parametrize("device", ["foot", 7, None])
def test_another_device_is_refused_and_nothing_is_kept(client: Client, device: object) -> None:
    status, answer = give(client, device=device)
    assert (status, answer["error"]["code"]) == (400, "invalid_device")
    assert not Drawing.objects.exists()
