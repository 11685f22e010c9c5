"""One drawing after the other: what the page of the keyboard review asks for and sends."""

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from datasets.models import Decision, Drawing, Lease
from datasets.services import approve, block_contributor, freeze_version, relabel, report_drawing
from tests.datasets.factories import make_approved, make_drawing
from tests.datasets.test_queue import another, read
from tests.training.factories import make_version

pytestmark = pytest.mark.django_db

NEXT = reverse("admin:datasets_drawing_next")
DECIDE = reverse("admin:datasets_drawing_decide")
PAGE = reverse("admin:datasets_drawing_review")


def cards(client: Client, query: str = "") -> list[dict[str, Any]]:
    response = client.get(NEXT + query)
    assert response.status_code == 200, response.content
    return response.json()["drawings"]


def send(client: Client, *answers: dict[str, Any]) -> list[dict[str, Any]]:
    response = client.post(DECIDE, json.dumps({"answers": answers}), "application/json")
    assert response.status_code == 200, response.content
    return response.json()["results"]


def to(drawing: Drawing, action: str, **fields: Any) -> dict[str, Any]:
    seen = {"status": drawing.status, "seen": drawing.label, "reported": drawing.reported_at is not None}
    return {"id": drawing.pk, "action": action, **seen, **fields}


def state(drawing: Drawing) -> tuple[str, str]:
    drawing.refresh_from_db()
    return drawing.status, drawing.final_label


def test_drawings_come_in_the_queues_order_and_filter_each_once(browser: Client) -> None:
    wrong, sure = read(make_drawing("3"), 8, 0.99), read(make_drawing("1"), 1, 0.99)
    make_approved()
    shown = cards(browser, "?first=1")
    assert [card["id"] for card in shown] == [wrong.pk, sure.pk]
    assert shown[0]["seen"] == "3" and shown[0]["opinion"]["words"].startswith("The networks disagree: 8, 99%")
    assert cards(browser) == [] and len(cards(browser, "?first=1")) == 2
    assert [card["id"] for card in cards(browser, "?label=1&first=1")] == [sure.pk]


def test_a_card_of_what_is_approved_names_the_versions_that_hold_it_and_offers_a_retraining(browser: Client) -> None:
    held, back = make_approved("3"), make_approved("5")
    version = freeze_version()
    network = make_version("digits", dataset_version=version)
    late = make_approved("4")
    Drawing.objects.filter(pk=back.pk).update(status="pending")
    shown = {card["id"]: card["versions"] for card in cards(browser, "?status=approved&first=1")}
    assert f"<summary>In {version}; made with it: {network}</summary>" in shown[held.pk]
    assert f">{version}</a>" in shown[held.pk] and "Retrain without what is rejected" in shown[held.pk]
    assert shown == {held.pk: shown[held.pk], late.pk: ""}
    assert [card["versions"] for card in cards(browser, "?first=1")] == [""], "what is not approved"


def test_the_versions_of_many_cards_are_asked_for_at_once(browser: Client) -> None:
    for _ in range(5):
        make_approved()
    make_version("digits", dataset_version=freeze_version())
    with CaptureQueriesContext(connection) as queries:
        assert all(card["versions"] for card in cards(browser, "?status=approved&first=1"))
    assert sum('FROM "datasets_datasetitem"' in query["sql"] for query in queries) == 1
    assert sum('FROM "training_modelversion"' in query["sql"] for query in queries) == 2  # they, and their line


def test_nobody_gets_what_somebody_else_has(browser: Client) -> None:
    make_drawing()
    ann = another()
    assert len(cards(browser, "?first=1")) == 1
    assert cards(ann, "?first=1") == []
    Lease.objects.update(expires_at=timezone.now())
    assert len(cards(ann)) == 1


def test_who_looks_blind_is_told_nothing_and_says_himself_what_he_sees(browser: Client) -> None:
    drawing = read(make_drawing("4"), 9, 0.9)
    browser.post(reverse("admin:datasets_drawing_blind"), {"blind": "1"})
    [card] = cards(browser, "?first=1")
    assert card["seen"] == "" and not card.keys() & {"label", "opinion"}
    blindly = {"id": drawing.pk, "status": "pending", "action": "approve"}
    assert send(browser, blindly)[0]["code"] == "label_missing"
    assert send(browser, {**blindly, "label": "9"})[0]["ok"]
    assert state(drawing) == ("approved", "9")


def test_answers_are_taken_in_order_each_on_record(browser: Client, moderator: Any) -> None:
    drawings = [make_drawing(label) for label in "1234"]
    results = send(
        browser,
        to(drawings[0], "approve"),
        to(drawings[1], "approve", label="7"),
        to(drawings[2], "approve", label="not-a-digit"),
        to(drawings[3], "reject", reason="a scribble"),
        to(drawings[0], "undo"),
    )
    assert all(result["ok"] for result in results)
    assert [state(drawing) for drawing in drawings] == [
        ("pending", ""),
        ("approved", "7"),
        ("approved", "not-a-digit"),
        ("rejected", ""),
    ]
    assert list(Decision.objects.order_by("pk").values_list("action", "actor", "reason")) == [
        ("approve", moderator.pk, ""),
        ("approve", moderator.pk, ""),
        ("approve", moderator.pk, ""),
        ("reject", moderator.pk, "a scribble"),
        ("undo", moderator.pk, ""),
    ]


