"""The thread that keeps a process up to date."""

import logging
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connection
from pytest_django.fixtures import Settings

from recognizer import watching
from recognizer.serving import Serving
from recognizer.watching import Watcher
from tests.recognizer.conftest import MakeVersion
from training.models import Network


class Scripted(Serving):
    """Answers each poll by the next step of a script, and the last one from then on."""

    def __init__(self, *steps: Exception | None) -> None:
        super().__init__()
        self.steps = list(steps)
        self.polls = 0

    def poll_once(self) -> bool:
        step = self.steps[min(self.polls, len(self.steps) - 1)]
        self.polls += 1
        if step is not None:
            raise step
        return False


@pytest.fixture(autouse=True)
def quick_polls(settings: Settings) -> None:
    settings.SWAP_POLL_SECONDS = 0.01


@pytest.fixture
def watch() -> Iterator[Callable[[Serving], Watcher]]:
    watchers: list[Watcher] = []

    def start(target: Serving) -> Watcher:
        watcher = Watcher(target)
        watchers.append(watcher)
        watcher.start()
        return watcher

    yield start
    for watcher in watchers:
        watcher.stop()


def wait_until(condition: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def test_an_absent_database_is_logged_once_and_tried_again(
    watch: Callable[[Serving], Watcher], caplog: pytest.LogCaptureFixture
) -> None:
    away = OperationalError("connection refused")
    target = Scripted(away, away, away, None)
    with caplog.at_level(logging.INFO, "recognizer.watching"):
        watcher = watch(target)
        wait_until(lambda: target.polls > 5)
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert watcher.database_away is False
    assert watcher.seconds_since_poll is not None


def test_while_the_database_is_away_the_watcher_says_so(watch: Callable[[Serving], Watcher]) -> None:
    target = Scripted(None, OperationalError("server closed the connection"))
    watcher = watch(target)
    wait_until(lambda: target.polls > 2)
    assert watcher.database_away is True


def test_an_unforeseen_error_does_not_end_the_thread(watch: Callable[[Serving], Watcher]) -> None:
    target = Scripted(RuntimeError("unforeseen"), None)
    watcher = watch(target)
    wait_until(lambda: target.polls > 2)
    assert watcher.running


def test_stopping_ends_the_thread(watch: Callable[[Serving], Watcher]) -> None:
    watcher = watch(Scripted(None))
    watcher.stop()
    assert not watcher.running


def test_starting_twice_makes_one_thread(fresh_serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Serving, "poll_once", lambda self: False)
    try:
        assert watching.start() is watching.start()
        assert [thread.name for thread in threading.enumerate()].count("hot-swap") == 1
    finally:
        watching.stop()
    assert watching.current() is None


@pytest.mark.django_db(transaction=True)
def test_a_publish_is_swapped_in_without_anybody_asking(
    fresh_serving: Serving, make_version: MakeVersion, watch: Callable[[Serving], Watcher]
) -> None:
    watch(fresh_serving)
    make_version(Network.DIGITS)
    make_version(Network.DIGIT_OR_NOT)
    wait_until(lambda: fresh_serving.pair is not None)
    make_version(Network.DIGITS, 2)
    wait_until(lambda: fresh_serving.live().digits.number == 2)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_database_cut_is_made_anew(
    fresh_serving: Serving, make_version: MakeVersion, watch: Callable[[Serving], Watcher]
) -> None:
    watcher = watch(fresh_serving)
    wait_until(lambda: watcher.seconds_since_poll is not None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    make_version(Network.DIGITS)
    make_version(Network.DIGIT_OR_NOT)
    wait_until(lambda: fresh_serving.pair is not None)
