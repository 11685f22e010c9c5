"""Without the network: drawing and predicting go on, and what is given waits and is sent once."""

import time
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Route, expect

from datasets.models import Drawing
from tests.drawings import drawing
from tests.e2e.conftest import DrawPage
from tests.e2e.test_browser_engine import expect_reader
from tests.node import need_vendored


def give(draw_page: DrawPage, digit: str, variant: int) -> None:
    """Draw a digit, say what it is and give it, whatever becomes of that."""
    draw_page.draw(drawing(digit, variant))
    draw_page.label(digit).check()
    draw_page.consent.check()
    draw_page.give.click()
    expect(draw_page.root).to_have_attribute("data-board", "empty")


@pytest.mark.usefixtures("starter_versions")
def test_drawing_reading_and_giving_go_on_without_the_network(draw_page: DrawPage) -> None:
    need_vendored("litert")
    page = draw_page.page
    waiting = page.locator("[data-waiting]")
    draw_page.draw(drawing("7", 0))
    expect_reader(draw_page, "browser")
    draw_page.clear.click()

    page.context.set_offline(True)
    draw_page.draw(drawing("3", 0))
    expect(draw_page.numeral).to_have_text("3")
    expect_reader(draw_page, "browser")
    draw_page.clear.click()
    give(draw_page, "5", 0)
    expect(waiting).to_contain_text("One drawing waits in this browser")
    expect(waiting).to_be_focused()
    give(draw_page, "2", 0)
    expect(waiting).to_contain_text("2 drawings wait in this browser")
    assert not Drawing.objects.exists()

    page.context.set_offline(False)
    expect(waiting).to_contain_text("What has waited in this browser is sent")
    assert sorted(Drawing.objects.values_list("claimed_label", flat=True)) == ["2", "5"]


def test_what_waits_outlives_the_page_and_is_kept_once(draw_page: DrawPage) -> None:
    """The first answer is lost on its way, after the server has kept the drawing; then the server is busy."""
    page = draw_page.page
    sent: list[dict[str, Any]] = []

    def lose_the_answer(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.fetch()
        route.abort()

    page.route("**/api/v1/drawings", lose_the_answer)
    give(draw_page, "7", 0)
    waiting = page.locator("[data-waiting]")
    expect(waiting).to_contain_text("One drawing waits")
    row = Drawing.objects.get()

    def busy(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(status=503, json={"error": {"code": "service_unavailable", "message": ""}})

    page.unroute("**/api/v1/drawings")
    page.route("**/api/v1/drawings", busy)
    page.reload()
    expect(waiting).to_contain_text("One drawing waits")
    page.unroute("**/api/v1/drawings")

    with page.expect_response("**/api/v1/drawings") as kept:
        page.reload()
    assert kept.value.status == 200
    expect(waiting).to_contain_text("is sent")
    assert len(sent) >= 2  # and once more each time that it was tried again
    assert all(body == kept.value.request.post_data_json for body in sent)
    assert sent[0]["consent_version"] == settings.CONSENT_VERSION
    assert Drawing.objects.get() == row
    page.reload()
    expect(waiting).to_be_hidden()


def lose_the_answer(route: Route) -> None:
    """The server keeps the drawing, and its answer gets lost on the way."""
    route.fetch()
    route.abort()


def test_what_waits_can_be_discarded_and_is_not_sent_any_more(draw_page: DrawPage) -> None:
    page = draw_page.page
    waiting = page.locator("[data-waiting]")
    page.route("**/api/v1/drawings", lambda route: route.abort())
    give(draw_page, "7", 0)
    expect(waiting).to_contain_text("One drawing waits")
    page.get_by_role("button", name="Discard").click()
    expect(waiting).to_contain_text("Discarded")
    expect(waiting).to_be_focused()
    page.unroute("**/api/v1/drawings")
    page.reload()
    give(draw_page, "2", 0)
    expect(draw_page.thanks).to_be_visible()
    assert [drawing.claimed_label for drawing in Drawing.objects.all()] == ["2"]


def come_late(route: Route) -> None:
    time.sleep(0.5)
    route.continue_()


@pytest.mark.parametrize("delete", ["one", "all"])
def test_what_is_deleted_is_not_brought_back_by_what_waits(draw_page: DrawPage, delete: str) -> None:
    """The browser has a cookie, and a drawing that the server has kept waits in it. The script comes late."""
    page = draw_page.page
    page.route("**/js/deletion*.js", come_late)
    give(draw_page, "7", 0)
    expect(draw_page.thanks).to_be_visible()
    page.route("**/api/v1/drawings", lose_the_answer)
    give(draw_page, "2", 0)
    expect(page.locator("[data-waiting]")).to_contain_text("One drawing waits")
    home = page.url
    page.goto(f"{home}contribute/mine")
    page.unroute("**/api/v1/drawings")
    if delete == "one":
        page.get_by_role("link", name="Delete the drawing of: 2").click()
        page.get_by_role("button", name="Delete it").click()
        expect(page.locator(".journey")).to_have_count(1)
    else:
        page.get_by_role("link", name="Delete all my drawings").click()
        page.get_by_role("button", name="Delete them all").click()
        expect(page.get_by_text("Nothing from this browser yet")).to_be_visible()
    page.goto(home)
    give(draw_page, "3", 0)
    expect(draw_page.thanks).to_be_visible()
    assert "2" not in Drawing.objects.values_list("claimed_label", flat=True)
