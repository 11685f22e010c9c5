"""Accuracy as drawn: digits of people that no network has seen, drawn on the page with the mouse and read by it.

One factor at a time: first at ordinary sizes with the pen that the page starts with, then thinner and thicker pens, and
other places. Needs the UNIPEN drawings; without them, nothing is measured.
"""

import asyncio
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.management import call_command
from playwright.async_api import CDPSession, FloatRect, Page, Playwright, async_playwright
from pytest import skip

from benchmarks import site
from benchmarks.report import Figure
from datasets.importers import ImportedDrawing, unipen
from tests import browser as chromium
from tests.paths import shared_data

SIDE = 280  # of the canvas, in canvas units
DEFAULT_PEN = 18
DRAWINGS = 300
STEP = 5.0  # canvas units between the points that the mouse is moved to
LEFT_OUT = "ibm"  # its labels are often wrong
AT_LEAST = 98.5  # percent
MOST_LOST = 1.5  # points
RATIOS = (0.02, 0.05, 0.12, 0.18, 0.25)  # of the pen to the longer side of the symbol
PLACES = ((70, 70), (210, 70), (70, 210), (210, 210))

# Asks, and waits for the numeral that answers.
READ = """async () => {
    const answer = document.querySelector("[data-answer]");
    document.querySelector("[data-predict]").click();
    while (["empty", "waiting"].includes(answer.dataset.state)) await new Promise(requestAnimationFrame);
    return answer.querySelector("[data-numeral]").textContent;
}"""

Path = list[tuple[float, float]]


@dataclass(frozen=True)
class Digit:
    """Strokes in a box of 1 x 1 or less, around (0, 0), and what they show."""

    label: str
    strokes: list[Path]


def run(count: int = DRAWINGS) -> Iterator[Figure]:
    try:
        digits = _digits(count)
    except skip.Exception as missing:
        print(f"  left out: {missing}")
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    sizes = random.Random(1)
    ordinary = [sizes.uniform(110, 220) for _ in digits]
    with site.serving(1) as server, asyncio.Runner() as runner:
        visitor = runner.run(Visitor.on(f"http://127.0.0.1:{server.port}/"))

        def accuracy(*how: Any) -> float:
            return runner.run(visitor.accuracy(digits, *how))

        base = accuracy(ordinary, DEFAULT_PEN)
        what = f"{len(digits)} digits, 110 to 220 of 280 units, pen of {DEFAULT_PEN}: read correctly"
        yield Figure(what, base, "%", at_least=AT_LEAST)
        for ratio in RATIOS:
            size = 160.0 if ratio * 160 >= 2 else 220.0
            pen = max(2, round(ratio * size))
            lost = base - accuracy([pen / ratio] * len(digits), pen)
            yield Figure(f"pen of {ratio} of the symbol: lost", lost, "points", at_most=MOST_LOST)
        for place in PLACES:
            lost = base - accuracy([110.0] * len(digits), DEFAULT_PEN, place)
            yield Figure(f"110 units, around {place}: lost", lost, "points", at_most=MOST_LOST)
        runner.run(visitor.leave())


def _digits(count: int) -> list[Digit]:
    """Return digits of the test people, as many of each label as the others."""
    rows = [
        record
        for record in unipen.read(shared_data("unipen"))
        if isinstance(record, ImportedDrawing)
        and record.split == "test"
        and record.label.isdecimal()
        and record.collection != LEFT_OUT
    ]
    random.Random(1).shuffle(rows)
    chosen = [row for label in "0123456789" for row in [row for row in rows if row.label == label][: count // 10]]
    return [_digit(row) for row in chosen]


def _digit(record: ImportedDrawing) -> Digit:
    assert record.strokes is not None
    strokes = [[point[:2] for point in stroke.points] for stroke in record.strokes.strokes]
    every = [point for stroke in strokes for point in stroke]
    (left, right), (top, bottom) = ((min(values), max(values)) for values in zip(*every, strict=True))
    longer = max(right - left, bottom - top) or 1.0
    centre = ((left + right) / 2, (top + bottom) / 2)
    return Digit(record.label, [[((x - centre[0]) / longer, (y - centre[1]) / longer) for x, y in s] for s in strokes])


@dataclass(frozen=True)
class Visitor:
    """Somebody who draws on the page with the mouse, and reads its numeral."""

    playwright: Playwright
    page: Page
    mouse: CDPSession
    board: FloatRect

    @classmethod
    async def on(cls, address: str) -> "Visitor":
        """Open the drawer and switch off what reads each stroke: then an answer is about the whole drawing."""
        playwright = await async_playwright().start()
        program = await playwright.chromium.launch(**chromium.launch_options())
        page = await program.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        await page.goto(address)
        await page.get_by_role("button", name="Lab", exact=True).click()
        await page.locator("[data-live]").evaluate("toggle => toggle.click()")
        board = await page.locator("[data-canvas]").bounding_box()
        assert board is not None
        return cls(playwright, page, await page.context.new_cdp_session(page), board)

    async def leave(self) -> None:
        await self.page.context.close()
        await self.playwright.stop()

    async def accuracy(
        self, digits: Sequence[Digit], sizes: Sequence[float], pen: float, place: tuple[float, float] = (140, 140)
    ) -> float:
        """Return how many percent of the digits are read correctly, of so many units on the longer side."""
        await self.page.locator("[data-width]").evaluate(
            "(slider, pen) => { slider.value = pen; slider.dispatchEvent(new Event('input', { bubbles: true })); }", pen
        )
        right = 0
        for digit, size in zip(digits, sizes, strict=True):
            for stroke in digit.strokes:
                await self.draw([self.on_screen(place[0] + x * size, place[1] + y * size) for x, y in stroke])
            right += await self.page.evaluate(READ) == digit.label
            await self.page.keyboard.press("Delete")
        return 100 * right / len(digits)

    def on_screen(self, x: float, y: float) -> tuple[float, float]:
        return self.board["x"] + x * self.board["width"] / SIDE, self.board["y"] + y * self.board["height"] / SIDE

    async def draw(self, path: Path) -> None:
        """Press at the first place, move over the others and lift: all at once, as waiting for each takes a frame."""
        events = [("mouseMoved", path[0]), ("mousePressed", path[0])]
        at = path[0]
        for place in path[1:]:
            if math.dist(at, place) >= STEP:
                events.append(("mouseMoved", place))
                at = place
        events += [("mouseMoved", path[-1]), ("mouseReleased", path[-1])]
        sent = [
            {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1} for kind, (x, y) in events
        ]
        await asyncio.gather(*(self.mouse.send("Input.dispatchMouseEvent", event) for event in sent))
