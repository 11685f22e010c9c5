"""`/review`: what the page shows, takes and refuses, with a script and without."""

import re
from typing import Any

import pytest
from django.conf import settings as site
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from datasets.models import Contributor, Drawing, DrawingContent, Vote
from tests.datasets.factories import HIDDEN, hiding_strokes, make_drawing, strokes_of

pytestmark = pytest.mark.django_db

PAGE = reverse("datasets:review")
NEXT = reverse("datasets:review-next")
BROWSER = {"HTTP_ORIGIN": "http://testserver"}
SCRIPT = {**BROWSER, "HTTP_ACCEPT": "application/json"}


def make_open(label: str = "7", **fields: Any) -> Drawing:
    drawing = make_drawing(label, **{"opinion_is_digit": 0.9, **fields})
    DrawingContent.objects.filter(pk=drawing.pk).update(strokes=strokes_of(label, drawing.pk).to_json())
    return drawing


def offered(response: HttpResponse) -> str:
    return re.findall(r'name="offer" value="([^"]+)"', response.content.decode())[0]


def visitor(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def test_the_page_shows_a_drawing_and_tells_nothing_about_it() -> None:
    drawing = make_open("7")
    response = visitor("10.0.0.1").get(PAGE)
    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("<path d=") == len(drawing.content.strokes["strokes"]) if drawing.content.strokes else True
    assert str(drawing.public_id) not in html
    assert site.CONTRIBUTOR_COOKIE not in response.cookies
    assert re.findall(r'name="answer"\s+value="([^"]+)"', html) == [
        *"0123456789",
        "not-a-digit",
        "unclear",
        "skipped",
        "report",
    ]


def test_without_a_script_an_answer_leads_to_the_next_drawing() -> None:
    first, second = make_open(), make_open()
    client = visitor("10.0.0.1")
    response = client.post(PAGE, {"offer": offered(client.get(PAGE)), "answer": "7"}, **BROWSER)
    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert response.cookies[site.CONTRIBUTOR_COOKIE]["httponly"]
    page = client.get(PAGE)
    client.post(PAGE, {"offer": offered(page), "answer": "skipped"}, **BROWSER)
    assert {vote.drawing for vote in Vote.objects.all()} == {first, second}
    assert len({vote.contributor for vote in Vote.objects.all()}) == 1
    assert "Judged by you so far: <strong data-given>1</strong>" in " ".join(page.content.decode().split())
    assert "Nothing left to judge" in client.get(PAGE).content.decode()


def test_a_script_gets_the_next_drawing_with_the_answer_to_its_vote() -> None:
    for _ in range(3):
        make_open()
    client = visitor("10.0.0.1")
    first = offered(client.get(PAGE))
    ready = client.get(NEXT, {"besides": first}).json()["next"]
    answer = client.post(PAGE, {"offer": first, "answer": "7", "besides": ready["offer"]}, **SCRIPT).json()
    assert answer["given"] == 1
    assert answer["next"]["picture"].strip().startswith("<svg")
    client.post(PAGE, {"offer": ready["offer"], "answer": "1"}, **SCRIPT)
    client.post(PAGE, {"offer": answer["next"]["offer"], "answer": "unclear"}, **SCRIPT)
    assert Vote.objects.values("drawing").distinct().count() == 3
    assert client.get(NEXT).json() == {"next": None}


def test_an_offer_is_good_for_one_vote_of_the_one_who_got_it() -> None:
    for _ in range(4):
        make_open()
    client, other = visitor("10.0.0.1"), visitor("10.0.0.2")
    first = offered(client.get(PAGE))
    client.post(PAGE, {"offer": first, "answer": "7"}, **BROWSER)
    other.post(PAGE, {"offer": offered(other.get(PAGE)), "answer": "7"}, **BROWSER)
    own = offered(client.get(PAGE))
    for sender, offer in ((client, first), (other, own), (client, "made-up"), (client, "")):
        response = sender.post(PAGE, {"offer": offer, "answer": "7"}, **SCRIPT)
        assert (response.status_code, response.json()["error"]["code"]) == (409, "offer_gone")
    assert Vote.objects.count() == 2
    page = client.post(PAGE, {"offer": first, "answer": "7"}, **BROWSER, follow=True)
    assert "was not open to answers any more" in page.content.decode()
    assert offered(page)


def test_a_wrong_answer_loses_nothing() -> None:
    make_open()
    client = visitor("10.0.0.1")
    offer = offered(client.get(PAGE))
    response = client.post(PAGE, {"offer": offer, "answer": "eleven"}, **SCRIPT)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_answer")
    assert client.post(PAGE, {"offer": offer, "answer": "7"}, **SCRIPT).status_code == 200


def test_of_an_upload_only_what_was_read_of_it_is_shown() -> None:
    drawing = make_open(kind="image")
    DrawingContent.objects.filter(pk=drawing.pk).update(strokes=None, image=b"\x89PNG not looked at yet")
    html = visitor("10.0.0.1").get(PAGE).content.decode()
    assert 'class="ink"' in html and "<path d=" not in html.split("review-drawing")[1]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_of_a_drawing_that_hides_something_only_what_was_read_is_shown(hidden: str) -> None:
    drawing = make_open()
    DrawingContent.objects.filter(pk=drawing.pk).update(strokes=hiding_strokes(hidden).to_json())
    picture = visitor("10.0.0.1").get(NEXT).json()["next"]["picture"]
    assert 'class="ink"' in picture and "<path" not in picture


def test_a_pen_that_is_wider_than_its_way_to_the_edge_is_clipped_to_the_canvas() -> None:
    drawing = make_open()
    strokes = {"width": 300, "height": 200, "strokes": [{"points": [[0, 20], [0, 180]], "pen": 90, "erase": False}]}
    DrawingContent.objects.filter(pk=drawing.pk).update(strokes=strokes)
    picture = visitor("10.0.0.1").get(NEXT).json()["next"]["picture"]
    assert re.search(r'viewBox="-170.0 .*<svg width="300" height="200">\s*<path ', picture, re.S)


def test_too_many_answers_are_refused_until_later(settings) -> None:
    settings.VOTES_PER_ADDRESS = 2
    for _ in range(4):
        make_open()
    client = visitor("10.9.9.9")
    for _ in range(2):
        client.post(PAGE, {"offer": offered(client.get(PAGE)), "answer": "7"}, **BROWSER)
    offer = client.get(NEXT).json()["next"]["offer"]
    response = client.post(PAGE, {"offer": offer, "answer": "7"}, **SCRIPT)
    assert (response.status_code, response.json()["error"]["code"]) == (429, "too_many_votes")
    assert 0 < int(response["Retry-After"]) <= 60
    page = client.post(PAGE, {"offer": offer, "answer": "7"}, **BROWSER)
    assert page.status_code == 429 and "Take a breath" in page.content.decode()
    assert Vote.objects.count() == 2


def test_who_is_blocked_is_told_so() -> None:
    make_open()
    client = visitor("10.0.0.1")
    client.post(PAGE, {"offer": offered(client.get(PAGE)), "answer": "7"}, **BROWSER)
    Contributor.objects.filter(votes__isnull=False).update(blocked_at="2026-01-01T00:00Z")
    response = client.get(PAGE)
    assert response.status_code == 403
    assert "are not taken any more" in response.content.decode()
    assert client.get(NEXT).json()["error"]["code"] == "contributor_blocked"


def test_a_report_takes_the_drawing_away() -> None:
    drawing = make_open()
    client = visitor("10.0.0.1")
    page = client.post(PAGE, {"offer": offered(client.get(PAGE)), "answer": "report"}, **BROWSER, follow=True)
    assert "A moderator looks at that drawing" in page.content.decode()
    drawing.refresh_from_db()
    assert drawing.reported_at is not None
    assert visitor("10.0.0.2").get(NEXT).json() == {"next": None}


def test_a_form_of_another_site_is_refused() -> None:
    make_open()
    client = Client(enforce_csrf_checks=True)
    response = client.post(PAGE, {"offer": offered(client.get(PAGE)), "answer": "7"})
    assert response.status_code == 403
    assert not Vote.objects.exists()
