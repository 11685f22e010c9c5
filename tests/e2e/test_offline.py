"""Without the network: drawing and predicting go on, and what is given waits and is sent once."""

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

    page.route("**/api/v1/drawings", lose_the_answer, times=1)
    give(draw_page, "7", 0)
    waiting = page.locator("[data-waiting]")
    expect(waiting).to_contain_text("One drawing waits")
    row = Drawing.objects.get()

    def busy(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(status=503, json={"error": {"code": "service_unavailable", "message": ""}})

    page.route("**/api/v1/drawings", busy, times=1)
    page.reload()
    expect(waiting).to_contain_text("One drawing waits")

    with page.expect_response("**/api/v1/drawings") as kept:
        page.reload()
    assert kept.value.status == 200
    expect(waiting).to_contain_text("is sent")
    assert sent == [kept.value.request.post_data_json] * 2
    assert sent[0]["consent_version"] == settings.CONSENT_VERSION
    assert Drawing.objects.get() == row
    page.reload()
    expect(waiting).to_be_hidden()
