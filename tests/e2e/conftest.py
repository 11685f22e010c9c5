"""The draw page in a browser, and a hand that draws on it."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from recognizer import serving
from training import starter
from training.models import Network

SIDE = 280  # of the canvas, in canvas units

Place = tuple[float, float]

# A busy machine is no fault of a page.
expect.set_options(timeout=20_000)


class DrawPage:
    """The page `/`; places are in canvas units."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.faults: list[str] = []  # of scripts, and what the security policy has refused
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._listen)
        page.goto(address)
        self.canvas = page.locator("[data-canvas]")
        self.root = page.locator("[data-page]")
        self.numeral = page.locator("[data-numeral]")
        self.headline = page.locator("[data-headline]")
        self.verdict = page.locator("[data-verdict]")
        self.undo = page.get_by_role("button", name="Undo")
        self.clear = page.get_by_role("button", name="Clear")
        self.consent = page.get_by_role("checkbox")
        self.give = page.get_by_role("button", name="Give this drawing")
        self.problem = page.locator("[data-give-problem]")
        self.thanks = page.locator("[data-thanks]")

    def press(self, place: Place) -> None:
        self.page.mouse.move(*self.on_screen(place))
        self.page.mouse.down()

    def move(self, *places: Place) -> None:
        for place in places:
            self.page.mouse.move(*self.on_screen(place), steps=4)

    def lift(self) -> None:
        self.page.mouse.up()

    def stroke(self, *places: Place) -> None:
        self.press(places[0])
        self.move(*places[1:])
        self.lift()

    def draw(self, strokes: dict[str, Any]) -> None:
        """Draw what the API calls `strokes`, point by point."""
        for stroke in strokes["strokes"]:
            places = [(x, y) for x, y, *_ in stroke["points"]]
            self.press(places[0])
            for place in places[1:]:
                self.page.mouse.move(*self.on_screen(place))
            self.lift()

    def label(self, name: str) -> Any:
        return self.page.get_by_role("radio", name=name, exact=True)

    def on_screen(self, place: Place) -> Place:
        box = self.canvas.bounding_box()
        assert box is not None
        return box["x"] + place[0] * box["width"] / SIDE, box["y"] + place[1] * box["height"] / SIDE

    def ink(self) -> int:
        """Return how many pixels of the canvas are covered."""
        return self.canvas.evaluate(
            """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
                .reduce((count, value, index) => count + (index % 4 === 3 && value > 127), 0)"""
        )

    def _listen(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)


@pytest.fixture
def draw_page(page: Page, live_server: LiveServer) -> Iterator[DrawPage]:
    """The page for somebody with a mouse."""
    page.set_viewport_size({"width": 1280, "height": 800})
    opened = DrawPage(page, live_server.url)
    yield opened
    assert opened.faults == []


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Iterator[DrawPage]:
    """The page on a small phone, for fingers."""
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    opened = DrawPage(context.new_page(), live_server.url)
    yield opened
    assert opened.faults == []
    context.close()


@pytest.fixture
def starter_versions(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Publish and load the networks that ship with the project; returns their numbers."""
    if not all((settings.STARTER_VERSIONS / network / "version.json").exists() for network in Network.values):
        pytest.skip("needs the starter versions (`make train-starter`)")
    starter.load()
    fresh = serving.Serving()
    monkeypatch.setattr(serving, "public", fresh)
    fresh.poll_once()
    return fresh.live().versions


def answer(probabilities: dict[int, float], *, is_digit: float = 0.99, digits: Sequence[int] = ()) -> dict[str, Any]:
    """Return an answer of the predict endpoint; with `digits` there are several symbols."""
    rest = (1 - sum(probabilities.values())) / (10 - len(probabilities))
    all_ten = [probabilities.get(digit, rest) for digit in range(10)]
    best = max(range(10), key=all_ten.__getitem__)
    return {
        "digit": best,
        "probabilities": all_ten,
        "is_digit": {"accepted": is_digit >= 0.5, "probability": is_digit},
        "symbols": len(digits or [best]),
        "readings": [{"digit": digit, "probability": 0.9, "box": [60, 40, 90, 180]} for digit in digits or [best]],
        "normalized": "",
        "models": {"digits": 12, "digit-or-not": 7},
    }


class Reader:
    """Answers the page's questions in the place of the server, for tests of what the page does with an answer."""

    def __init__(self) -> None:
        self.says = answer({7: 0.97, 1: 0.02})
        self.asked: list[dict[str, Any]] = []

    def __call__(self, route: Route) -> None:
        self.asked.append(route.request.post_data_json)
        route.fulfill(json=self.says)


@pytest.fixture
def reader(draw_page: DrawPage) -> Reader:
    """Let `draw_page` be answered by a reader whose opinion the test decides."""
    reader = Reader()
    draw_page.page.route("**/api/v1/predict", reader)
    return reader
