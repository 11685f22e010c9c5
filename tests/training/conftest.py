"""For the tests of runs: a broker that only listens, and artifacts in a folder of their own."""

from pathlib import Path

import pytest

from training.runs import queue


@pytest.fixture
def sent(monkeypatch) -> list[tuple[str, int]]:
    """Collect what would go to the broker: the names of tasks, with the ids that they get."""
    messages: list[tuple[str, int]] = []
    monkeypatch.setattr(queue, "_send", lambda task, pk: messages.append((task.rsplit(".")[-1], pk)))
    return messages


@pytest.fixture
def artifacts_apart(settings, tmp_path) -> Path:
    """Keep artifacts in a folder of this test, and return it."""
    settings.STORAGES = {
        **settings.STORAGES,
        "artifacts": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": "/artifacts/"},
        },
    }
    return tmp_path
