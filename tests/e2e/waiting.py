"""Waiting for what a page's requests bring about in a test."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

PATIENCE_SECONDS = 30  # a busy machine is no fault of a page


def listen_until(page: Page, condition: Callable[[], Any]) -> None:
    """Wait until a route handler has done something: they are called while the page is waited for, and only then."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS} s"
        page.wait_for_timeout(50)
