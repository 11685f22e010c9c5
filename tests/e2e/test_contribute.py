"""Somebody gives drawings, follows what becomes of them, and takes them back."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from datasets.models import Drawing
from datasets.services import approve, freeze_version
from tests import drawings
from tests.e2e.conftest import SIDE


class ContributePage:
    """The page `/contribute`, and a hand that draws on it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.faults: list[str] = []
        self.asked: list[str] = []  # paths of the requests to the API, in order
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: "Security Policy" in message.text and self.faults.append(message.text))
        page.on(
            "request", lambda request: "/api/" in request.url and self.asked.append(request.url.split("/api/v1/")[1])
        )
        page.goto(f"{address}/contribute")
        self.root = page.locator("[data-page]")
        self.prompt = page.get_by_role("heading", level=1)
        self.consent = page.get_by_role("checkbox")
        self.problem = page.get_by_role("alert")
        self.last = page.locator("[data-last]")
        self.round = page.locator("[data-round-done]")

    def _note(self, address: str) -> None:
        if "/api/v1/" in address:
            self.asked.append(address.split("/api/v1/")[1])

    @property
    def label(self) -> str:
        return self.root.get_attribute("data-label") or ""

    def draw(self, strokes: dict[str, Any]) -> None:
        canvas = self.page.locator("[data-canvas]")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        for stroke in strokes["strokes"]:
            places = [
                (box["x"] + x * box["width"] / SIDE, box["y"] + y * box["height"] / SIDE)
                for x, y, *_ in stroke["points"][::3]
            ]
            self.page.mouse.move(*places[0])
            self.page.mouse.down()
            for place in places:
                self.page.mouse.move(*place)
            self.page.mouse.up()


@pytest.fixture
def contribute(page: Page, live_server: LiveServer, starter_versions: dict[str, int]) -> ContributePage:
    page.set_viewport_size({"width": 320, "height": 640})
    return ContributePage(page, live_server.url)


def test_ten_drawings_in_a_row_are_followed_and_taken_back(contribute: ContributePage, live_server: LiveServer) -> None:
    page = contribute.page
    expect(contribute.prompt).to_contain_text("Please draw")
    page.keyboard.press("Enter")
    expect(contribute.problem).to_have_text("Draw it first. Then submit.")
    contribute.draw({"strokes": [{"points": [[140, 140]]}]})
    page.keyboard.press("Enter")
    expect(contribute.problem).to_contain_text("Tick the box first")
    contribute.consent.check()
    page.keyboard.press("Enter")
    expect(contribute.problem).to_contain_text("only a dot")
    page.keyboard.press("Control+z")
    expect(contribute.problem).to_be_hidden()
    expect(contribute.root).to_have_attribute("data-board", "empty")

    before = contribute.prompt.inner_text()
    page.keyboard.press("s")
    expect(contribute.prompt).not_to_have_text(before)
    assert contribute.asked == ["drawings"]  # the dot; nothing was read before it was given

    given = []
    for number in range(1, 11):
        label = contribute.label
        contribute.draw(drawings.drawing(label, number))
        assert contribute.asked.count("predict") <= len(given)
        page.keyboard.press("Enter")
        expect(contribute.round).to_have_text(f"{number} of 10")
        given.append((label, contribute.label))
    assert all(before != after or before == "not-a-digit" for before, after in given)
    expect(contribute.last).to_contain_text("A round of 10 is done")
    assert sorted(Drawing.objects.values_list("claimed_label", flat=True)) == sorted(label for label, _ in given)
    assert all(drawing.prompt for drawing in Drawing.objects.all())
    assert page.evaluate("document.documentElement.scrollWidth") == 320

    approve(Drawing.objects.all(), actor=None)
    freeze_version()
    page.get_by_role("link", name="10 given by you").click()
    expect(page.locator(".journey")).to_have_count(10)
    expect(page.locator(".journey", has_text="live when you drew it")).to_have_count(10)
    page.get_by_role("link", name="Delete all my drawings").click()
    page.get_by_role("button", name="Delete them all").click()
    expect(page.get_by_text("Nothing from this browser yet")).to_be_visible()
    assert not Drawing.objects.exists()
    assert contribute.faults == []


def test_after_a_click_on_skip_or_undo_enter_submits_what_was_drawn_since(contribute: ContributePage) -> None:
    page = contribute.page
    contribute.consent.check()
    page.get_by_role("button", name="Skip").click()
    label = contribute.label
    contribute.draw(drawings.drawing(label, 1))
    page.keyboard.press("Enter")
    expect(contribute.round).to_have_text("1 of 10")
    assert Drawing.objects.get().claimed_label == label

    contribute.draw({"strokes": [{"points": [[20, 20]]}]})
    page.get_by_role("button", name="Undo").click()
    contribute.draw(drawings.drawing(contribute.label, 2))
    page.keyboard.press("Enter")
    expect(contribute.round).to_have_text("2 of 10")

    before = contribute.prompt.inner_text()
    skip = page.get_by_role("button", name="Skip")
    skip.focus()
    page.keyboard.press("Enter")  # who goes by keys presses what has the focus
    expect(contribute.prompt).not_to_have_text(before)
    expect(skip).to_be_focused()


