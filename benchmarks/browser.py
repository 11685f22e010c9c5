"""The draw page in a browser: how soon it is there, how soon it answers, and whether both engines agree."""

import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.core.management import call_command
from playwright.sync_api import Browser, Page, Request, sync_playwright
from pytest import skip

from benchmarks import site
from benchmarks.report import Figure
from datasets.importers import ImportedDrawing, unipen
from recognizer import engine
from tests import browser as chromium
from tests.drawings import SHAPES, drawing
from tests.engines import ask_both
from tests.paths import shared_data

SIDE = 280  # of the canvas, in canvas units
STROKES = 60  # timed with each engine, after WARM_UPS more
WARM_UPS = 10
FRAME_MILLISECONDS = 1000 / 60
QUESTIONS = 1000  # that both engines are asked
ENGINE_SECONDS = 60
MOST_KILOBYTES = 150
MOST_MILLISECONDS = 30
SAVES_DATA = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"

# From the pen's leaving the board to the frame in which the bars have moved.
TIME_BARS = """() => {
    window.times = [];
    let lifted = null;
    addEventListener("pointerup", event => { lifted = event.timeStamp; }, true);
    const painted = new MessageChannel();
    painted.port1.onmessage = ({ data }) => window.times.push(performance.now() - data);
    new MutationObserver(() => {
        if (lifted === null) return;
        const since = lifted;
        lifted = null;
        requestAnimationFrame(() => painted.port2.postMessage(since));
    }).observe(document.querySelector(".bars"), { subtree: true, attributeFilter: ["style"] });
}"""


@dataclass(frozen=True)
class FirstVisit:
    """What somebody downloads who has never been here, compressed, and how long the engine takes to be ready."""

    page: int  # bytes until the page has loaded
    engine: int  # bytes that the engine brings later, but for its wasm
    wasm: int  # bytes
    seconds: float


def run() -> list[Figure]:
    call_command("collectstatic", interactive=False, verbosity=0)
    if engine.urls() is None:
        raise SystemExit("benchmarks: what the pages load from npm is missing; `make setup` installs it.")
    with site.serving(1) as server, sync_playwright() as playwright:
        address = f"http://127.0.0.1:{server.port}/"
        program = playwright.chromium.launch(**chromium.launch_options())
        visit = _first_visit(program, address)
        with _visit(program, address) as page:
            _wait_for_engine(page)
            in_browser = _times(page)
            answers = ask_both(page, _questions())
        with _visit(program, address, SAVES_DATA) as page:
            by_server = _times(page)
        program.close()
    differing = sum(one.get("digit") != other.get("digit") for one, other in answers)
    baseline = ("the same with the server's engine on this machine", median(by_server))
    return [
        Figure("first load, all but the engine", visit.page / 1000, "kB", at_most=MOST_KILOBYTES),
        Figure("the engine's scripts and networks, loaded when idle", visit.engine / 1000, "kB"),
        Figure("its wasm", visit.wasm / 1000, "kB"),
        Figure("from the idle page to the engine's first answer", visit.seconds, "s"),
        Figure("from the pen up to the bars on screen, median", median(in_browser), "ms", at_most=MOST_MILLISECONDS),
        Figure("the same, against the server", median(in_browser), "ms", baseline),
        Figure("the slowest but one in twenty", sorted(in_browser)[len(in_browser) * 19 // 20], "ms"),
        Figure("drawings that the engines read differently", differing, f"of {len(answers):,}", at_most=0),
    ]


def _first_visit(program: Browser, address: str) -> FirstVisit:
    with _visit(program, "about:blank") as page:
        finished: list[Request] = []
        page.on("requestfinished", lambda request: finished.append(request))
        page.goto(address, wait_until="load")
        at_first = len(finished)
        _wait_for_engine(page)
        marks = "['engine-start', 'engine-ready'].map(name => performance.getEntriesByName(name)[0].startTime)"
        start, ready = page.evaluate(marks)
        sizes = [(request.url, request.sizes()["responseBodySize"]) for request in finished]
    wasm = sum(size for url, size in sizes if url.endswith(".wasm"))
    in_page = sum(size for _, size in sizes[:at_first])
    return FirstVisit(in_page, sum(size for _, size in sizes) - in_page - wasm, wasm, (ready - start) / 1000)


@contextmanager
def _visit(program: Browser, address: str, circumstance: str = "") -> Iterator[Page]:
    with program.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        if circumstance:
            page.add_init_script(circumstance)
        page.goto(address, wait_until="load")
        yield page


def _wait_for_engine(page: Page) -> None:
    for _ in range(ENGINE_SECONDS * 10):
        if page.evaluate("performance.getEntriesByName('engine-ready').length"):
            return
        page.wait_for_timeout(100)
    raise SystemExit(f"benchmarks: expected the engine in the browser within {ENGINE_SECONDS} s; it did not come.")


def _times(page: Page) -> list[float]:
    """Draw strokes with the mouse, each on a new sheet; return the milliseconds of each but the first ones.

    A move is done when its frame is on screen. People lift a pen at any moment of a frame, so here it rests a little:
    without that it would always be lifted right behind one, and the bars wait for the second frame after it, as the
    browser gives the page no message, that of the engine neither, before it has shown what the lifting changed.
    """
    page.evaluate(TIME_BARS)
    rests = random.Random(1)
    box = page.locator("[data-canvas]").bounding_box()
    assert box is not None
    for number, payload in zip(range(WARM_UPS + STROKES), itertools.cycle(_single_strokes()), strict=False):
        for index, (x, y, *_) in enumerate(payload["strokes"][0]["points"]):
            page.mouse.move(box["x"] + x * box["width"] / SIDE, box["y"] + y * box["height"] / SIDE)
            if index == 0:
                page.mouse.down()
        page.wait_for_timeout(rests.uniform(0, FRAME_MILLISECONDS))
        page.mouse.up()
        for _ in range(100):
            if len(page.evaluate("times")) > number:
                break
            page.wait_for_timeout(20)
        page.keyboard.press("Delete")
    return list(page.evaluate("times"))[WARM_UPS:]


def _single_strokes() -> list[dict[str, Any]]:
    drawn = [drawing(label, variant) for label in SHAPES for variant in range(8)]
    return [payload for payload in drawn if len(payload["strokes"]) == 1]


def _questions() -> list[dict[str, Any]]:
    """Return drawings by many hands; where those are not at hand, the project's own."""
    try:
        records = list(unipen.read(shared_data("unipen"), limit=QUESTIONS))
    except skip.Exception:
        return [{"strokes": drawing(label, variant)["strokes"]} for variant in range(90) for label in SHAPES]
    drawn = [record.strokes.to_json() for record in records if isinstance(record, ImportedDrawing) and record.strokes]
    return [{"strokes": payload["strokes"]} for payload in drawn if payload["width"] == SIDE]
