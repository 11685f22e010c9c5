"""The list of drawings for moderators: its order and filters, who has which page, and what bulk decisions leave out."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from datasets.admin import drawings as admin_of_drawings
from datasets.models import Decision, Drawing, DrawingReport, Verdict
from datasets.services import record_opinions, reject, report_drawing
from datasets.services.opinions import Opinion
from tests.datasets.factories import make_approved, make_contributor, make_drawing
from tests.datasets.test_admin import QUEUE, act, answer, shown

pytestmark = pytest.mark.django_db


def read(drawing: Drawing, digit: int, confidence: float, is_digit: float = 0.99) -> Drawing:
    record_opinions([Opinion(drawing.pk, digit, confidence, is_digit, 1, 1)])
    drawing.refresh_from_db()
    return drawing


def another(name: str = "ann") -> Client:
    user = get_user_model().objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name="moderator"))
    client = Client()
    client.force_login(user)
    return client


def ticked(client: Client, action: str, drawings: list[Drawing], query: str = "", **fields: Any):
    form = client.get(QUEUE + query).context["action_form"]
    page = {"newest": form["newest"].value(), "shown_at": form["shown_at"].value()}
    return act(client, action, drawings, query, **page, **fields)


@pytest.mark.parametrize(
    ("label", "opinion", "verdict", "doubt"),
    [
        ("4", (4, 0.9, 1.0), Verdict.AGREES, 100),
        ("4", (4, 0.99, 0.99), Verdict.AGREES, 20),
        ("4", (9, 0.91, 1.0), Verdict.DISAGREES, 990),
        ("4", (4, 0.99, 0.2), Verdict.NO_DIGIT, 802),
        ("not-a-digit", (4, 0.99, 0.2), Verdict.AGREES, 200),
        ("not-a-digit", (4, 0.99, 0.9), Verdict.DISAGREES, 900),
    ],
)
def test_an_opinion_is_compared_with_the_label(label: str, opinion: Any, verdict: str, doubt: int) -> None:
    drawing = read(make_drawing(label), *opinion)
    assert (drawing.verdict, drawing.doubt) == (verdict, doubt)


def test_what_nobody_has_read_is_neither_first_nor_last() -> None:
    drawing = Drawing.objects.get(pk=make_drawing().pk)
    assert (drawing.verdict, drawing.doubt) == (Verdict.UNREAD, 500)


def test_the_comparison_follows_the_label() -> None:
    drawing = read(make_drawing("4"), 9, 0.9)
    Drawing.objects.update(final_label="9")
    drawing.refresh_from_db()
    assert drawing.verdict == Verdict.AGREES


def test_the_most_doubtful_come_first_and_other_orders_can_be_chosen(browser: Client) -> None:
    sure = read(make_drawing("1"), 1, 0.99)
    unread = make_drawing("2")
    wrong = read(make_drawing("3"), 8, 0.99)
    unsure = read(make_drawing("4"), 4, 0.6)
    assert shown(browser.get(QUEUE)) == [wrong, unread, unsure, sure]
    assert shown(browser.get(QUEUE + "?order=easy")) == [sure, unsure, unread, wrong]
    assert shown(browser.get(QUEUE + "?order=newest")) == [unsure, wrong, unread, sure]
    assert shown(browser.get(QUEUE + "?order=oldest")) == [sure, unread, wrong, unsure]
    assert shown(browser.get(QUEUE + "?order=doubtful&status=all")) == [unsure, wrong, unread, sure]


@pytest.mark.parametrize("order", ["doubtful", "easy", "newest", "oldest"])
def test_pages_follow_one_another_without_gap_or_repetition_in_both_directions(
    browser: Client,
    order: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admin_of_drawings.DrawingAdmin, "list_per_page", 3)
    for number in range(8):
        drawing = make_drawing("4")
        if number % 3:
            read(drawing, 4, 0.5 + number % 2 / 10)
    everything = list(browser.get(f"{QUEUE}?order={order}").context["cl"].queryset)
    seen, address, pages = [], f"?order={order}", []
    while True:
        response = browser.get(QUEUE + address)
        pages.append(shown(response))
        seen += pages[-1]
        if not response.context["cl"].has_next:
            break
        address = response.context["cl"].next_page
    assert seen == everything and [len(page) for page in pages] == [3, 3, 2]
    back = browser.get(QUEUE + response.context["cl"].previous_page)
    assert shown(back) == pages[1] and back.context["cl"].has_previous and back.context["cl"].has_next
    first = browser.get(QUEUE + back.context["cl"].previous_page)
    assert shown(first) == pages[0] and not first.context["cl"].has_previous


def test_a_page_that_is_none_is_the_first(browser: Client) -> None:
    drawing = make_drawing()
    for place in ("x", "1", "1.2.3", "-1.5", "", "9999.99999999999999999999"):
        assert shown(browser.get(f"{QUEUE}?after={place}")) == [drawing]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?opinion=agrees", ["sure", "unsure"]),
        ("?opinion=disagrees", ["wrong"]),
        ("?opinion=no-digit", ["scribble"]),
        ("?opinion=unread", ["old"]),
        ("?confidence=0", ["unsure"]),
        ("?confidence=3", ["wrong", "sure"]),
        ("?since=2026-01-02&until=2026-01-02", ["old"]),
        ("?until=2026-01-01", []),
        ("?since=someday&until=9999-12-31&opinion=disagrees", ["wrong"]),
        ("?network=abc", ["scribble"]),
        ("?status=reported", ["wrong"]),
        ("?label=4&opinion=agrees", ["sure"]),
        ("?contributor=x", []),
        ("?contributor=99999999999999999999", []),
        (f"?contributor={'9' * 5000}", []),
    ],
)
def test_the_queue_can_be_filtered_by_opinion_day_network_and_report(
    browser: Client,
    query: str,
    expected: list[str],
) -> None:
    then = timezone.datetime.fromisoformat("2026-01-02T12:00:00+00:00")
    drawings = {
        "old": make_drawing("5", created_at=then),
        "sure": read(make_drawing("4"), 4, 0.995),
        "unsure": read(make_drawing("5"), 5, 0.4),
        "scribble": read(make_drawing("6", address_hash="abc"), 6, 0.7, 0.1),
        "wrong": read(make_drawing("7"), 1, 0.999),
    }
    report_drawing(drawings["wrong"], reason="other")
    assert set(shown(browser.get(QUEUE + query))) == {drawings[name] for name in expected}


def test_the_label_of_what_is_approved_is_the_final_one(browser: Client) -> None:
    drawing = make_approved("4", final_label="9")
    assert shown(browser.get(QUEUE + "?status=approved&label=9")) == [drawing]
    assert shown(browser.get(QUEUE + "?status=all&label=9")) == [drawing]
    assert shown(browser.get(QUEUE + "?status=approved&label=4")) == []


def test_claim_and_opinion_stand_side_by_side_and_differ_by_more_than_colour(browser: Client) -> None:
    read(make_drawing("4"), 4, 0.999)
    read(make_drawing("4"), 9, 0.9)
    read(make_drawing("4"), 4, 0.9, 0.1)
    page = browser.get(QUEUE).content.decode()
    for mark, words in (
        ("✓ 4 99%", "The networks agree: 4, 99%; a digit at all: 99%"),
        ("≠ 9 90%", "The networks disagree: 9, 90%; a digit at all: 99%"),
        ("∅ 90%", "The networks see no digit, 90%"),
    ):
        assert mark in page and words in page


def test_who_looks_blind_sees_neither_claim_nor_opinion_until_he_chooses_otherwise(browser: Client) -> None:
    drawing = read(make_drawing("4"), 9, 0.9)
    pages = [QUEUE, reverse("admin:datasets_drawing_change", args=[drawing.pk])]
    browser.post(reverse("admin:datasets_drawing_blind"), {"blind": "1", "next": "https://elsewhere.example/"})
    browser.logout()
    browser.force_login(get_user_model().objects.get(username="mo"))
    for page in pages:
        html = browser.get(page).content.decode()
        assert (
            "≠" not in html and 'class="tile-label' not in html and "claimed" not in html.lower().replace("claims", "")
        )
    assert shown(browser.get(QUEUE + "?label=9")) == [drawing], "a filter that would tell is not applied"
    assert act(browser, "approve", [drawing]) and not Decision.objects.exists()
    browser.post(reverse("admin:datasets_drawing_blind"), {"blind": "0"})
    assert "≠ 9 90%" in browser.get(QUEUE).content.decode()


def test_two_moderators_are_shown_different_drawings(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin_of_drawings.DrawingAdmin, "list_per_page", 2)
    ann = another()
    for _ in range(6):
        make_drawing()
    mine, theirs = shown(browser.get(QUEUE)), shown(ann.get(QUEUE))
    assert len(mine) == len(theirs) == 2 and not set(mine) & set(theirs)
    assert "3 drawings are with other moderators" in ann.get(QUEUE).content.decode()


def test_a_bulk_decision_leaves_to_others_what_they_have_before_them(browser: Client) -> None:
    theirs = make_drawing("3")
    another().get(QUEUE + "?label=3")
    mine = make_drawing("4")
    question = ticked(browser, "reject", [mine], select_across=1)
    assert "1 drawing is left out: another moderator has it before him." in question.content.decode()
    answer(browser, question, reason="noise")
    assert set(Drawing.objects.pending()) == {theirs}


def test_a_whole_filter_is_approved_after_its_size_was_shown_but_for_the_share_to_be_audited(
    browser: Client,
    settings: Any,
) -> None:
    settings.MODERATION_AUDIT_SHARE = 0.5
    easy = [read(make_drawing("4"), 4, 0.999, 0.999) for _ in range(30)]
    hard = [read(make_drawing("4"), 4, 0.6) for _ in range(3)]
    audited = set(Drawing.objects.audited())
    assert {drawing for drawing in easy if drawing.is_audited} == audited and 0 < len(audited) < 30
    question = ticked(browser, "approve", easy[:1], select_across=1)
    left = f"{len(audited)} drawings are left out: of the easy ones a share"
    assert f"Approve {33 - len(audited)} drawings?" in question.content.decode() and left in question.content.decode()
    assert not Decision.objects.exists()
    response = answer(browser, question)
    assert left in response.content.decode()
    assert set(Drawing.objects.pending()) == audited and not set(hard) & audited
    assert set(shown(browser.get(QUEUE + "?audit=yes"))) == audited


def test_easy_drawings_that_were_looked_at_and_ticked_are_approved(browser: Client, settings: Any) -> None:
    settings.MODERATION_AUDIT_SHARE = 1
    drawing = read(make_drawing("4"), 4, 0.999, 0.999)
    ticked(browser, "approve", [drawing])
    assert set(Drawing.objects.approved()) == {drawing}


def test_a_label_is_given_and_approved_at_once(browser: Client) -> None:
    drawing = make_drawing("1")
    answer(browser, ticked(browser, "relabel", [drawing]), label="7", approve="on")
    drawing.refresh_from_db()
    assert (drawing.status, drawing.final_label) == ("approved", "7")


def test_a_whole_filter_is_labelled_and_approved_but_for_the_share_to_be_audited(
    browser: Client, settings: Any
) -> None:
    settings.MODERATION_AUDIT_SHARE = 0.5
    easy = [read(make_drawing("7"), 7, 0.999, 0.999) for _ in range(30)]
    audited = set(Drawing.objects.audited())
    assert 0 < len(audited) < 30
    question = ticked(browser, "relabel", easy[:1], "?label=7&opinion=agrees", select_across=1)
    left = f"{len(audited)} drawings are left out: of the easy ones a share"
    assert f"What do {30 - len(audited)} drawings show?" in question.content.decode()
    assert left in question.content.decode()
    response = answer(browser, question, "?label=7&opinion=agrees", label="7", approve="on")
    assert left in response.content.decode()
    assert set(Drawing.objects.pending()) == audited


def test_who_only_labels_a_whole_filter_leaves_nothing_to_an_audit(browser: Client, settings: Any) -> None:
    settings.MODERATION_AUDIT_SHARE = 1
    drawing = read(make_drawing("4"), 4, 0.999, 0.999)
    answer(browser, ticked(browser, "relabel", [drawing], select_across=1), label="9")
    drawing.refresh_from_db()
    assert (drawing.status, drawing.final_label) == ("pending", "9")


def test_one_press_takes_the_last_decision_back(browser: Client) -> None:
    drawings = [make_drawing() for _ in range(3)]
    ticked(browser, "approve", drawings)
    page = browser.get(QUEUE)
    decision = page.context["last_decision"]
    undo = reverse("admin:datasets_decision_undo", args=[decision.pk])
    assert undo in page.content.decode()
    response = browser.post(undo, {"next": QUEUE, "reason": ""}, follow=True)
    assert response.redirect_chain[-1][0] == QUEUE and "Undone: 3 drawings." in response.content.decode()
    assert Drawing.objects.pending().count() == 3
    assert response.context["last_decision"] is None
    assert "undone already" in browser.post(undo, {}, follow=True).content.decode()


def test_a_decision_of_yesterday_is_not_offered_for_one_press(browser: Client) -> None:
    ticked(browser, "approve", [make_drawing()])
    Decision.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert browser.get(QUEUE).context["last_decision"] is None


def test_the_record_says_who_decided_what_and_why_and_whether_it_stands(browser: Client, moderator: Any) -> None:
    drawing = make_drawing("3")
    decision = reject(Drawing.objects.filter(pk=drawing.pk), actor=moderator, reason="blurred")
    address = reverse("admin:datasets_decision_change", args=[decision.pk])
    undo = reverse("admin:datasets_decision_undo", args=[decision.pk])
    page = browser.get(address).content.decode()
    assert undo in page and "blurred" in page and "pending" in page and "rejected" in page
    assert "Undo “" in browser.get(undo).content.decode()
    response = browser.post(undo, {"reason": "a slip"}, follow=True)
    page = response.content.decode()
    assert undo not in page and "undone" in page
    undone = Decision.objects.get(action="undo")
    assert (undone.actor, undone.reason, undone.undoes) == (moderator, "a slip", decision)
    drawing.refresh_from_db()
    assert drawing.status == "pending"


def test_only_buttons_that_apply_are_shown(browser: Client, moderator: Any) -> None:
    contributor = make_contributor()
    page = reverse("admin:datasets_contributor_change", args=[contributor.pk])
    block, unblock = (
        reverse(f"admin:datasets_contributor_{name}", args=[contributor.pk]) for name in ("block", "unblock")
    )
    html = browser.get(page).content.decode()
    assert block in html and unblock not in html
    browser.post(block, {"reason": "scribbles"})
    html = browser.get(page).content.decode()
    assert block + '"' not in html and unblock in html
    response = browser.post(unblock, {"reason": "a child"}, follow=True)
    assert "May draw again" in response.content.decode()
    contributor.refresh_from_db()
    assert not contributor.is_blocked


def test_a_reported_drawing_that_is_approved_again_is_public_again(browser: Client, moderator: Any) -> None:
    drawing = make_approved("4")
    report_drawing(drawing, reason="offensive")
    DrawingReport.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    ticked(browser, "approve", [drawing], "?status=reported")
    assert Drawing.objects.publicly_shown().get() == drawing
    assert Decision.objects.get().drawings_count == 1
