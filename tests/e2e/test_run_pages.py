"""Starting, watching and scheduling runs in the admin, in a real browser."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from datasets.models import DatasetVersion
from tests.training.factories import bars_and_rings, make_drawing
from training.models import Schedule, TrainingRun
from training.runs import queue
from training.runs.journal import note

State = TrainingRun.State
EPOCH = {"loss": 0.5, "accuracy": 0.9, "validation_loss": 0.4, "validation_accuracy": 0.95, "seconds": 9}


@pytest.fixture
def office(browser: Browser, live_server: LiveServer, monkeypatch) -> Iterator[Page]:
    """Return the admin as its owner sees it, in which no script fails."""
    monkeypatch.setattr(queue, "_send", lambda task, pk: None)
    get_user_model().objects.create_superuser("root", password="a long password")
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{live_server.url}/admin/training/trainingrun/")
    page.locator("[name=username]").fill("root")
    page.locator("[name=password]").fill("a long password")
    page.locator("[type=submit]").first.click()
    yield page
    assert faults == []
    context.close()


def test_a_run_is_started_with_a_preview_and_watched_until_it_ends(office: Page) -> None:
    for label, ink in bars_and_rings(1, 1):
        make_drawing(label, ink=ink)
    office.get_by_role("link", name="Retrain").click()
    preview = office.locator("img[data-preview]")
    expect(preview).to_be_hidden()
    office.get_by_text("Advanced", exact=True).click()
    expect(preview).to_have_attribute("src", re.compile("^blob:"))
    before = preview.get_attribute("src")
    office.locator("[name=rotation]").fill("90")
    expect(preview).not_to_have_attribute("src", before or "")
    assert preview.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    office.locator("[name=rotation]").fill("500")
    expect(office.locator("[data-preview-note]")).to_have_text("No preview: one of the settings is out of its range.")
    office.locator("[name=rotation]").fill("20")
    expect(preview).to_be_visible()
    office.locator("[name=networks]").select_option("digits")
    office.get_by_role("button", name="Start training").click()

    panel = office.locator("[data-run-panel]")
    expect(panel).to_contain_text("place 1 in the queue")
    run = TrainingRun.objects.get()
    assert run.config["augmentation"]["rotation"] == 20
    dataset = DatasetVersion.objects.create(number=7)
    TrainingRun.objects.update(state=State.PREPARING, owner=uuid.uuid4(), dataset_version=dataset)
    expect(office.get_by_role("link", name="dataset 7")).to_be_visible()
    office.evaluate("window.sameDocument = true")
    now = timezone.now()
    TrainingRun.objects.update(
        state=State.FITTING,
        owner=uuid.uuid4(),
        started_at=now,
        heartbeat_at=now,
        worker="host:7",
        progress=0.5,
        expected_end_at=now + timedelta(seconds=200),
        history=[{"epoch": 1, **EPOCH}, {"epoch": 2, **EPOCH, "validation_loss": 0.3}],
    )
    note(run, "epoch 2: all is well")
    expect(panel).to_contain_text("about 3 minutes left for this step")
    expect(panel).to_contain_text("epoch 2: all is well")
    expect(panel.locator("tr.best")).to_contain_text("2 ★")
    expect(panel.locator(".chart-picture")).to_have_count(2)
    assert office.evaluate("window.sameDocument")
    TrainingRun.objects.update(state=State.SUCCEEDED, owner=None, outcome="digits 3 published", ended_at=now)
    expect(panel).to_contain_text("Digits 3 published")
    expect(office.get_by_role("link", name="Run again")).to_be_visible()
    expect(office.get_by_role("link", name="Cancel")).to_have_count(0)


def test_a_schedule_asks_only_for_what_its_kind_needs(office: Page, live_server: LiveServer) -> None:
    office.goto(f"{live_server.url}/admin/training/schedule/add/")
    days, threshold = office.get_by_text("Wednesday"), office.locator("[name=threshold]")
    expect(days).to_be_visible()
    expect(threshold).to_be_hidden()
    office.locator("[name=kind]").select_option("when-enough")
    expect(days).to_be_hidden()
    expect(office.locator("[name=time]")).to_be_hidden()
    threshold.fill("250")
    office.locator("[name=name]").fill("Each 250")
    office.get_by_role("button", name="Save").click()
    expect(office.get_by_text("0 of 250 drawings so far")).to_be_visible()
    assert Schedule.objects.get(name="Each 250").threshold == 250
