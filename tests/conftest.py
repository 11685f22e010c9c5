"""For all tests: the browser that those in tests/e2e use."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Error

from tests import browser
from tests.paths import ROOT

# Playwright's synchronous interface runs an event loop in the thread of the test, which makes Django refuse to
# touch the database there; nothing of the test is asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(ROOT / "tests" / "e2e"):
            item.add_marker("e2e")


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
