"""The preprocessing gives the same bytes in a real browser as in Python."""

import json

import numpy as np
import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from datasets.importers import ImportedDrawing, unipen
from tests import twins
from tests.drawings import SHAPES, drawing
from tests.paths import ROOT, shared_data

DRAWINGS, PICTURES = 1000, 100
COMPARE = """async () => {
    const { differences } = await import("/tested/twins.mjs");
    return differences(await (await fetch("/tested/cases.json")).json(), "/static/js/preprocessing");
}"""


def differences(page: Page, address: str, cases: list[twins.Case]) -> list[str]:
    script = (ROOT / "tests" / "js" / "twins.mjs").read_text()
    page.route("**/tested/twins.mjs", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page.route("**/tested/cases.json", lambda route: route.fulfill(body=json.dumps(cases)))
    page.goto(f"{address}/help")
    found: list[str] = page.evaluate(COMPARE)
    return found


def pen_drawings() -> list[dict[str, object]]:
    """Return drawings by many hands; where those are not at hand, the project's own."""
    try:
        folder = shared_data("unipen")
    except pytest.skip.Exception:
        variants = range(DRAWINGS // len(SHAPES) + 1)
        return [drawing(label, variant, pen=4 + variant % 30) for variant in variants for label in SHAPES][:DRAWINGS]
    records = unipen.read(folder, limit=DRAWINGS + 20)
    drawn = [record.strokes.to_json() for record in records if isinstance(record, ImportedDrawing) and record.strokes]
    return drawn[:DRAWINGS]


def test_a_thousand_drawings_are_read_alike(page: Page, live_server: LiveServer) -> None:
    cases = [twins.of_strokes(payload) for payload in pen_drawings()]
    assert len(cases) == DRAWINGS
    assert sum("pixels" in case["expected"] for case in cases) > 0.99 * DRAWINGS
    assert differences(page, live_server.url, cases) == []


def test_a_hundred_uploads_are_read_alike(page: Page, live_server: LiveServer) -> None:
    cases = [twins.of_picture(np.ascontiguousarray(twins.upload(1000 + seed))) for seed in range(PICTURES)]
    assert sum("pixels" in case["expected"] for case in cases) > 0.7 * PICTURES
    assert differences(page, live_server.url, cases) == []
