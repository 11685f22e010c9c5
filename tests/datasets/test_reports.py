"""Reporting a drawing that everybody sees, without a script."""

from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from datasets import limits
from datasets.models import Drawing, DrawingReport
from datasets.services import clear_reports
from tests.datasets.factories import make_approved, make_drawing, make_room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somewhere(client: Client) -> None:
    """An address from which nobody has reported yet."""
    client.defaults["REMOTE_ADDR"] = f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1"


def page_of(drawing: Drawing) -> str:
    return reverse("datasets:report", args=[drawing.public_id])


def report(client: Client, drawing: Drawing, **fields: str) -> HttpResponse:
    return client.post(page_of(drawing), {"reason": "offensive", **fields})


def test_a_reported_drawing_leaves_the_public_pages_until_a_moderator_has_looked(client: Client) -> None:
    drawing, other = make_approved(), make_approved()
    assert "What is wrong" in client.get(page_of(drawing)).content.decode()
    response = report(client, drawing, note="see there")
    assert response.status_code == 302
    assert "Thank you" in client.get(response["Location"]).content.decode()
    assert list(Drawing.objects.publicly_shown()) == [other]
    assert client.get(reverse("datasets:shown-drawing", args=[drawing.public_id])).status_code == 404
    assert DrawingReport.objects.values_list("reason", "note").get() == ("offensive", "see there")

    assert clear_reports(Drawing.objects.all()) == 1
    assert set(Drawing.objects.publicly_shown()) == {drawing, other}
    assert not DrawingReport.objects.open().exists()
    assert clear_reports(Drawing.objects.all()) == 0


def test_a_second_report_of_the_same_drawing_is_thanked_for_and_changes_nothing(client: Client) -> None:
    drawing = make_approved()
    report(client, drawing)
    first = Drawing.objects.get().reported_at
    assert report(client, drawing).status_code == 200
    assert Drawing.objects.get().reported_at == first


def test_a_drawing_that_is_deleted_while_it_is_reported_is_not_found(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = make_approved()
    monkeypatch.setattr(limits, "count_report", lambda address: Drawing.objects.all().delete())
    assert report(client, drawing).status_code == 404
    assert not DrawingReport.objects.exists()


def test_only_what_everybody_sees_can_be_reported(client: Client) -> None:
    for drawing in (make_drawing(), make_drawing(status="rejected"), make_approved(room=make_room())):
        assert client.get(page_of(drawing)).status_code == 404
        assert report(client, drawing).status_code == 404
    assert not DrawingReport.objects.exists()


def test_what_the_database_cannot_keep_of_a_note_is_left_out(client: Client) -> None:
    report(client, make_approved(), note="see\0 there")
    assert DrawingReport.objects.get().note == "see there"


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"reason": ""}, "Choose first"), ({"reason": "boring"}, "Choose first"), ({"note": "x" * 301}, "too long")],
)
def test_a_report_without_a_reason_is_asked_for_one_and_keeps_what_was_written(
    client: Client, fields: dict[str, str], words: str
) -> None:
    response = report(client, make_approved(), **{"note": "my words", **fields})
    page = response.content.decode()
    assert response.status_code == 400
    assert words in page and fields.get("note", "my words") in page
    assert not DrawingReport.objects.exists()


def test_a_report_needs_the_token_of_the_form() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert report(strict, make_approved()).status_code == 403


def test_reports_are_limited_by_address(client: Client, settings) -> None:
    settings.REPORTS_PER_ADDRESS = 2
    answers = [report(client, make_approved()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert 3500 < int(answers[2]["Retry-After"]) <= 3600
    assert DrawingReport.objects.count() == 2
    client.defaults["REMOTE_ADDR"] = "203.0.113.77"
    assert report(client, make_approved()).status_code == 302
