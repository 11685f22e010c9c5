"""What somebody sees and does on the draw page, with real pointers in a real browser."""

import time

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from datasets.models import Drawing
from tests.drawings import drawing
from tests.e2e.conftest import DrawPage, Reader, answer

SEVEN = ((80, 60), (200, 60), (130, 220))


def test_stroke_is_sent_in_canvas_units_and_its_answer_shown(draw_page: DrawPage, reader: Reader) -> None:
    draw_page.stroke(*SEVEN)
    expect(draw_page.numeral).to_have_text("7")
    expect(draw_page.headline).to_have_text("Quite sure")
    expect(draw_page.root).to_have_attribute("data-digits-version", "12")
    expect(draw_page.root).to_have_attribute("data-digit-or-not-version", "7")
    expect(draw_page.page.locator(".is-winner")).to_have_attribute("data-digit", "7")
    assert draw_page.ink() > 0
    sent = reader.asked[-1]["strokes"]
    points = sent["strokes"][0]["points"]
    assert (sent["width"], sent["height"], len(sent["strokes"])) == (280, 280, 1)
    assert points[0] == [pytest.approx(80, abs=0.5), pytest.approx(60, abs=0.5), 0]
    assert points[-1][:2] == [pytest.approx(130, abs=0.5), pytest.approx(220, abs=0.5)]
    assert [t for *_, t in points] == sorted(t for *_, t in points)
    assert sent["strokes"][0]["pen"] == 18
    assert sent["strokes"][0]["erase"] is False


def test_verdict_and_label_come_when_the_pen_has_rested(draw_page: DrawPage, reader: Reader) -> None:
    draw_page.press(SEVEN[0])
    draw_page.move(*SEVEN[1:])
    before = time.monotonic()
    draw_page.lift()
    expect(draw_page.numeral).to_have_text("7")
    expect(draw_page.verdict).to_have_attribute("data-verdict", "digit")
    assert time.monotonic() - before > 0.4
    expect(draw_page.label("7")).to_be_checked()
    draw_page.press((90, 140))
    draw_page.move((180, 140))
    draw_page.page.wait_for_timeout(700)  # longer than a rest, but the pen is down
    expect(draw_page.verdict).to_have_attribute("data-verdict", "")
    draw_page.lift()
    expect(draw_page.verdict).to_have_attribute("data-verdict", "digit")


def test_doubt_refusal_and_several_symbols_are_told(draw_page: DrawPage, reader: Reader) -> None:
    reader.says = answer({8: 0.5, 7: 0.44})
    draw_page.stroke(*SEVEN)
    expect(draw_page.headline).to_have_text("Could be an 8 or a 7")

    reader.says = answer({0: 0.9}, is_digit=0.04)
    draw_page.stroke((100, 140), (160, 140))
    expect(draw_page.headline).to_have_text("Probably not a digit")
    expect(draw_page.verdict).to_have_attribute("data-verdict", "refused")
    expect(draw_page.label("not a digit")).to_be_checked()

    reader.says = answer({0: 0.9}, digits=[7, 2])
    draw_page.stroke((230, 60), (230, 220))
    expect(draw_page.numeral).to_have_text("72")
    expect(draw_page.verdict).to_have_attribute("data-verdict", "several")
    expect(draw_page.give).to_be_disabled()
    expect(draw_page.problem).to_contain_text("single symbols")
    boxes = draw_page.page.locator(".symbol-box")
    expect(boxes).to_have_count(2)
    expect(draw_page.page.locator(".symbol-name")).to_have_text(["7", "2"])
    box, canvas = boxes.first.bounding_box(), draw_page.canvas.bounding_box()
    assert box
    assert canvas
    assert box["width"] == pytest.approx((90 + 2 * 4) * canvas["width"] / 280, abs=4)

    draw_page.page.route("**/api/v1/predict", lambda route: route.abort())
    draw_page.stroke((20, 20), (40, 20))
    expect(draw_page.headline).to_have_text("No connection")
    expect(draw_page.verdict).to_have_attribute("data-verdict", "")
    expect(boxes).to_have_count(0)
    draw_page.page.unroute("**/api/v1/predict")
    draw_page.page.route("**/api/v1/predict", reader)
    expect(draw_page.numeral).to_have_text("72", timeout=10_000)  # asked again by itself


