"""What holds for every page: nothing that axe-core finds, and nothing wider than the smallest phone."""

from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from datasets.models import Drawing, DrawingContent
from datasets.services import freeze_version
from datasets.services.submission import deletion_token
from tests.datasets.factories import make_approved, make_drawing, strokes_of
from tests.e2e.axe import violations

PAGES = ("/", "/contribute", "/contribute/mine", "/review", "/dataset", "/dataset/1", "/models", "/models/try")
TEXTS = ("/training", "/about", "/help", "/privacy", "/nowhere", f"/contribute/delete/{uuid4()}")
OFFICE = (
    "/admin/",
    "/admin/datasets/drawing/",
    "/admin/datasets/drawing/review/",
    "/admin/datasets/decision/",
    "/admin/training/trainingrun/",
    "/admin/training/trainingrun/add/",
)
# The theme of the admin has no <main>: a practice that axe-core recommends, no criterion of WCAG.
OF_THE_THEME = ("landmark-one-main", "region")

TOO_WIDE = """() => [...document.querySelectorAll("main *")]
    .filter((element) => element.getBoundingClientRect().right > 320)
    .map((element) => element.outerHTML.slice(0, 100))"""


@pytest.fixture
def drawings(starter_versions: dict[str, int]) -> list[Drawing]:
    """Two for everybody to see, in a dataset version; one that waits and is open for votes."""
    rows = [make_approved("7"), make_approved("3"), make_drawing("5", opinion_is_digit=0.9)]
    for number, row in enumerate(rows):
        strokes = strokes_of(row.claimed_label, number).to_json()
        DrawingContent.objects.filter(drawing=row).update(strokes=strokes)
    freeze_version()
    return rows


def found(page: Page, address: str, paths: tuple[str, ...], leave_out: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Return what is wrong, by page and colour scheme."""
    wrong: dict[str, list[str]] = {}
    for path in paths:
        page.goto(address + path)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            wrong[f"{path} {scheme}"] = violations(page, leave_out)
    return {name: problems for name, problems in wrong.items() if problems}


def test_everybody_can_use_every_public_page(page: Page, live_server: LiveServer, drawings: list[Drawing]) -> None:
    shown, waiting = drawings[0].public_id, drawings[2].public_id
    about_one = (
        f"/dataset/drawings/{shown}",
        f"/drawings/{shown}/report",
        f"/contribute/delete/{waiting}",
        f"/contribute/delete/{waiting}?token={deletion_token(waiting)}",
    )
    assert found(page, live_server.url, (*PAGES, *TEXTS, *about_one)) == {}


@pytest.mark.usefixtures("drawings")
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_no_page_is_wider_than_the_smallest_phone(page: Page, live_server: LiveServer, language: str) -> None:
    page.set_extra_http_headers({"Accept-Language": language})
    page.set_viewport_size({"width": 320, "height": 640})
    wide = {}
    for path in (*PAGES, *TEXTS):
        page.goto(live_server.url + path)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide[path] = page.evaluate(TOO_WIDE)
    assert wide == {}


def test_every_moderator_can_use_the_admin(page: Page, live_server: LiveServer, drawings: list[Drawing]) -> None:
    assert found(page, live_server.url, ("/admin/login/",), OF_THE_THEME) == {}
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("mo"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    assert found(page, live_server.url, OFFICE, OF_THE_THEME) == {}
