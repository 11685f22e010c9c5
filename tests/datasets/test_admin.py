"""What a moderator does with drawings, contributors, decisions and versions in the admin."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from datasets.admin import paging
from datasets.models import Contributor, DatasetVersion, Decision, Drawing, DrawingReport
from datasets.preprocessing.normalization import encode_png
from datasets.preprocessing.strokes import rasterize
from datasets.services import (
    approve,
    block_contributor,
    freeze_version,
    reject,
    relabel,
    report_drawing,
    submit_drawing,
)
from tests.datasets.factories import make_approved, make_contributor, make_drawing, make_room, strokes_of

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:datasets_drawing_changelist")


def shown(response: HttpResponse) -> list[Drawing]:
    return list(response.context["cl"].result_list)


def act(browser: Client, action: str, drawings: list[Drawing], query: str = "", **fields: Any) -> HttpResponse:
    """Post what the list posts when drawings are ticked and an action is run."""
    fields = {"action": action, ACTION_CHECKBOX_NAME: [drawing.pk for drawing in drawings], "index": 0, **fields}
    return browser.post(QUEUE + query, fields, follow=True)


def answer(browser: Client, question: HttpResponse, query: str = "", **fields: Any) -> HttpResponse:
    """Post what the page with the question posts: the fields that it carries, and the answer."""
    carried: dict[str, list[str]] = {}
    for name, value in question.context["carried"]:
        carried.setdefault(name, []).append(value)
    return browser.post(QUEUE + query, {**carried, **fields}, follow=True)


def test_the_queue_shows_pending_public_drawings_newest_first(browser: Client) -> None:
    older, newer = make_drawing("3"), make_drawing("4")
    make_approved()
    make_drawing(room=make_room())
    response = browser.get(QUEUE)
    assert shown(response) == [newer, older]
    assert response.content.decode().count("data:image/png;base64,") == 2


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?status=approved", ["approved"]),
        ("?status=all", ["unipen", "test", "approved", "nine", "plain"]),
        ("?label=9", ["nine"]),
        ("?status=all&source=unipen", ["unipen"]),
        ("?split=test", ["test"]),
        ("?kind=normalized&label=9", ["nine"]),
        ("?status=nonsense&room=nonsense", ["unipen", "test", "nine", "plain"]),
    ],
)
def test_the_queue_can_be_filtered(browser: Client, query: str, expected: list[str]) -> None:
    drawings = {
        "plain": make_drawing(),
        "nine": make_drawing("9"),
        "approved": make_approved(),
        "test": make_drawing(split="test"),
        "unipen": make_drawing(source="unipen", contributor=make_contributor(source="unipen")),
    }
    assert shown(browser.get(QUEUE + query)) == [drawings[name] for name in expected]


def test_a_rooms_drawings_are_shown_by_themselves(browser: Client) -> None:
    room = make_room()
    make_drawing()
    inside = make_drawing(room=room)
    assert shown(browser.get(f"{QUEUE}?room={room.pk}")) == [inside]


def test_a_drawing_is_found_by_its_id_whatever_its_status(browser: Client) -> None:
    wanted = make_approved()
    make_drawing()
    for term in (wanted.public_id, wanted.pk, f" {wanted.public_id} "):
        assert shown(browser.get(QUEUE, {"q": term})) == [wanted]
    for term in (uuid.uuid4(), "seven", "9" * 30):
        assert shown(browser.get(QUEUE, {"q": term})) == []


def test_the_list_takes_few_queries_however_long_it_is(browser: Client, django_assert_max_num_queries) -> None:
    for _ in range(12):
        make_drawing()
    with django_assert_max_num_queries(17):
        browser.get(QUEUE)


def test_beyond_the_limit_nobody_counts(browser: Client, monkeypatch) -> None:
    monkeypatch.setattr(paging, "MOST", 2)
    for _ in range(3):
        make_drawing()
    response = browser.get(QUEUE)
    assert "more than 2" in response.content.decode()
    assert len(shown(response)) == 3


def test_drawings_are_approved(browser: Client, moderator) -> None:
    first, second, other = make_drawing("3"), make_drawing("4"), make_drawing("5")
    response = act(browser, "approve", [first, second])
    assert "2 drawings: approved." in response.content.decode()
    assert list(Drawing.objects.approved().order_by("pk").values_list("pk", "final_label")) == [
        (first.pk, "3"),
        (second.pk, "4"),
    ]
    assert Decision.objects.get().actor == moderator
    assert shown(response) == [other]


def test_a_rejection_asks_for_the_reason_first(browser: Client) -> None:
    drawing, other = make_drawing(), make_drawing()
    question = act(browser, "reject", [drawing])
    assert "Why reject 1 drawing?" in question.content.decode()
    assert question.content.decode().count("data:image/png;base64,") == 1
    assert not Decision.objects.exists()
    again = answer(browser, question, reason="")
    assert again.context["form"].errors.keys() == {"reason"}
    response = answer(browser, again, reason="a scribble")
    assert "1 drawing: rejected." in response.content.decode()
    drawing.refresh_from_db()
    assert (drawing.status, drawing.rejection_reason) == ("rejected", "a scribble")
    assert shown(response) == [other]


def test_drawings_are_relabelled(browser: Client) -> None:
    drawing = make_drawing("1")
    question = act(browser, "relabel", [drawing])
    assert answer(browser, question, label="11").context["form"].errors.keys() == {"label"}
    answer(browser, question, label="7")
    drawing.refresh_from_db()
    assert (drawing.claimed_label, drawing.final_label, drawing.status) == ("1", "7", "pending")


def test_a_whole_filter_is_decided_on_at_once(browser: Client) -> None:
    for _ in range(5):
        make_drawing("9")
    other = make_drawing("4")
    ticked = Drawing.objects.filter(claimed_label="9")[:1]
    query = "?label=9"
    newest = browser.get(QUEUE + query).context["action_form"]["newest"].value()
    question = act(browser, "reject", ticked, query, select_across=1, newest=newest)
    answer(browser, question, query, reason="upside down")
    assert Decision.objects.get().drawings_count == 5
    assert list(Drawing.objects.pending()) == [other]


def test_what_comes_in_after_the_list_was_shown_is_not_decided_on(browser: Client) -> None:
    seen = make_drawing()
    newest = browser.get(QUEUE).context["action_form"]["newest"].value()
    unseen = make_drawing()
    answer(browser, act(browser, "approve", [seen], select_across=1, newest=newest))
    assert list(Drawing.objects.pending()) == [unseen]


def seen_page(browser: Client) -> dict[str, Any]:
    form = browser.get(QUEUE).context["action_form"]
    return {"newest": form["newest"].value(), "shown_at": form["shown_at"].value()}


@pytest.mark.parametrize("action", ["approve", "reject"])
@pytest.mark.parametrize("select_across", [0, 1])
def test_a_claim_that_is_corrected_after_the_list_was_shown_is_not_decided_on(
    browser: Client, action: str, select_across: int
) -> None:
    sent = {"contributor": make_contributor(), "strokes": strokes_of("7"), "consent_version": "1"}
    corrected, other = submit_drawing(label="7", **sent).drawing, make_drawing()
    page = seen_page(browser)
    submit_drawing(label="1", **sent)
    response = act(browser, action, [corrected, other], select_across=select_across, **page)
    if action == "reject" or select_across:
        assert response.content.decode().count("data:image/png;base64,") == 1
        response = answer(browser, response, reason="a scribble")
    assert "1 drawing is left out" in response.content.decode()
    assert list(Drawing.objects.pending()) == [corrected]


@pytest.mark.parametrize("select_across", [0, 1])
def test_what_another_moderator_has_decided_since_the_list_was_shown_is_left_to_him(
    browser: Client, moderator, select_across: int
) -> None:
    drawings = [make_drawing("4"), make_drawing("4"), make_drawing("4")]
    page = seen_page(browser)
    for drawing, actor in ((drawings[0], None), (drawings[1], moderator)):
        relabel(Drawing.objects.filter(pk=drawing.pk), label="9", actor=actor)
    response = act(browser, "approve", drawings, select_across=select_across, **page)
    if select_across:
        response = answer(browser, response)
    assert "1 drawing is left out: somebody else has just decided on it" in response.content.decode()
    assert list(Drawing.objects.pending()) == [drawings[0]]


def test_what_is_reported_after_the_list_was_shown_is_not_decided_on(browser: Client) -> None:
    reported, other = make_drawing(), make_drawing()
    page = seen_page(browser)
    report_drawing(reported, reason="personal")
    response = act(browser, "approve", [reported, other], **page)
    assert "1 drawing is left out: somebody has just reported it" in response.content.decode()
    assert list(Drawing.objects.pending()) == [reported]


def test_what_was_reported_is_approved_where_it_was_ticked_and_not_with_a_whole_filter(browser: Client) -> None:
    reported, other = make_drawing(), make_drawing()
    report_drawing(reported, reason="personal")
    DrawingReport.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    response = act(browser, "approve", [reported, other], select_across=1, **seen_page(browser))
    assert "1 drawing is left out: it was reported" in response.content.decode()
    answer(browser, response)
    assert list(Drawing.objects.pending()) == [reported]
    act(browser, "approve", [reported], **seen_page(browser))
    assert not Drawing.objects.pending().exists()


def test_who_looks_again_decides_on_the_corrected_claim(browser: Client) -> None:
    sent = {"contributor": make_contributor(), "strokes": strokes_of("7"), "consent_version": "1"}
    drawing = submit_drawing(label="7", **sent).drawing
    submit_drawing(label="1", **sent)
    Drawing.objects.update(claimed_at=timezone.now() - timedelta(minutes=1))
    response = act(browser, "approve", [drawing], **seen_page(browser))
    assert "left out" not in response.content.decode()
    assert Drawing.objects.approved().get().final_label == "1"


@pytest.mark.parametrize(
    ("page", "decided"),
    [({}, True), ({"newest": "", "shown_at": ""}, True), ({"newest": "x"}, False), ({"shown_at": "yesterday"}, False)],
)
def test_a_page_that_says_nothing_decides_on_what_was_ticked_and_one_that_says_nonsense_on_nothing(
    browser: Client, page: dict[str, str], decided: bool
) -> None:
    act(browser, "approve", [make_drawing(claimed_at=timezone.now())], **page)
    assert Drawing.objects.approved().exists() is decided


def test_a_decision_that_changes_nothing_says_so(browser: Client) -> None:
    drawing = make_approved()
    response = act(browser, "approve", [drawing], "?status=approved")
    assert "Nothing to change" in response.content.decode()


def test_the_page_of_a_drawing_shows_it_large_and_changes_nothing(browser: Client, moderator) -> None:
    for given in ({"strokes": strokes_of("4")}, {"image": encode_png(255 - rasterize(strokes_of("4")))}):
        drawing = submit_drawing(contributor=None, label="4", consent_version="1", **given).drawing
        approve(Drawing.objects.filter(pk=drawing.pk), actor=moderator, reason="fine")
        response = browser.get(reverse("admin:datasets_drawing_change", args=[drawing.pk]))
        page = response.content.decode()
        assert 'class="drawing large"' in page and "fine" in page and str(drawing.public_id) in page
        assert ("<svg" in page and "<path" in page) or "strokes" not in given
        assert browser.post(response.request["PATH_INFO"], {"final_label": "9"}).status_code == 403
    assert set(Drawing.objects.values_list("final_label", flat=True)) == {"4"}


def test_the_page_of_a_drawing_says_why_and_when_it_was_reported(browser: Client) -> None:
    drawing = make_approved()
    drawing.reports.create(reason="offensive", note="look at the corner")
    page = browser.get(reverse("admin:datasets_drawing_change", args=[drawing.pk])).content.decode()
    report = drawing.reports.get()
    assert f"{report.get_reason_display()}: look at the corner (open)" in page
    assert date_format(localtime(report.created_at), "DATETIME_FORMAT") in page


def test_a_contributor_is_blocked_for_a_reason(browser: Client, moderator) -> None:
    vandal = make_contributor()
    make_approved(contributor=vandal)
    make_drawing(contributor=vandal)
    url = reverse("admin:datasets_contributor_block", args=[vandal.pk])
    assert browser.get(url).content.decode().count("data:image/png;base64,") == 2
    assert browser.post(url, {}).context["form"].errors.keys() == {"reason"}
    response = browser.post(url, {"reason": "scribbles"}, follow=True)
    assert "rejected: 1 contributor, 2 drawings" in response.content.decode()
    vandal.refresh_from_db()
    assert vandal.is_blocked and vandal.blocked_by == moderator
    assert "none that is not blocked yet" in browser.post(url, {"reason": "again"}).content.decode()


def test_contributors_are_listed_with_the_number_of_their_drawings(browser: Client) -> None:
    eager = make_contributor()
    make_drawing(contributor=eager)
    make_drawing(contributor=eager)
    make_contributor()
    response = browser.get(reverse("admin:datasets_contributor_changelist"))
    assert [contributor.drawn for contributor in shown(response)] == [None, 2]
    assert f"contributor={eager.pk}" in response.content.decode()
    assert len(shown(browser.get(f"{QUEUE}?status=all&contributor={eager.pk}"))) == 2


def test_decisions_can_be_read_with_what_they_changed(browser: Client, moderator) -> None:
    drawing = make_drawing("3")
    decision = approve(Drawing.objects.all(), actor=moderator, reason="clear")
    response = browser.get(reverse("admin:datasets_decision_changelist"))
    listed = response.content.decode()
    assert shown(response) == [decision] and "clear" in listed
    assert f"#{drawing.pk}: pending → approved: 3" in listed
    page = browser.get(reverse("admin:datasets_decision_change", args=[decision.pk])).content.decode()
    assert "approved: 3" in page
    assert reverse("admin:datasets_drawing_change", args=[drawing.pk]) in page


def test_a_version_is_frozen_with_its_sources_and_note(browser: Client, moderator) -> None:
    make_approved(source="unipen", contributor=make_contributor(source="unipen"), split="test")
    make_approved()
    url = reverse("admin:datasets_datasetversion_freeze")
    response = browser.post(url, {"sources": ["unipen"], "note": "pens only"}, follow=True)
    version = DatasetVersion.objects.get()
    assert (version.sources, version.note, version.created_by) == (["unipen"], "pens only", moderator)
    assert "Frozen as dataset 1." in response.content.decode()
    assert version.manifest_sha256 in response.content.decode()
    assert "Nothing has changed" in browser.post(url, {"sources": ["unipen"]}, follow=True).content.decode()
    assert DatasetVersion.objects.count() == 1


def test_a_version_is_frozen_by_label_and_day_and_its_page_says_so(browser: Client) -> None:
    make_approved("3")
    make_approved("4")
    url = reverse("admin:datasets_datasetversion_freeze")
    fields = {"labels": ["3"], "kinds": ["visitor"], "until": "2099-01-01", "fewest_votes": "0"}
    page = browser.post(url, fields, follow=True).content.decode()
    version = DatasetVersion.objects.get()
    assert (version.size, version.filters["labels"]) == (1, ["3"])
    assert "given until 2099-01-01" in page and reverse("datasets:version", args=[1]) in page
    assert "Enter a valid date" in browser.post(url, {"until": "tomorrow"}).content.decode()


def test_nothing_to_freeze_is_said_on_the_form(browser: Client) -> None:
    make_drawing()
    page = browser.post(reverse("admin:datasets_datasetversion_freeze"), {}).content.decode()
    assert "Nothing to freeze" in page


def test_versions_are_listed_with_their_sizes(browser: Client) -> None:
    make_approved(content_hash="a" * 64)
    make_approved(content_hash="a" * 64)
    version = freeze_version()
    assert shown(browser.get(reverse("admin:datasets_datasetversion_changelist"))) == [version]
    page = browser.get(reverse("admin:datasets_datasetversion_change", args=[version.pk])).content.decode()
    assert "the same content twice in a split: 1" in page
    assert '<th scope="row">7</th><td>1</td><td>0</td><td>0</td>' in page


PAGES = ["drawing", "contributor", "decision", "datasetversion"]


@pytest.mark.parametrize("model", PAGES)
def test_nothing_is_added_or_deleted_by_hand(admin_client: Client, model: str) -> None:
    approve(Drawing.objects.filter(pk=make_drawing().pk), actor=None)
    row = {
        "drawing": Drawing,
        "contributor": Contributor,
        "decision": Decision,
        "datasetversion": DatasetVersion,
    }[model]
    freeze_version()
    pk = row.objects.get().pk
    assert admin_client.get(reverse(f"admin:datasets_{model}_add")).status_code == 403
    assert admin_client.post(reverse(f"admin:datasets_{model}_delete", args=[pk]), {"post": "yes"}).status_code == 403
    assert row.objects.filter(pk=pk).exists()


def test_somebody_who_may_only_read_decides_nothing(client: Client) -> None:
    reader = get_user_model().objects.create_user("reader", is_staff=True)
    for model in PAGES:
        reader.user_permissions.add(Permission.objects.get(codename=f"view_{model}"))
    client.force_login(reader)
    drawing = make_drawing()
    assert shown(client.get(QUEUE)) == [drawing]
    act(client, "approve", [drawing])
    assert not Decision.objects.exists()
    block = reverse("admin:datasets_contributor_block", args=[drawing.contributor_id])
    assert client.post(block, {"reason": "x"}).status_code == 403
    assert client.post(reverse("admin:datasets_datasetversion_freeze"), {}).status_code == 403


def test_who_may_not_block_may_not_undo_a_block_either(client: Client) -> None:
    half = get_user_model().objects.create_user("half", is_staff=True)
    names = ["view_decision", "change_drawing"]
    half.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(half)
    drawing, other = make_drawing(), make_drawing()
    block = block_contributor(drawing.contributor, actor=None, reason="vandalism")
    page, undo = (reverse(f"admin:datasets_decision_{name}", args=[block.pk]) for name in ("change", "undo"))
    assert undo not in client.get(page).content.decode()
    assert client.post(undo, {"reason": ""}).status_code == 403
    drawing.contributor.refresh_from_db()
    assert drawing.contributor.is_blocked
    rejection = reject(Drawing.objects.filter(pk=other.pk), actor=None, reason="blank")
    assert client.post(reverse("admin:datasets_decision_undo", args=[rejection.pk]), {"reason": ""}).status_code == 302


@pytest.mark.parametrize("text", ["abc", "²", "9" * 30, "9" * 5000])
def test_at_an_address_without_an_id_there_is_nothing(admin_client: Client, text: str) -> None:
    for action in ("decision_undo", "contributor_block", "contributor_unblock", "drawing_erase"):
        assert admin_client.get(reverse(f"admin:datasets_{action}", args=[text])).status_code in (403, 404), action
    for model in PAGES:
        assert admin_client.get(reverse(f"admin:datasets_{model}_change", args=[text])).status_code == 302, model


@pytest.mark.parametrize("model", PAGES)
def test_a_stranger_is_sent_to_log_in(client: Client, model: str) -> None:
    response = client.get(reverse(f"admin:datasets_{model}_changelist"))
    assert response.status_code == 302 and "login" in response["Location"]
