"""Predictions in the browser: they take over from the server, agree with it, and keep up with what is published."""

import base64
import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests import twins
from tests.drawings import SHAPES, drawing
from tests.e2e.conftest import DrawPage
from tests.e2e.waiting import listen_until
from tests.engines import ask_both
from tests.node import need_vendored
from training.models import ModelVersion, Network
from training.versions import artifacts, registry

READY_SECONDS = 30
COPIED = ("architecture", "preprocessing_version", "self_test", "keras_path", "keras_sha256", "tflite_path",
          "tflite_sha256", "predictions_path", "predictions_sha256")  # fmt: skip

pytestmark = pytest.mark.usefixtures("starter_versions")


@pytest.fixture(autouse=True)
def _installed() -> None:
    need_vendored("litert")


def expect_reader(draw_page: DrawPage, engine: str) -> None:
    versions = draw_page.page.locator("[data-versions]")
    expect(versions).to_have_attribute("data-engine", engine, timeout=READY_SECONDS * 1000)


def publish_another(**fields: Any) -> ModelVersion:
    """Publish a version of the digits network that is the live one again, but for some fields."""
    live = registry.published(Network.DIGITS)
    copied = {name: getattr(live, name) for name in COPIED}
    version = registry.register(network=Network.DIGITS, **copied | fields)
    registry.publish(version, reason="test")
    return version


def test_the_server_answers_until_the_browser_does(draw_page: DrawPage) -> None:
    """Nobody has to draw anything again: what is on the board is read by the browser when it can."""
    page = draw_page.page
    held: list[Route] = []
    page.route("**/runtime*.wasm", lambda route: held.append(route))
    page.reload()
    draw_page.draw(drawing("7", 0))
    expect_reader(draw_page, "server")
    listen_until(page, lambda: held)
    held[0].continue_()
    expect_reader(draw_page, "browser")
    expect(page.locator("[data-versions]")).to_contain_text("read in this browser in")
    expect(draw_page.numeral).to_have_text("7")

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    draw_page.clear.click()
    draw_page.draw(drawing("3", 0))
    expect(draw_page.numeral).to_have_text("3")
    assert asked == []


def test_both_engines_answer_alike(draw_page: DrawPage) -> None:
    """To strokes, pixels and pictures: the same digits, verdicts, symbols, boxes and images."""
    drawn = [drawing(label, variant, pen=8 + 4 * variant) for label in SHAPES for variant in range(6)]
    drawn += [twins.random_strokes(seed) for seed in range(1, 41, 2)]
    pictures = [twins.upload(seed)[:, :, :3] for seed in range(2, 40) if seed % 10 > 1]
    questions = [{"strokes": payload["strokes"]} for payload in drawn]
    questions += [{"pixels": [(7 * index * index) % 256 for index in range(784)]}]
    questions += [{"png": png_of(picture)} for picture in pictures]
    answers = ask_both(draw_page.page, questions)
    assert len(answers) == len(questions) > 100
    for browser, server in answers:
        if "code" in server:
            assert browser["code"] == server["code"] == "blank_drawing"
            continue
        for name in ("digit", "symbols", "normalized", "models"):
            assert browser[name] == server[name]
        assert browser["is_digit"]["accepted"] == server["is_digit"]["accepted"]
        assert browser["probabilities"] == pytest.approx(server["probabilities"], abs=0.01)
        for one, other in zip(browser["readings"], server["readings"], strict=True):
            assert (one["digit"], one["box"]) == (other["digit"], other["box"])
        assert (browser["engine"], server["engine"]) == ("browser", "server")


def png_of(picture: Any) -> str:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def test_an_open_page_follows_what_is_published(draw_page: DrawPage, starter_versions: dict[str, int]) -> None:
    page = draw_page.page
    page.clock.install()
    page.reload()
    draw_page.draw(drawing("7", 0))
    expect_reader(draw_page, "browser")
    expect(draw_page.root).to_have_attribute("data-digits-version", str(starter_versions["digits"]))

    # What cannot be loaded leaves the version before it, for which the page asks nobody.
    path, sha256 = artifacts.write("models/broken/network.tflite", b"not a network")
    publish_another(tflite_path=path, tflite_sha256=sha256)
    with page.expect_response(lambda response: "broken" in response.url):
        page.clock.run_for(16_000)
    draw_page.undo.click()
    draw_page.draw(drawing("3", 0))
    expect(draw_page.numeral).to_have_text("3")
    expect_reader(draw_page, "browser")
    expect(draw_page.root).to_have_attribute("data-digits-version", str(starter_versions["digits"]))

    # The next one is read by at once, also what is on the board already.
    live = registry.roll_back(Network.DIGITS, reason="test").version
    version = publish_another(tflite_path=live.tflite_path, tflite_sha256=live.tflite_sha256)
    page.clock.run_for(16_000)
    expect(draw_page.root).to_have_attribute("data-digits-version", str(version.number))
    expect_reader(draw_page, "browser")

    # Nobody looks at a hidden page, so it asks nothing; seen again it asks at once.
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(SHOW, "hidden")
    page.clock.run_for(120_000)
    assert asked == []
    with page.expect_response("**/api/v1/models/published"):
        page.evaluate(SHOW, "visible")


SHOW = """state => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.mark.parametrize(
    "circumstance",
    [
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })",
        "delete window.WebAssembly",
    ],
)
def test_the_server_answers_where_the_browser_should_not(
    browser: Browser, live_server: LiveServer, circumstance: str
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script(circumstance)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        opened = DrawPage(page, live_server.url)
        page.wait_for_timeout(500)
        opened.draw(drawing("7", 0))
        expect(opened.numeral).to_have_text("7")
        expect_reader(opened, "server")
        assert not [url for url in asked if "vendor" in url or "models" in url]