def test_an_answer_whose_acknowledgement_was_lost_is_taken_once(browser: Client) -> None:
    drawing = make_drawing("1")
    first = send(browser, to(drawing, "approve", label="7"))
    again = send(browser, to(drawing, "approve", label="7"))
    assert first == again and Decision.objects.count() == 1
    take_back = {"id": drawing.pk, "action": "undo"}
    assert [send(browser, take_back)[0]["ok"] for _ in range(2)] == [True, True]
    assert Decision.objects.count() == 2 and state(drawing) == ("pending", "")


def test_what_another_has_decided_meanwhile_stays_and_is_said(browser: Client) -> None:
    drawing, other = make_drawing("1"), make_drawing("2")
    mine = [to(drawing, "reject", reason="noise"), to(other, "approve")]
    assert all(result["ok"] for result in send(another(), to(drawing, "approve", label="7")))
    refused, taken = send(browser, *mine)
    assert refused["message"] == "Meanwhile by ann: approved." and refused["code"] == "decided_meanwhile"
    assert taken["ok"] and state(drawing) == ("approved", "7")
    assert send(browser, to(drawing, "undo"))[0]["code"] == "decided_meanwhile"


def test_a_claim_that_changed_meanwhile_is_shown_again_unless_the_moderator_named_the_label(browser: Client) -> None:
    drawing, named, gone = make_drawing("1"), make_drawing("1"), make_drawing("1")
    seen = [to(drawing, "approve"), to(named, "approve", label="7"), to(gone, "approve")]
    Drawing.objects.update(claimed_label="2")
    gone.delete()
    changed, taken, missing = send(browser, *seen)
    assert changed["code"] == "label_changed" and [card["seen"] for card in changed["again"]] == ["2"]
    assert taken["ok"] and state(named) == ("approved", "7")
    assert missing["code"] == "drawing_gone" and state(drawing) == ("pending", "")


def test_a_label_that_another_moderator_has_changed_is_shown_again(browser: Client) -> None:
    drawing = make_approved("4")
    [card] = cards(browser, "?status=approved&first=1")
    relabel(Drawing.objects.all(), label="9", actor=None)
    [changed] = send(browser, to(drawing, "approve", seen=card["seen"]))
    assert changed["code"] == "label_changed" and [card["seen"] for card in changed["again"]] == ["9"]
    assert state(drawing) == ("approved", "9")
    [taken] = send(browser, to(drawing, "reject", seen="9", reason="a scribble"))
    assert taken["ok"] and state(drawing) == ("rejected", "9")


def test_what_has_been_reported_meanwhile_is_shown_again_before_it_is_decided(browser: Client) -> None:
    drawing = make_approved("4")
    report_drawing(drawing, reason="personal", note="this is my name")
    [held] = send(browser, to(drawing, "approve"))
    assert held["code"] == "reported_meanwhile" and [card["reported"] for card in held["again"]] == [True]
    assert drawing.reports.open().exists()
    assert send(browser, to(drawing, "approve", reported=True))[0]["ok"]
    assert not drawing.reports.open().exists()


def test_u_takes_back_no_block(browser: Client, moderator: Any) -> None:
    drawing = make_drawing("4")
    assert send(browser, to(drawing, "approve"))[0]["ok"]
    block_contributor(drawing.contributor, actor=moderator, reason="scribbles")
    [refused] = send(browser, to(drawing, "undo"))
    assert refused["code"] == "decided_meanwhile" and state(drawing) == ("rejected", "4")


def test_confirming_what_is_approved_changes_nothing_but_answers_a_report(browser: Client) -> None:
    plain, reported = make_approved("4"), make_approved("4")
    report_drawing(reported, reason="other")
    assert len(cards(browser, "?status=reported&first=1")) == 1
    reported.refresh_from_db()
    assert all(result["ok"] for result in send(browser, to(plain, "approve"), to(reported, "approve")))
    assert Decision.objects.get().items.get().drawing == reported
    assert Drawing.objects.publicly_shown().count() == 2


def test_a_decision_on_many_is_not_taken_back_for_one(browser: Client, moderator: Any) -> None:
    drawing, _other = make_drawing(), make_drawing()
    approve(Drawing.objects.all(), actor=moderator)
    assert send(browser, to(drawing, "undo"))[0]["code"] == "decided_meanwhile"
    assert state(drawing)[0] == "approved"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"answers": 3}',
        '{"answers": [{"id": true}]}',
        '{"answers": [{"id": 1, "label": 7}]}',
        '{"answers": [[]]}',
    ],
)
def test_an_answer_that_is_none_is_refused_with_what_was_expected(browser: Client, body: str) -> None:
    response = browser.post(DECIDE, body, "application/json")
    assert response.status_code == 400 and "Expected" in response.json()["error"]["message"]


def test_an_unknown_action_or_filter_is_refused(browser: Client) -> None:
    assert send(browser, to(make_drawing(), "adore"))[0]["code"] == "unknown_action"
    assert browser.get(NEXT + "?nonsense=1").status_code == 400


def test_the_page_carries_the_filter_and_only_moderators_open_it(browser: Client, client: Client) -> None:
    page = browser.get(PAGE + "?label=7&order=oldest")
    assert page.context["config"]["next"] == NEXT + "?label=7&order=oldest"
    reader = get_user_model().objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_drawing"))
    client.force_login(reader)
    for address in (PAGE, NEXT):
        assert client.get(address).status_code == 403
    assert client.post(DECIDE, "{}", "application/json").status_code == 403
