"""The main job as people do it: draw, read, submit, approve, retrain, and the open page uses the new versions."""

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests import drawings
from tests.e2e.site import Load, Site, numbers, running_site, wait_until
from tests.unipen import FOLDER as UNIPEN

OF_EACH_LABEL = 24  # so that the training split has ten of each with some to spare
FOLLOWING = 40_000  # ms: an open page looks for new versions every 15 seconds
RETRAINING_SECONDS = 600
MODERATOR = {"DJANGO_SUPERUSER_USERNAME": "mod", "DJANGO_SUPERUSER_PASSWORD": "a long password"}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running_site(WEB_PROCESSES="2") as site:
        site.manage("createsuperuser", "--noinput", "--email", "mod@example.org", **MODERATOR)
        yield site


def own_drawings() -> list[tuple[str, Any]]:
    return [(label, drawings.drawing(label, n)) for n in range(OF_EACH_LABEL) for label in drawings.SHAPES]


def unipen_drawings() -> list[tuple[str, Any]]:
    """Return as many of each label by people, in their own canvas."""
    wanted = dict.fromkeys(drawings.SHAPES, OF_EACH_LABEL)
    found = []
    for name in ("digits", "uppercase"):
        with gzip.open(UNIPEN / f"{name}.jsonl.gz", "rt") as lines:
            for record in map(json.loads, lines):
                label = record["label"] if name == "digits" else "not-a-digit"
                if name == "uppercase" and record["label"] not in "AEFHKMNRTWXY":
                    continue
                if wanted[label]:
                    wanted[label] -= 1
                    found.append((label, on_canvas(record["strokes"])))
    return found


def on_canvas(strokes: list[list[list[int]]]) -> dict[str, Any]:
    """Return strokes of 0..255 as a drawing 200 units high in the middle of the canvas."""
    points = [[[round(40 + x * 0.78, 1), round(40 + y * 0.78, 1)] for x, y in stroke] for stroke in strokes]
    return {
        "width": drawings.WIDTH,
        "height": drawings.HEIGHT,
        "strokes": [{"points": stroke, "pen": 18} for stroke in points],
    }


def test_from_a_drawing_to_a_new_version_on_the_open_page(site: Site, page: Page) -> None:
    crowd = unipen_drawings() if UNIPEN.exists() else own_drawings()
    before = publish_starter_versions(site)
    failed: list[str] = []
    page.on("response", lambda response: failed.append(response.url) if response.status >= 500 else None)

    page.goto(site.url)
    # People's sevens are not all plain: one that the site reads over the API, the page has to read as well.
    draw(page, next(strokes for label, strokes in crowd if label == "7" and site.reads(strokes) == 7))
    expect(page.locator("[data-numeral]")).to_have_text("7")
    expect(page.locator("[data-versions]")).to_contain_text(str(before["digits"]))
    submit(page, "7")

    for label, strokes in crowd:
        status, answer = site.post("/api/v1/drawings", {"strokes": strokes, "label": label, "consent": True})
        assert status in (200, 201), answer

    office = page.context.new_page()
    with Load(site) as load:
        approve_everything(office, site)
        retrain_both(office, site)
        wait_until(
            lambda: all(site.live()[network] > number for network, number in before.items()),
            RETRAINING_SECONDS,
            lambda: site.manage("shell", "-c", SHOW_RUNS) + site.log,
        )
    assert load.failures == []
    assert load.answers > 20

    after = everywhere_live(site)
    draw(page, drawings.drawing("0", 1))
    root = page.locator("[data-page]")
    expect(root).to_have_attribute("data-digits-version", str(after["digits"]), timeout=FOLLOWING)
    expect(root).to_have_attribute("data-digit-or-not-version", str(after["digit-or-not"]), timeout=FOLLOWING)
    assert numbers(page.locator("[data-versions]").inner_text())[:2] == [after["digits"], after["digit-or-not"]]
    assert failed == []


def everywhere_live(site: Site) -> dict[str, int]:
    """Return the versions that answer when every process has taken them up: twenty answers in a row say the same."""
    answers: list[dict[str, int]] = []

    def settled() -> bool:
        answers.append(site.live())
        return len(answers) >= 20 and all(answer == answers[-1] for answer in answers[-20:])

    wait_until(settled, 30)
    return answers[-1]


