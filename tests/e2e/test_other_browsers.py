"""The core of the draw page in Firefox and WebKit."""

import json
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.drawings import drawing
from tests.e2e.conftest import SIDE
from tests.e2e.other_browsers import BROWSERS, OtherBrowser, installed
from tests.node import need_vendored

SECONDS = 60


@pytest.fixture(params=BROWSERS)
def other(request: pytest.FixtureRequest) -> Iterator[OtherBrowser]:
    if not installed()[request.param]:
        if os.environ.get("CI") and request.param == "firefox":
            pytest.fail("no Firefox: `make browser` should have installed one")
        pytest.skip(f"needs {request.param} (as root, `make browser` installs it from Debian's packages)")
    with BROWSERS[request.param]() as started:
        yield started


class Sheet:
    """The draw page in such a browser."""

    def __init__(self, browser: OtherBrowser, address: str) -> None:
        self.browser = browser
        browser.open(address)
        self.wait("document.querySelector('[data-numeral]')?.textContent", "?")

    def draw(self, strokes: dict[str, Any], pointer: str) -> None:
        left, top, size = self.browser.evaluate(
            "(({left, top, width}) => [left, top, width])"
            "(document.querySelector('[data-canvas]').getBoundingClientRect())"
        )
        for stroke in strokes["strokes"]:
            places = [(round(left + x * size / SIDE), round(top + y * size / SIDE)) for x, y, *_ in stroke["points"]]
            self.browser.stroke(places, pointer)

    def reads(self, what: str) -> None:
        self.wait("document.querySelector('[data-numeral]').textContent", what)

    def click(self, selector: str) -> None:
        self.browser.evaluate(f"document.querySelector('{selector}').click()")

    def wait(self, expression: str, expected: Any) -> None:
        deadline = time.monotonic() + SECONDS
        while (value := self.browser.evaluate(expression)) != expected:
            assert time.monotonic() < deadline, f"{expression}: expected {expected!r}, received {value!r}"
            time.sleep(0.1)


@pytest.mark.usefixtures("starter_versions")
def test_digit_is_drawn_read_undone_and_drawn_with_a_finger(other: OtherBrowser, live_server: LiveServer) -> None:
    sheet = Sheet(other, live_server.url)
    sheet.draw(drawing("7", 0), "mouse")
    sheet.reads("7")
    sheet.click("[data-undo]")
    sheet.reads("?")
    sheet.draw(drawing("3", 0), "touch")
    sheet.reads("3")
    sheet.click("[data-clear]")
    sheet.reads("?")


@pytest.mark.usefixtures("starter_versions")
def test_the_other_browsers_read_by_themselves(other: OtherBrowser, live_server: LiveServer) -> None:
    need_vendored("litert")
    sheet = Sheet(other, live_server.url)
    sheet.draw(drawing("3", 0), "mouse")
    sheet.wait("document.querySelector('[data-versions]').dataset.engine", "browser")
    sheet.reads("3")


@pytest.mark.usefixtures("starter_versions")
def test_the_drawer_moves_turns_and_looks_inside(other: OtherBrowser, live_server: LiveServer) -> None:
    sheet = Sheet(other, live_server.url)
    sheet.draw(drawing("7", 0), "mouse")
    sheet.reads("7")
    kept = "sessionStorage.getItem('digitsite.drawing')"
    start = other.evaluate(kept)
    sheet.click("[data-lab-button]")
    for _ in range(36):
        sheet.click("[data-turn-right]")
    assert other.evaluate(kept) == start
    sheet.click("[data-normalize]")
    sheet.wait(f"{kept} !== {json.dumps(start)}", True)
    sheet.click("[data-undo]")
    sheet.wait(kept, start)
    sheet.click("[data-sight-numbers]")
    sheet.wait("document.querySelectorAll('.matrix td').length", 28 * 28)
    sheet.wait("document.querySelector('[data-verdict]').dataset.verdict", "digit")
