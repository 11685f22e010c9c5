"""/contribute and what belongs to it, without a script: one's own drawings, and deleting them."""

import hashlib
import json
import re
import uuid

import pytest
from django.conf import settings
from django.core.signing import get_cookie_signer
from django.test import Client
from django.urls import reverse

from datasets.contributors import SALT
from datasets.models import Contributor, DatasetItem, Drawing
from datasets.services import approve, freeze_version, reject
from datasets.services.submission import deletion_token
from datasets.views import mine as mine_module
from tests.datasets.factories import make_approved, make_contributor, make_drawing, make_room

pytestmark = pytest.mark.django_db

CONTRIBUTE, MINE, DELETE_ALL = "/contribute", "/contribute/mine", "/contribute/delete"


@pytest.fixture
def ada(client: Client) -> Contributor:
    """The contributor whose cookie the client has."""
    contributor = make_contributor(key="a" * 32)
    client.cookies[settings.CONTRIBUTOR_COOKIE] = get_cookie_signer(salt=settings.CONTRIBUTOR_COOKIE + SALT).sign(
        contributor.key
    )
    return contributor


def page(client: Client, address: str = MINE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def delete_page(drawing: Drawing, token: str = "") -> str:
    return reverse("datasets:delete", args=[drawing.public_id]) + (f"?token={token}" if token else "")


def test_the_page_asks_with_what_it_needs_and_shows_ones_own_tally(client: Client, ada: Contributor) -> None:
    make_drawing(contributor=ada)
    make_drawing()
    config = json.loads(re.search(r'id="page-config"[^>]*>(.*?)</script>', page(client, CONTRIBUTE))[1])
    assert (config["given"], config["consentVersion"]) == (1, settings.CONSENT_VERSION)
    assert {prompt["label"] for prompt in config["prompts"]} == {*"0123456789", "not-a-digit"}
    assert config["urls"] == {"drawings": "/api/v1/drawings", "predict": "/api/v1/predict"}


def test_both_pages_that_take_drawings_ask_for_the_same_consent_whose_version_changes_with_its_text(
    client: Client,
) -> None:
    for address in (CONTRIBUTE, "/"):
        text = re.search(r'<label class="consent"[^>]*>(.*?)</label>', page(client, address), re.S)[1]
        words = " ".join(re.sub(r"<[^>]*>", " ", text).split())
        assert "CC0" in words and "timing of the pen" in words and "guardian" in words
        assert (settings.CONSENT_VERSION, hashlib.sha256(words.encode()).hexdigest()[:8]) == ("2026-12", "31057acb")


def test_whoever_has_given_nothing_is_invited_and_gets_no_cookie(client: Client) -> None:
    make_drawing()
    assert "Nothing from this browser yet" in page(client)
    assert "contributor" not in client.get(CONTRIBUTE).cookies


def test_ones_own_drawings_are_shown_with_their_journeys_and_nobody_elses(client: Client, ada: Contributor) -> None:
    for label in "123":
        make_drawing(label, contributor=ada)
    make_drawing("4")
    approve(Drawing.objects.filter(claimed_label="1"), actor=None)
    approve(Drawing.objects.filter(claimed_label="2"), actor=None, label="7")
    reject(Drawing.objects.filter(claimed_label="3"), actor=None, reason="a scribble")
    freeze_version()
    shown = page(client)
    assert re.findall(r'journey-title">\s*(.)', shown) == ["3", "2", "1"]
    assert "a scribble" in shown and "saw something else in it: 7" in shown
    assert shown.count(reverse("datasets:version", args=[1])) == 2
    assert shown.count("networks learn from it") == 2
    assert client.get(MINE)["Cache-Control"].count("no-store") == 1


@pytest.mark.parametrize(("split", "words"), [("test", "never learn from it"), ("validation", "are measured on it")])
def test_the_split_is_told_in_words(client: Client, ada: Contributor, split: str, words: str) -> None:
    make_approved(contributor=ada, split=split)
    freeze_version()
    assert words in page(client)


def test_a_reported_drawing_is_said_to_be_so(client: Client, ada: Contributor) -> None:
    drawing = make_approved(contributor=ada)
    client.post(reverse("datasets:report", args=[drawing.public_id]), {"reason": "other"})
    assert "Somebody has reported it" in page(client)


def test_older_drawings_are_a_page_further(client: Client, ada: Contributor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mine_module, "PAGE", 2)
    for label in "12345":
        make_drawing(label, contributor=ada)
    address, pages = MINE, []
    while address:
        shown = page(client, address)
        pages.append("".join(re.findall(r'journey-title">\s*(.)', shown)))
        older = re.search(r'href="(\?before=\d+)"', shown)
        address = MINE + older[1] if older else ""
    assert pages == ["54", "32", "1"]


def test_a_page_of_many_drawings_takes_as_many_queries_as_one_of_few(
    client: Client, ada: Contributor, django_assert_max_num_queries
) -> None:
    for _ in range(20):
        make_approved(contributor=ada)
    freeze_version()
    with django_assert_max_num_queries(9):
        page(client)


def test_a_drawing_is_deleted_after_a_question(client: Client, ada: Contributor) -> None:
    mine, other = make_approved(contributor=ada), make_approved()
    freeze_version()
    assert delete_page(mine) in page(client)
    assert "It is in dataset 1" in page(client, delete_page(mine))
    assert Drawing.objects.count() == 2
    assert client.post(delete_page(mine))["Location"] == MINE
    assert list(Drawing.objects.all()) == [other]
    assert DatasetItem.objects.filter(drawing=None).count() == 1
    assert "is deleted" in page(client, delete_page(mine))


def test_the_token_deletes_from_any_browser(client: Client) -> None:
    drawing = make_drawing()
    address = delete_page(drawing, deletion_token(drawing.public_id))
    assert "Delete this drawing?" in page(client, address)
    assert client.post(address)["Location"] == delete_page(drawing)
    assert not Drawing.objects.exists()


def test_only_the_browser_that_gave_a_drawing_is_told_under_which_id_it_may_still_wait(
    client: Client, ada: Contributor
) -> None:
    drawing = make_drawing(contributor=ada, client_id=uuid.uuid4())
    assert f'data-delete="{drawing.client_id}"' in page(client, delete_page(drawing))
    assert "data-delete" not in page(client, delete_page(make_drawing(contributor=ada)))  # it came without one
    token = deletion_token(drawing.public_id)
    assert str(drawing.client_id) not in page(Client(), delete_page(drawing, token))


@pytest.mark.parametrize("token", ["", "none", "é"])
def test_without_cookie_or_token_nothing_is_shown_or_deleted(client: Client, ada: Contributor, token: str) -> None:
    drawing = make_drawing()
    for response in (client.get(delete_page(drawing, token)), client.post(delete_page(drawing, token))):
        assert response.status_code == 403
        assert "not given from this browser" in response.content.decode()
        assert "data:image" not in response.content.decode()
    assert Drawing.objects.count() == 1


def test_all_are_deleted_at_once_also_those_in_rooms(client: Client, ada: Contributor) -> None:
    make_drawing(contributor=ada)
    make_approved(contributor=ada)
    make_drawing(contributor=ada, room=make_room())
    other = make_drawing()
    assert "Delete all 3 drawings?" in page(client, DELETE_ALL)
    assert Drawing.objects.count() == 4
    assert client.post(DELETE_ALL)["Location"] == MINE
    assert list(Drawing.objects.all()) == [other]
    assert client.get(DELETE_ALL)["Location"] == MINE


def test_deleting_needs_the_token_of_the_form(ada: Contributor, client: Client) -> None:
    drawing = make_drawing(contributor=ada)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(DELETE_ALL).status_code == strict.post(delete_page(drawing)).status_code == 403
    assert Drawing.objects.count() == 1