def test_undo_and_clear_work_with_buttons_and_keys(draw_page: DrawPage, reader: Reader) -> None:
    draw_page.stroke(*SEVEN)
    one = draw_page.ink()
    draw_page.stroke((90, 140), (180, 140))
    two = draw_page.ink()
    assert two > one > 0

    draw_page.page.keyboard.press("Control+z")
    assert draw_page.ink() == one
    draw_page.clear.click()
    assert draw_page.ink() == 0
    expect(draw_page.root).to_have_attribute("data-board", "empty")
    expect(draw_page.numeral).to_have_text("?")
    expect(draw_page.clear).to_be_disabled()
    draw_page.undo.click()
    assert draw_page.ink() == one
    expect(draw_page.numeral).to_have_text("7")
    announcement = draw_page.page.locator("[data-announcement]")
    expect(announcement).not_to_be_empty()
    draw_page.page.keyboard.press("Delete")
    assert draw_page.ink() == 0
    expect(announcement).to_be_empty()
    expect(draw_page.page.locator("[data-versions]")).to_be_empty()


def test_fingers_draw_one_at_a_time_and_do_not_scroll(phone: DrawPage) -> None:
    """One finger draws, a second one neither draws nor is joined to it."""
    touch = phone.page.context.new_cdp_session(phone.page)

    def send(kind: str, *places: tuple[float, float]) -> None:
        fingers = [dict(zip("xy", phone.on_screen(place), strict=True), id=i) for i, place in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    with phone.page.expect_request("**/api/v1/predict") as asked:
        send("touchStart", (140, 40))
        for step in range(1, 10):
            send("touchMove", (140, 40 + 10 * step))
        send("touchStart", (140, 130), (20, 260))
        for step in range(1, 10):
            send("touchMove", (140, 130 + 10 * step), (20 + 5 * step, 260))
        send("touchEnd")
    strokes = asked.value.post_data_json["strokes"]["strokes"]
    assert len(strokes) == 1
    assert all(abs(x - 140) < 1 for x, *_ in strokes[0]["points"])
    assert strokes[0]["points"][-1][1] == pytest.approx(220, abs=1)
    assert phone.page.evaluate("scrollY") == 0

    ink = phone.ink()
    place = dict(zip("xy", phone.on_screen((200, 60)), strict=True))
    touch.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "pointerType": "pen", **place})
    send("touchStart", (60, 200))  # the palm beside the pen that hovers
    send("touchMove", (60, 240))
    send("touchEnd")
    assert phone.ink() == ink


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_page_fits_the_narrowest_phone(phone: DrawPage, language: str) -> None:
    phone.page.set_extra_http_headers({"Accept-Language": language})
    phone.page.reload()
    expect(phone.page.locator("html")).to_have_attribute("lang", language)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 320


def test_without_a_published_version_one_can_still_draw(draw_page: DrawPage) -> None:
    draw_page.stroke(*SEVEN)
    expect(draw_page.headline).to_have_text("No reader yet")
    assert draw_page.ink() > 0


def test_given_drawing_is_kept_and_can_be_deleted(draw_page: DrawPage, live_server: LiveServer) -> None:
    page = draw_page.page
    draw_page.draw(drawing("7", 0))
    draw_page.label("7").check()
    draw_page.give.click()
    expect(draw_page.problem).to_contain_text("consent")
    expect(draw_page.consent).to_be_focused()
    expect(draw_page.consent).to_have_attribute("aria-invalid", "true")

    draw_page.consent.check()
    expect(draw_page.consent).not_to_have_attribute("aria-invalid", "true")
    with page.expect_response("**/api/v1/drawings") as kept:
        draw_page.give.click()
    assert kept.value.status == 201
    expect(draw_page.thanks).to_contain_text("Thank you for your 7!")
    expect(draw_page.thanks).to_contain_text("It is your first.")
    assert draw_page.ink() == 0
    row = Drawing.objects.select_related("content").get()
    assert str(row.client_id) == kept.value.request.post_data_json["client_id"]
    assert (row.claimed_label, row.status) == ("7", "pending")
    assert row.content.strokes == kept.value.request.post_data_json["strokes"]

    link = draw_page.thanks.get_by_role("link", name="Deletion link").get_attribute("href")
    with page.context.browser.new_context() as elsewhere:
        there = elsewhere.new_page()
        there.goto(live_server.url + link)
        expect(there.get_by_role("button", name="Delete it")).to_be_visible()
        there.goto(live_server.url + link.partition("?")[0])
        expect(there.get_by_role("button", name="Delete it")).to_have_count(0)

    page.route("**/api/v1/drawings/*", lambda route: route.abort(), times=1)
    page.get_by_role("button", name="Delete it again").click()
    expect(draw_page.thanks).to_contain_text("Not deleted: the site could not be reached.")
    page.get_by_role("button", name="Delete it again").click()
    expect(draw_page.thanks).to_contain_text("Deleted.")
    expect(draw_page.thanks.get_by_role("link", name="Deletion link")).to_be_hidden()
    assert not Drawing.objects.exists()

    for count, digit in enumerate("35", start=1):
        draw_page.draw(drawing(digit, 0))
        expect(draw_page.thanks).to_be_hidden()
        draw_page.label(digit).check()
        draw_page.give.click()
        expect(draw_page.thanks).to_contain_text("It is your first." if count == 1 else "your drawing number 2")
    assert Drawing.objects.count() == 2
    expect(draw_page.thanks.get_by_role("link", name="All your drawings")).to_be_visible()