@pytest.mark.usefixtures("browser_name")  # or pytest would put it far behind the other, and start the site again
def test_a_killed_workers_run_is_taken_up_again_and_published_once(site: Site) -> None:
    if not int(site.manage("shell", "-v0", "-c", COUNT_APPROVED)):  # it runs without the other
        for label, strokes in own_drawings():
            status, answer = site.post("/api/v1/drawings", {"strokes": strokes, "label": label, "consent": True})
            assert status in (200, 201), answer
        site.manage("shell", "-v0", "-c", APPROVE_ALL)
    number = int(site.manage("shell", "-v0", "-c", START_A_RUN))
    wait_until(lambda: run_of(site, number)["state"] == "fitting", RETRAINING_SECONDS, lambda: site.log)
    training_worker(site).kill()
    wait_until(lambda: run_of(site, number)["state"] == "succeeded", RETRAINING_SECONDS, lambda: site.log)
    run = run_of(site, number)
    assert (run["begun"], run["events"]) == (2, 1)


def run_of(site: Site, number: int) -> dict[str, Any]:
    return json.loads(site.manage("shell", "-v0", "-c", SHOW_RUN % number))


def training_worker(site: Site) -> psutil.Process:
    """Return the process that gives the jobs of the queue `training` to its children."""
    below = psutil.Process(site.process.pid).children(recursive=True)
    return next(process for process in below if "training@%h" in process.cmdline())


COUNT_APPROVED = "from datasets.models import Drawing; print(Drawing.objects.approved().count())"
APPROVE_ALL = (
    "from datasets.models import Drawing; from datasets.services import approve; "
    "approve(Drawing.objects.pending(), actor=None)"
)
START_A_RUN = (
    "from training.services import start_run; from training.augmenting.configuration import RunConfig; "
    "print(start_run('digits', architecture='small', publish='always', config=RunConfig(epochs=30, copies=8)).pk)"
)
SHOW_RUN = (
    "import json; from training.models import PublishEvent, TrainingRun; r = TrainingRun.objects.get(pk=%d); "
    "print(json.dumps({'state': r.state, 'begun': r.lines.filter(text__contains=' begins, attempt ').count(), "
    "'events': PublishEvent.objects.filter(version__run=r).count()}))"
)
SHOW_RUNS = "from training.models import TrainingRun as R; print(list(R.objects.values('network','state','error')))"


def publish_starter_versions(site: Site) -> dict[str, int]:
    """Let the versions that shipped be live, whatever was trained before; returns their numbers."""
    first = {"digits": 1, "digit-or-not": 1}
    for network, number in first.items():
        site.manage("publish", network, str(number))
    # Each process finds out for itself, and one address stands for both.
    wait_until(lambda: all(site.live() == first for _ in range(10)), 10)
    return first


def draw(page: Page, strokes: dict[str, Any]) -> None:
    """Draw with the mouse, stroke by stroke, on a sheet made empty."""
    clear = page.locator("[data-clear]")
    if clear.is_enabled():
        clear.click()
    canvas = page.locator("[data-canvas]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    across, down = box["width"] / strokes["width"], box["height"] / strokes["height"]
    for stroke in strokes["strokes"]:
        points = [(box["x"] + x * across, box["y"] + y * down) for x, y, *_ in stroke["points"]]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def submit(page: Page, label: str) -> None:
    page.locator(f"[name=label][value='{label}']").check(force=True)
    consent = page.locator("[name=consent]")
    if not consent.is_checked():
        consent.check()
    page.locator("[data-give-button]").click()
    expect(page.locator("[data-thanks]")).to_be_visible()


def approve_everything(office: Page, site: Site) -> None:
    """Approve all that is pending, as a moderator does: choose all, then the action, and say that he means it.

    But for the easy ones that have to be looked at one by one; there are enough without them.
    """
    office.goto(f"{site.url}/admin/datasets/drawing/?status=pending")
    office.locator("[name=username]").fill(MODERATOR["DJANGO_SUPERUSER_USERNAME"])
    office.locator("[name=password]").fill(MODERATOR["DJANGO_SUPERUSER_PASSWORD"])
    office.locator("[type=submit]").first.click()
    office.get_by_label("All on this page").check()
    all_of_them = office.get_by_role("button", name=re.compile("Choose all"))
    is_more_than_a_page = all_of_them.is_visible()
    if is_more_than_a_page:
        all_of_them.click()
    office.get_by_role("button", name="Approve", exact=True).click()
    if is_more_than_a_page:
        office.get_by_role("button", name="Approve", exact=True).click()
    expect(office.get_by_text(re.compile(r"^\s*\d+ drawings: approved"))).to_be_visible()


def retrain_both(office: Page, site: Site) -> None:
    office.goto(f"{site.url}/admin/training/trainingrun/retrain")
    office.locator("[name=networks]").select_option("both")
    office.locator("[name=publish]").select_option("always")
    office.locator("[name=architecture]").select_option("small")
    office.get_by_text("Advanced", exact=True).click()
    office.locator("[name=epochs]").fill("6")
    office.locator("[name=copies]").fill("3")
    office.locator("form [type=submit]").last.click()
    expect(office.get_by_text("Started").first).to_be_visible()
