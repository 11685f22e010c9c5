"""The pages of versions and of training in a real browser: what scripts add, and that everybody can use them."""

import uuid
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.e2e.axe import violations
from tests.paths import ROOT
from tests.training.measured import drawings_to_test, make_measured
from training.models import TrainingRun

EPOCHS = [
    {"epoch": n, "loss": 1 / n, "accuracy": 0.8, "validation_loss": 0.5 / n, "validation_accuracy": 0.9, "seconds": 9}
    for n in (1, 2, 3)
]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page on which no script fails and nothing is forbidden by the security policy."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield opened
    assert faults == []
    context.close()


def test_curves_and_words_follow_a_run_without_a_reload(page: Page, live_server: LiveServer) -> None:
    if not (ROOT / "static" / "vendor" / "uplot").exists():
        pytest.skip("needs what the pages load from npm (`make setup`)")
    now = timezone.now()
    run = TrainingRun.objects.create(
        network="digits",
        architecture="small",
        state="fitting",
        owner=uuid.uuid4(),
        step="training",
        started_at=now,
    )
    page.goto(f"{live_server.url}/training")
    page.evaluate("window.sameDocument = true")
    first = page.get_by_text("The first epoch is not done yet.")
    expect(first).to_be_visible()
    TrainingRun.objects.filter(pk=run.pk).update(history=EPOCHS[:1])
    expect(first).to_have_count(0)
    expect(page.locator("[data-curve=loss] .uplot canvas")).to_be_visible()
    page.locator("[data-curve=accuracy] summary").click()
    rows = page.locator("[data-curve=accuracy] .chart-table tbody tr")
    expect(rows).to_have_count(1)

    TrainingRun.objects.filter(pk=run.pk).update(history=EPOCHS, progress=0.6, step="exporting")
    expect(rows).to_have_count(3)
    expect(page.locator("[data-step]")).to_have_text("exporting")
    expect(page.locator("[data-announcement]")).to_contain_text("Epoch 3 is done: 90%")

    outcome = "digits 2 published: the first version"
    TrainingRun.objects.filter(pk=run.pk).update(
        state="succeeded", owner=None, outcome=outcome, ended_at=timezone.now()
    )
    expect(page.get_by_text("Digits 2 published: the first version")).to_be_visible()
    expect(page.get_by_text("Nothing is being trained")).to_be_visible()
    assert page.evaluate("window.sameDocument")


def test_versions_answer_one_drawing_beside_each_other(
    page: Page, live_server: LiveServer, starter_versions: dict[str, int]
) -> None:
    page.goto(f"{live_server.url}/models/try")
    box = page.locator("[data-canvas]").bounding_box()
    assert box is not None
    places = [
        (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in ((0.3, 0.2), (0.7, 0.2), (0.45, 0.85))
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()
    cards = page.locator("[data-answers] .card")
    expect(cards).to_have_count(1)
    expect(cards.first.locator("[data-answer]")).to_have_text("7")
    page.get_by_label("1 · wide (live)").last.check()
    expect(cards).to_have_count(2)
    expect(cards.last.locator("[data-answer]")).to_have_text("digit")
    page.get_by_role("button", name="Clear").click()
    expect(cards).to_have_count(0)


def test_everybody_can_use_the_pages_and_nothing_is_wider_than_a_phone(page: Page, live_server: LiveServer) -> None:
    test = drawings_to_test()
    make_measured(test, {0: 7}, publish=True)
    make_measured(test, {1: 7, 2: 8})
    paths = [
        *(
            "/models",
            "/models/digits/1?actual=0&predicted=7",
            "/models/digits/2",
            "/models/compare?a=digits/1&b=digits/2",
        ),
        *("/models/try", "/training", "/about", "/help"),
    ]
    for path in paths:
        page.goto(live_server.url + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
