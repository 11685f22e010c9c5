"""How it works, and help."""

import re

import pytest
from django.db import OperationalError
from django.test import Client

from recognizer.controls import GROUPS
from recognizer.views import guide
from tests.paths import ROOT
from tests.training.measured import drawings_to_test, make_measured


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.django_db
def test_how_it_works_reads_its_figures_from_the_live_versions(client: Client) -> None:
    test = drawings_to_test()
    make_measured(test, publish=True)
    other = {"network": "digit-or-not", "config": {"fine_tune": True}}
    make_measured(test, publish=True, metrics={"parameters": {"trainable": 4321, "non_trainable": 98765}}, **other)
    html = text_of(client, "/about")
    for figure in ("108,330", "4,321", "98,765", "90.00%", "26×26×16", "250,752"):
        assert figure in html, figure
    assert "is fine-tuned" in html
    assert html.count("a drawing of the dataset") == 20


@pytest.mark.django_db
def test_how_it_works_shows_drawings_of_its_own_where_nobody_has_given_any(client: Client) -> None:
    html = text_of(client, "/about")
    assert "a drawing of the dataset" not in html
    assert html.count("data:image/png") > 40


@pytest.mark.django_db
def test_how_it_works_comes_up_while_the_database_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(network: str) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(guide.registry, "published", away)
    assert "cannot be looked up at the moment" in text_of(client, "/about")


def test_help_names_every_control_of_the_draw_page(client: Client) -> None:
    html = text_of(client, "/help")
    page = "".join((ROOT / "templates" / "recognizer" / name).read_text() for name in ("draw.html", "lab.html"))
    tools = set(re.findall(r'<span class="tool-name">{% translate "([^"]+)" %}', page))
    tools |= set(re.findall(r'</svg>\s*{% translate "(\w[^"]+)" %}\s*</(?:button|label)>', page))
    tools |= set(re.findall(r'role="switch"[^>]*>\s*<span>{% translate "([^"]+)" %}', page)) - {"As numbers"}
    assert len(tools) > 12
    named = {tool for tool in tools if not re.search(r"PNG|JSON", tool)}
    assert {tool for tool in named if tool not in html} == set()


def test_every_icon_of_help_is_one_of_the_pages() -> None:
    icons = (ROOT / "static" / "icons" / "icons.svg").read_text()
    used = {icon for group in GROUPS for control in group.controls for icon in control.icons}
    assert {icon for icon in used if f'id="{icon}"' not in icons} == set()
