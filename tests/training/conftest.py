"""For the tests of runs: a broker that only listens."""

import pytest

from training import queue


@pytest.fixture
def sent(monkeypatch) -> list[tuple[str, int]]:
    """Collect what would go to the broker: the names of tasks, with the ids that they get."""
    messages: list[tuple[str, int]] = []
    monkeypatch.setattr(queue, "_send", lambda task, pk: messages.append((task.rsplit(".")[-1], pk)))
    return messages
