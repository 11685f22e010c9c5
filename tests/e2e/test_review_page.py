"""The review page in a browser: answers by key and by button, without leaving the page."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from datasets.models import Drawing, DrawingContent, Vote
from tests.datasets.factories import make_drawing, strokes_of
from tests.e2e.waiting import listen_until

pytestmark = pytest.mark.django_db(transaction=True)
LOOK = 350  # ms: an answer to what nobody can have seen yet is not taken


def make_open(label: str, **fields: Any) -> Drawing:
    drawing = make_drawing(label, **{"opinion_is_digit": 0.9, **fields})
    DrawingContent.objects.filter(pk=drawing.pk).update(strokes=strokes_of(label, drawing.pk).to_json())
    return drawing


@pytest.fixture
def faults(page: Page) -> list[str]:
    """What scripts have stumbled over, and what the security policy has refused."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if "Security Policy" in message.text else None)
    return found


def test_a_visitor_judges_by_key_as_fast_as_he_can_look(page: Page, live_server: LiveServer, faults: list[str]) -> None:
    for label in "01234567":
        make_open(label)
    page.goto(f"{live_server.url}/review")
    given = page.locator("[data-given]")
    picture = page.locator("[data-drawing]")
    seen = set()
    for number, key in enumerate(["3", "7", "n", "u"], start=1):
        seen.add(picture.inner_html())
        page.wait_for_timeout(LOOK)
        page.keyboard.press(key)
        expect(given).to_have_text(str(number))
    seen.add(picture.inner_html())
    assert len(seen) == 5
    page.wait_for_timeout(LOOK)
    page.keyboard.press("s")
    expect(page.locator("[data-announcement]")).to_have_text("The next drawing.")
    page.wait_for_timeout(LOOK)
    page.get_by_role("button", name="8", exact=True).click()
    expect(given).to_have_text("5", timeout=20_000)
    held: list[Route] = []
    page.route("**/review", lambda route: held.append(route), times=1)
    page.wait_for_timeout(LOOK)
    page.keyboard.press("1")
    page.wait_for_timeout(LOOK)
    page.keyboard.press("2")  # ahead of the network: the second answer waits its turn
    listen_until(page, lambda: held)
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_text("Nothing left to judge")).to_be_visible()
    expect(page.get_by_role("button", name="8", exact=True)).to_be_hidden()
    answers = list(Vote.objects.order_by("pk").values_list("answer", flat=True))
    assert answers == ["3", "7", "not-a-digit", "unclear", "skipped", "8", "1", "2"]
    assert Vote.objects.values("drawing").distinct().count() == 8
    assert faults == []


def test_what_was_to_be_ready_and_comes_late_is_not_shown_twice(
    page: Page, live_server: LiveServer, faults: list[str]
) -> None:
    for label in "12":
        make_open(label)
    held: list[Route] = []
    page.route(re.compile("besides="), lambda route: held.append(route))
    page.goto(f"{live_server.url}/review")
    given = page.locator("[data-given]")
    page.keyboard.press("1")
    listen_until(page, lambda: held)
    page.wait_for_timeout(300)  # in which an answer that did not wait would bring the other drawing
    held[0].fulfill(response=held[0].fetch())
    expect(given).to_have_text("1")
    page.wait_for_timeout(LOOK)
    page.keyboard.press("2")
    expect(given).to_have_text("2")
    expect(page.get_by_text("Nothing left to judge")).to_be_visible()
    assert Vote.objects.values("drawing").distinct().count() == 2
    assert faults == []


def test_what_goes_wrong_is_said_and_the_drawing_comes_back(
    page: Page, live_server: LiveServer, faults: list[str]
) -> None:
    for label in "123":
        make_open(label)
    page.goto(f"{live_server.url}/review")
    picture = page.locator("[data-drawing]")
    page.wait_for_load_state("networkidle")
    before = picture.inner_html()
    page.route("**/review", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.keyboard.press("5")
    expect(page.get_by_role("alert")).to_contain_text("could not be reached")
    assert picture.inner_html() == before
    page.unroute("**/review")
    page.wait_for_timeout(LOOK)
    page.keyboard.press("5")
    expect(page.locator("[data-given]")).to_have_text("1")
    expect(page.get_by_role("alert")).to_be_hidden()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(LOOK)
    Drawing.objects.pending().filter(votes__isnull=True).update(status="rejected")  # a moderator was quicker
    page.keyboard.press("6")
    expect(page.get_by_role("alert")).to_contain_text("not open to answers any more")
    assert Vote.objects.count() == 1
    assert faults == []