def test_the_last_drawing_can_be_taken_back_and_consent_is_asked_for_once(contribute: ContributePage) -> None:
    page = contribute.page
    contribute.consent.check()
    contribute.draw(drawings.drawing(contribute.label, 1))
    page.get_by_role("button", name="Submit").click()
    expect(contribute.last).to_contain_text("The networks")
    page.route("**/api/v1/drawings/*", lambda route: route.abort(), times=1)
    page.get_by_role("button", name="Delete it again").click()
    expect(contribute.problem).to_contain_text("Not deleted: the site could not be reached.")
    page.get_by_role("button", name="Delete it again").click()
    expect(contribute.last).to_contain_text("Deleted")
    expect(contribute.round).to_have_text("0 of 10")
    assert not Drawing.objects.exists()
    page.reload()
    expect(contribute.consent).to_be_checked()
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    contribute.draw(drawings.drawing(contribute.label, 2))
    page.get_by_role("button", name="Submit").click()
    expect(contribute.round).to_have_text("1 of 10")
    page.reload()
    expect(contribute.round).to_have_text("1 of 10")  # no new round


def test_a_deletion_that_is_answered_late_leaves_the_next_drawing_alone(contribute: ContributePage) -> None:
    page = contribute.page
    held: list[Route] = []
    page.route("**/api/v1/drawings/*", lambda route: held.append(route), times=1)
    delete = page.get_by_role("button", name="Delete it again")
    contribute.consent.check()
    for number in (1, 2):
        contribute.draw(drawings.drawing(contribute.label, number))
        page.get_by_role("button", name="Submit").click()
        expect(contribute.round).to_have_text(f"{number} of 10")
        expect(delete).to_be_enabled()
        if number == 1:
            delete.click()
            expect(delete).to_be_disabled()
    expect(contribute.last).to_contain_text("The networks")
    held[0].continue_()
    expect(contribute.problem).to_have_text("The earlier drawing is deleted.")
    expect(contribute.round).to_have_text("1 of 10")
    expect(contribute.last).to_contain_text("Thank you, it is in.")
    delete.click()
    expect(contribute.last).to_contain_text("Deleted")
    assert not Drawing.objects.exists()
    assert contribute.faults == []


def test_a_drawing_that_is_not_taken_now_waits_and_outlives_the_page(contribute: ContributePage, settings) -> None:
    page = contribute.page
    waiting = page.locator("[data-waiting]")
    contribute.consent.check()
    page.route("**/api/v1/drawings", lambda route: route.abort())
    label = contribute.label
    contribute.draw(drawings.drawing(label, 1))
    page.keyboard.press("Enter")
    expect(waiting).to_contain_text("One drawing waits in this browser")
    expect(contribute.root).to_have_attribute("data-board", "empty")
    expect(contribute.round).to_have_text("0 of 10")
    assert not Drawing.objects.exists()
    agreed_to = settings.CONSENT_VERSION
    settings.CONSENT_VERSIONS = [agreed_to, "2099-01"]
    settings.CONSENT_VERSION = "2099-01"
    page.unroute("**/api/v1/drawings")
    page.reload()
    expect(waiting).to_contain_text("What has waited in this browser is sent")
    expect(contribute.round).to_have_text("1 of 10")
    assert Drawing.objects.get().claimed_label == label and Drawing.objects.get().prompt
    assert Drawing.objects.get().consent_version == agreed_to
    assert contribute.faults == []


def test_a_drawing_whose_answer_was_lost_is_counted_once(contribute: ContributePage) -> None:
    page = contribute.page

    def lose_answer(route: Route) -> None:
        assert route.fetch().ok
        route.abort()

    page.route("**/api/v1/drawings", lose_answer)
    contribute.consent.check()
    contribute.draw(drawings.drawing(contribute.label, 1))
    page.keyboard.press("Enter")
    expect(page.locator("[data-waiting]")).to_contain_text("One drawing waits in this browser")
    page.unroute("**/api/v1/drawings")
    page.reload()
    expect(page.locator("[data-waiting]")).to_contain_text("What has waited in this browser is sent")
    expect(page.locator("[data-tally]")).to_have_text("One given by you")
    assert Drawing.objects.count() == 1
