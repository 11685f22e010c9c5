"""Predictions in the browser: the engine comes, takes over, keeps up with what is published and works offline."""

import pytest
from playwright.sync_api import expect

from tests.drawings import drawing
from tests.e2e.conftest import DrawPage
from tests.e2e.site import wait_until
from tests.node import missing
from tests.paths import ROOT

pytestmark = pytest.mark.usefixtures("starter_versions")

READY_SECONDS = 20


@pytest.fixture(autouse=True)
def _installed() -> None:
    if not (ROOT / "static" / "vendor" / "litert").exists():
        missing("what the pages load from npm", "make setup")


def wait_for_engine(page: DrawPage) -> None:
    ready = "performance.getEntriesByName('engine-ready').length"
    wait_until(lambda: page.page.evaluate(ready), READY_SECONDS)


def test_the_browser_takes_over_from_the_server(draw_page: DrawPage) -> None:
    wait_for_engine(draw_page)
    asked = []
    draw_page.page.on("request", lambda request: asked.append(request.url))
    draw_page.draw(drawing("7", 0))
    expect(draw_page.numeral).to_have_text("7")
    expect(draw_page.page.locator("[data-versions]")).to_contain_text("read in this browser in")
    assert asked == []
