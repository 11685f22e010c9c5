"""Accuracy as drawn: digits of people that no network has seen, drawn on the page with the mouse and read by it.

One factor at a time: first at ordinary sizes with the pen that the page starts with, then thinner and thicker pens, and
other places. Needs the UNIPEN drawings; without them, nothing is measured.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.management import call_command
from playwright.sync_api import Page, sync_playwright
from pytest import skip

from benchmarks import site
from benchmarks.report import Figure
from datasets.importers import ImportedDrawing, unipen
from tests import browser as chromium
from tests.paths import shared_data

SIDE = 280  # of the canvas, in canvas units
DEFAULT_PEN = 18
DRAWINGS = 400
STEP = 5.0  # canvas units between the points that the mouse is moved to
LEFT_OUT = "ibm"  # its labels are often wrong
AT_LEAST = 98.5  # percent
MOST_LOST = 1.5  # points
RATIOS = (0.02, 0.05, 0.12, 0.18, 0.25)  # of the pen to the longer side of the symbol
PLACES = ((70, 70), (210, 70), (70, 210), (210, 210))

Path = list[tuple[float, float]]


@dataclass(frozen=True)
class Digit:
    """Strokes in a box of 1 x 1 or less, around (0, 0), and what they show."""

    label: str
    strokes: list[Path]


def run(count: int = DRAWINGS) -> list[Figure]:
    try:
        digits = _digits(count)
    except skip.Exception as missing:
        print(f"  left out: {missing}")
        return []
    call_command("collectstatic", interactive=False, verbosity=0)
    sizes = random.Random(1)
    ordinary = [sizes.uniform(110, 220) for _ in digits]
    with site.serving(1) as server, sync_playwright() as playwright:
        program = playwright.chromium.launch(**chromium.launch_options())
        page = program.new_page(viewport={"width": 1280, "height": 1100})
        page.goto(f"http://127.0.0.1:{server.port}/")
        _read_on_request(page)
        base = _accuracy(page, digits, ordinary, DEFAULT_PEN)
        figures = [
            Figure(
                f"{len(digits)} digits, 110 to 220 of 280 units, pen of 18: read correctly",
                base,
                "%",
                at_least=AT_LEAST,
            )
        ]
        for ratio in RATIOS:
            size = 160.0 if ratio * 160 >= 2 else 220.0
            pen = max(2, round(ratio * size))
            lost = base - _accuracy(page, digits, [pen / ratio] * len(digits), pen)
            figures.append(Figure(f"pen of {ratio} of the symbol: lost", lost, "points", at_most=MOST_LOST))
        for place in PLACES:
            lost = base - _accuracy(page, digits, [110.0] * len(digits), DEFAULT_PEN, place)
            figures.append(Figure(f"110 units, around {place}: lost", lost, "points", at_most=MOST_LOST))
        program.close()
    return figures


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


def _read_on_request(page: Page) -> None:
    """Open the drawer and switch off what reads each stroke: then an answer is about the whole drawing."""
    page.get_by_role("button", name="Lab", exact=True).click()
    page.locator("[data-live]").evaluate("toggle => toggle.click()")


def _accuracy(
    page: Page, digits: Sequence[Digit], sizes: Sequence[float], pen: float, place: tuple[float, float] = (140, 140)
) -> float:
    """Return how many percent of the digits are read correctly, of so many units on the longer side."""
    page.locator("[data-width]").evaluate(
        "(slider, pen) => { slider.value = pen; slider.dispatchEvent(new Event('input', { bubbles: true })); }", pen
    )
    box = page.locator("[data-canvas]").bounding_box()
    assert box is not None
    right = 0
    for digit, size in zip(digits, sizes, strict=True):
        for stroke in digit.strokes:
            path = [(place[0] + x * size, place[1] + y * size) for x, y in stroke]
            _draw(page, [(box["x"] + x * box["width"] / SIDE, box["y"] + y * box["height"] / SIDE) for x, y in path])
        right += _read(page) == digit.label
        page.keyboard.press("Delete")
    return 100 * right / len(digits)


def _draw(page: Page, path: Path) -> None:
    page.mouse.move(*path[0])
    page.mouse.down()
    at = path[0]
    for place in path[1:]:
        if math.dist(at, place) >= STEP:
            page.mouse.move(*place)
            at = place
    page.mouse.move(*path[-1])
    page.mouse.up()


def _read(page: Page) -> str:
    page.locator("[data-predict]").click()
    numeral = page.locator("[data-numeral]")
    for _ in range(200):
        if (text := numeral.inner_text()) != "?":
            return text
        page.wait_for_timeout(10)
    return "?"
