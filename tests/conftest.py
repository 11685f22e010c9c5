"""For all tests: the browser that those in tests/e2e use."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation
from playwright.sync_api import Browser, Error

from tests import browser
from tests.paths import ROOT

# Playwright's synchronous interface runs an event loop in the thread of the test, which makes Django refuse to
# touch the database there; nothing of the test is asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.path.is_relative_to(ROOT / "tests" / "e2e"):
        item.add_marker("e2e")
    # What one process works on at a time: a file, whose fixtures are made once, but see `_empties_the_tables`.
    name = item.path.relative_to(ROOT / "tests").with_suffix("").as_posix()
    item.add_marker(pytest.mark.xdist_group(f"{name}, emptying" if _empties_the_tables(item) else name))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_empties_the_tables)


def _empties_the_tables(item: pytest.Item) -> bool:
    """Whether a test leaves tables empty, also those that migrations have filled: it has to come after the others.

    pytest-django orders them so, but pytest then groups the tests by browser.
    """
    marker = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(marker and marker.kwargs.get("transaction")) or bool(fixtures & {"live_server", "transactional_db"})


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Leave the language behind in which the last page of a test was asked for."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **browser.launch_options()}


@pytest.fixture(scope="session")
def launch_browser(launch_browser: Callable[..., Browser]) -> Callable[..., Browser]:
    """Leave the tests in a browser out where none starts; that is a failure in continuous integration."""

    def launch(**options: Any) -> Browser:
        try:
            return launch_browser(**options)
        except Error as error:
            advice = f"no Chromium starts here (`make browser` installs one): {str(error).splitlines()[0]}"
            if os.environ.get("CI"):
                pytest.fail(advice)
            pytest.skip(advice)

    return launch