def test_the_thanks_count_what_was_given_elsewhere_from_this_browser_and_nothing_that_was_deleted(
    draw_page: DrawPage, live_server: LiveServer, reader: Reader
) -> None:
    page = draw_page.page
    given = {"strokes": drawing("3", 0), "label": "3", "consent": True}
    headers = {"Origin": live_server.url}
    assert page.request.post(f"{live_server.url}/api/v1/drawings", data=given, headers=headers).status == 201
    for digit, words in (("7", "your drawing number 2"), ("5", "It is your first.")):
        draw_page.draw(drawing(digit, 0))
        draw_page.label(digit).check()
        draw_page.consent.check()
        draw_page.give.click()
        expect(draw_page.thanks).to_contain_text(words)
        Drawing.objects.all().delete()


def test_a_deletion_that_is_answered_late_is_told_beside_the_thanks_for_the_next_drawing(
    draw_page: DrawPage, reader: Reader
) -> None:
    page = draw_page.page
    held: list[Route] = []
    page.route("**/api/v1/drawings/*", lambda route: held.append(route), times=1)
    delete = page.get_by_role("button", name="Delete it again")
    for digit in "75":
        draw_page.draw(drawing(digit, 0))
        draw_page.label(digit).check()
        draw_page.consent.check()
        draw_page.give.click()
        expect(draw_page.thanks).to_contain_text(f"Thank you for your {digit}!")
        expect(delete).to_be_enabled()
        if digit == "7":
            delete.click()
            expect(delete).to_be_disabled()
    held[0].continue_()
    expect(draw_page.thanks).to_contain_text("The earlier drawing is deleted.")
    expect(draw_page.thanks).to_contain_text("Thank you for your 5!")
    assert Drawing.objects.get().claimed_label == "5"
    delete.click()
    expect(draw_page.thanks).to_contain_text("Deleted. Your drawing is gone from our side.")
    assert not Drawing.objects.exists()


def test_after_giving_on_a_phone_board_and_thanks_are_in_sight(phone: DrawPage) -> None:
    phone.draw(drawing("7", 0))
    phone.label("7").check()
    phone.consent.check()
    phone.give.tap()
    expect(phone.thanks).to_be_focused()
    expect(phone.canvas).to_be_in_viewport(ratio=1)
    expect(phone.thanks.locator("[data-thanks-message]")).to_be_in_viewport(ratio=1)


def test_consent_is_remembered(draw_page: DrawPage, reader: Reader) -> None:
    draw_page.stroke(*SEVEN)
    draw_page.consent.check()
    draw_page.page.reload()
    expect(draw_page.consent).to_be_checked()


def test_a_drawn_digit_is_read_by_the_starter_versions(
    starter_versions: dict[str, int], draw_page: DrawPage, page: Page
) -> None:
    draw_page.draw(drawing("7", 0))
    expect(draw_page.verdict).to_have_attribute("data-verdict", "digit")
    expect(draw_page.numeral).to_have_text("7")
    expect(draw_page.root).to_have_attribute("data-digits-version", str(starter_versions["digits"]))
    expect(draw_page.label("7")).to_be_checked()


def test_two_symbols_are_read_from_left_to_right_by_the_starter_versions(
    starter_versions: dict[str, int], draw_page: DrawPage
) -> None:
    draw_page.stroke((30, 70), (110, 70), (60, 210))
    draw_page.stroke((200, 60), (200, 220))
    expect(draw_page.numeral).to_have_text("71")
    expect(draw_page.verdict).to_have_attribute("data-verdict", "several")
