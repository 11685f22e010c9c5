"""The drawer of the draw page: every control in it, by mouse, finger and key."""

import base64
import io
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from datasets.models import Drawing
from datasets.preprocessing.images import decode_data, rgba_from_image
from datasets.preprocessing.normalization import encode_png
from datasets.preprocessing.strokes import parse_strokes, rasterize
from tests.drawings import drawing
from tests.e2e.axe import violations
from tests.e2e.conftest import DrawPage, Reader, answer

SEVEN = ((80, 60), (200, 60), (130, 220))
ORIENTATION = 0x0112  # the EXIF tag
MAKER = 0x010F


class Lab:
    """The draw page with its drawer open."""

    def __init__(self, draw_page: DrawPage) -> None:
        self.draw_page = draw_page
        self.page = draw_page.page
        self.button("Lab").click()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def switch(self, name: str) -> Locator:
        return self.page.get_by_role("switch", name=name)

    def open(self, tab: str) -> None:
        self.page.get_by_role("tab", name=tab).click()

    def strokes(self) -> list[dict[str, Any]]:
        """Return what is kept of the drawing over a reload: its strokes as they stand."""
        kept = self.page.evaluate("sessionStorage.getItem('digitsite.drawing')")
        return json.loads(kept)["strokes"] if kept else []

    def box(self) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of the ink."""
        ink = rasterize(parse_strokes({"width": 280, "height": 280, "strokes": self.strokes()})) > 32
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1

    def save(self, name: str) -> bytes:
        with self.page.expect_download() as download:
            self.button(name).click()
        return Path(download.value.path()).read_bytes()


@pytest.fixture
def lab(draw_page: DrawPage) -> Lab:
    return Lab(draw_page)


def test_pen_and_eraser_have_their_widths_and_steps_can_be_redone(lab: Lab, reader: Reader) -> None:
    page, draw_page = lab.page, lab.draw_page
    width = page.get_by_label("Width of the pen")
    width.fill("30")
    draw_page.stroke(*SEVEN)
    expect(draw_page.numeral).to_have_text("7")
    full = draw_page.ink()
    lab.button("Eraser").click()
    width = page.get_by_label("Width of the eraser")
    width.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    draw_page.stroke((60, 60), (220, 60))
    assert draw_page.ink() < full
    pens = [(stroke["pen"], stroke["erase"]) for stroke in lab.strokes()]
    assert pens == [(30, False), (40, True)]

    page.keyboard.press("Control+z")
    assert draw_page.ink() == full
    expect(lab.button("Redo")).to_be_enabled()
    page.keyboard.press("Control+Shift+z")
    assert draw_page.ink() < full
    draw_page.undo.click()
    lab.button("Redo").click()
    assert draw_page.ink() < full
    draw_page.undo.click()
    lab.button("Pen").click()
    expect(lab.button("Pen")).to_have_attribute("aria-pressed", "true")
    draw_page.stroke((80, 140), (160, 140))
    expect(lab.button("Redo")).to_be_disabled()
    assert [stroke["pen"] for stroke in lab.strokes()] == [30, 30]


def test_where_nothing_is_left_to_erase_and_where_the_drawer_is_closed_the_pen_is_chosen(
    lab: Lab, reader: Reader
) -> None:
    draw_page = lab.draw_page
    draw_page.stroke(*SEVEN)
    lab.button("Eraser").click()
    draw_page.clear.click()
    expect(lab.button("Pen")).to_have_attribute("aria-pressed", "true")
    draw_page.stroke(*SEVEN)
    assert draw_page.ink() > 0

    lab.button("Eraser").click()
    lab.button("Lab").click()
    draw_page.stroke((60, 140), (220, 140))
    assert [stroke["erase"] for stroke in lab.strokes()] == [False, False]


def test_boxes_and_digits_leave_the_board_with_the_reading_that_they_are_about(lab: Lab, reader: Reader) -> None:
    draw_page, boxes = lab.draw_page, lab.page.locator("[data-overlay] .symbol-box")
    reader.says = answer({5: 0.9}, digits=(5, 7))
    draw_page.stroke(*SEVEN)
    expect(boxes).to_have_count(2)
    lab.open("Move")
    lab.button("360°").click()
    expect(boxes).to_have_count(0)
    expect(lab.page.get_by_text("on the way around")).to_be_visible(timeout=30_000)

    lab.open("Read")
    whole = answer({5: 0.9})
    for name, then in (("Read after every stroke", "Not read yet"), ("Normalize before reading", "Fairly sure")):
        reader.says = answer({5: 0.9}, digits=(5, 7))
        lab.button("Predict").click()
        expect(boxes).to_have_count(2)
        reader.says = whole
        lab.switch(name).click()
        expect(draw_page.headline).to_have_text(then)
        expect(boxes).to_have_count(0)
        lab.switch(name).click()


# What is shown over the board, each time that it changes: the class of each box, and where it is.
WATCH_BOXES = """() => {
    const overlay = document.querySelector("[data-overlay]");
    window.boxes = [];
    new MutationObserver(() => window.boxes.push([...overlay.children].map((box) =>
        [box.getAttribute("class"), ...["x", "y", "width", "height"].map((name) => Number(box.getAttribute(name)))]
    ))).observe(overlay, { childList: true });
}"""


def test_the_symbol_is_moved_zoomed_turned_and_normalized_without_loss(lab: Lab, reader: Reader) -> None:
    draw_page = lab.draw_page
    lab.open("Move")
    draw_page.stroke((60, 60), (130, 60), (90, 160))
    start, box = lab.strokes(), lab.box()

    lab.button("Move to the right").click()
    assert lab.box() == (box[0] + 7, box[1], box[2] + 7, box[3])
    lab.button("Move down").click()
    assert lab.box() == (box[0] + 7, box[1] + 7, box[2] + 7, box[3] + 7)
    lab.button("Move to the left").click()
    lab.button("Move up").click()
    assert lab.strokes() == start
    lab.button("Make it larger").focus()
    lab.page.keyboard.press("Enter")
    larger = lab.box()
    assert larger[2] - larger[0] == pytest.approx(1.1 * (box[2] - box[0]), abs=2)
    lab.button("Make it smaller").click()
    assert lab.strokes() == start

    ink = draw_page.canvas.evaluate("canvas => canvas.toDataURL()")
    for turn in range(36):
        lab.button("Turn by 10 degrees to the right").click()
        if turn == 8:  # a quarter
            quarter = lab.box()
            assert quarter[2] - quarter[0] == pytest.approx(box[3] - box[1], abs=2)
    assert lab.strokes() == start
    assert draw_page.canvas.evaluate("canvas => canvas.toDataURL()") == ink
    lab.button("Turn by 10 degrees to the left").click()
    assert lab.strokes() != start
    draw_page.undo.click()
    assert lab.strokes() == start

    lab.page.evaluate(WATCH_BOXES)
    lab.button("Normalize").click()
    lab.page.wait_for_function("() => boxes.length === 3")
    shown = lab.page.evaluate("boxes")
    assert [[name for name, *_ in boxes] for boxes in shown] == [["frame-box", "found-box"], ["frame-box"], []]
    _, x, y, width, height = shown[0][1]
    assert (x, y, x + width, y + height) == box
    fitted = lab.box()
    assert max(fitted[2] - fitted[0], fitted[3] - fitted[1]) == pytest.approx(200, abs=2)
    zoom = 200 / max(box[2] - box[0], box[3] - box[1])
    assert lab.strokes()[0]["pen"] == pytest.approx(start[0]["pen"] * zoom, abs=0.3)
    draw_page.undo.click()
    assert lab.strokes() == start

    for _ in range(30):
        lab.button("Move to the right").click()
    expect(lab.page.get_by_text("it would leave the board")).to_be_visible()


def test_once_around_reads_at_every_ten_degrees_and_stops_when_told(lab: Lab, reader: Reader) -> None:
    draw_page, page = lab.draw_page, lab.page
    lab.open("Move")
    draw_page.stroke(*SEVEN)
    expect(draw_page.numeral).to_have_text("7")
    start, asked = lab.strokes(), len(reader.asked)
    lab.button("360°").click()
    expect(page.get_by_text("Turning:")).to_be_visible()
    draw_page.stroke((20, 20), (60, 20))  # nobody draws on what turns
    expect(page.get_by_text("Read as 7 on the way around.")).to_be_visible(timeout=30_000)
    assert len(reader.asked) == asked + 37
    first, quarter, last = (reader.asked[asked + step]["strokes"]["strokes"] for step in (0, 9, 36))
    assert first == last == start != quarter
    assert lab.strokes() == start
    plot = page.get_by_role("img", name="Probability of 7 by angle: 97% at least, 97% at most.")
    expect(plot.locator(".plot-line")).to_have_attribute("points", re_points(37))
    page.get_by_text("The same as a table").click()
    expect(page.locator("[data-turning-rows] tr")).to_have_count(37)
    expect(page.locator("[data-turning-rows] tr").nth(9)).to_have_text("90°797%99%")

    lab.button("360°").click()
    expect(page.locator("[data-turning-rows] tr")).not_to_have_count(37)
    expect(page.locator("[data-turning-rows] tr").nth(3)).to_be_attached()
    lab.button("Stop").click()
    expect(page.get_by_text("Stopped at")).to_be_visible()
    assert lab.strokes() != start
    draw_page.undo.click()
    assert lab.strokes() == start


def re_points(count: int) -> re.Pattern[str]:
    return re.compile(rf"^[\d.]+,[\d.]+( [\d.]+,[\d.]+){{{count - 1}}}$")


def test_reading_waits_for_predict_and_can_do_without_normalization(lab: Lab, reader: Reader) -> None:
    draw_page, page = lab.draw_page, lab.page
    predict = lab.button("Predict")
    pixels = np.zeros((28, 28), np.uint8)
    pixels[4:24, 14] = 200
    reader.says = answer({1: 0.9125, 7: 0.05}) | {"normalized": base64.b64encode(encode_png(pixels)).decode()}
    lab.open("Read")
    lab.switch("Read after every stroke").click()
    draw_page.stroke((60, 40), (60, 120))
    expect(draw_page.headline).to_have_text("Not read yet")
    expect(predict).to_have_css("background-color", "rgb(27, 122, 69)")
    assert reader.asked == []
    predict.click()
    expect(draw_page.numeral).to_have_text("1")
    expect(draw_page.verdict).to_have_attribute("data-verdict", "digit")
    assert "strokes" in reader.asked[-1]
    expect(page.locator("[data-ten-value]").nth(1)).to_have_text("0.9125")
    expect(page.locator("[data-ten-sum]")).to_have_text("1.0000")
    lab.switch("As numbers").click()
    cells = page.locator(".matrix td")
    expect(cells).to_have_count(28 * 28)
    shown = np.array(cells.all_text_contents()).astype(int).reshape(28, 28)
    assert (shown == pixels).all()

    lab.switch("Normalize before reading").click()
    expect(draw_page.headline).to_have_text("Not read yet")
    expect(predict).to_have_css("background-color", "rgb(42, 69, 196)")
    lab.button("Lab").click()
    expect(predict).to_be_visible()  # nothing is read without it
    predict.click()
    expect(draw_page.numeral).to_have_text("1")
    expect(draw_page.verdict).to_have_attribute("data-verdict", "none")
    shrunk = np.array(reader.asked[-1]["pixels"]).reshape(28, 28)
    ink = rasterize(parse_strokes({"width": 280, "height": 280, "strokes": lab.strokes()})).astype(int)
    assert (shrunk == (2 * ink.reshape(28, 10, 28, 10).sum(axis=(1, 3)) + 100) // 200).all()
    expect(draw_page.label("1")).to_be_checked()

    page.reload()
    expect(predict).to_be_visible()
    lab.button("Lab").click()
    lab.switch("Read after every stroke").click()
    expect(draw_page.numeral).to_have_text("1")
    assert "pixels" in reader.asked[-1]


def photograph(label: str = "7", *, sideways: bool = False) -> bytes:
    """Return a JPEG of a digit on paper in uneven light, wider than high, with metadata; perhaps taken sideways."""
    ink = Image.fromarray(rasterize(parse_strokes(drawing(label, 0)))).resize((350, 350))
    light = np.tile(np.linspace(245, 170, 700), (450, 1))
    picture = Image.fromarray(np.stack([light, light * 0.97, light * 0.9], axis=2).astype(np.uint8))
    picture.paste((40, 40, 90), (175, 50), ink)
    exif = Image.Exif()
    exif[MAKER] = "A camera"
    if sideways:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
        exif[ORIENTATION] = 6
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()


def transparent() -> bytes:
    """Return a PNG of a 1 in black on nothing, higher than wide."""
    picture = Image.new("RGBA", (90, 240), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line((45, 20, 45, 220), fill=(0, 0, 0, 255), width=16)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


DROP = """([base64, name, type]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, { type }));
    const paste = name === "pasted.png";
    const event = paste ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
        : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
    document.querySelector("[data-canvas]").dispatchEvent(event);
}"""


@pytest.mark.usefixtures("starter_versions")
def test_pictures_are_opened_dropped_and_pasted_read_drawn_over_and_given(lab: Lab) -> None:
    draw_page, page = lab.draw_page, lab.page
    lab.open("Image")
    opened = page.get_by_label("Open an image", exact=True)

    def hand_over(name: str, content: bytes, kind: str) -> None:
        page.evaluate(DROP, [base64.b64encode(content).decode(), name, kind])

    opened.set_input_files({"name": "note.txt", "mimeType": "text/plain", "buffer": b"no image"})
    expect(page.get_by_text("not an image that your browser can open")).to_be_visible()
    assert draw_page.ink() == 0

    opened.set_input_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photograph(sideways=True)})
    expect(draw_page.numeral).to_have_text("7")
    expect(draw_page.verdict).to_have_attribute("data-verdict", "digit")
    hand_over("dropped.svg", SVG_OF_ONE, "image/svg+xml")
    expect(draw_page.numeral).to_have_text("1")
    draw_page.undo.click()
    expect(draw_page.numeral).to_have_text("7")
    hand_over("pasted.png", transparent(), "image/png")
    expect(draw_page.numeral).to_have_text("1")

    lab.open("Read")
    lab.switch("Normalize before reading").click()
    expect(draw_page.verdict).to_have_attribute("data-verdict", "none")
    lab.switch("Normalize before reading").click()
    expect(draw_page.verdict).to_have_attribute("data-verdict", "digit")
    lab.open("Image")

    page.reload()  # with the picture
    expect(draw_page.numeral).to_have_text("1")
    draw_page.clear.click()
    opened.set_input_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photograph("1")})
    expect(draw_page.numeral).to_have_text("1")
    x, y = (70 + length / 2 for length in drawing("1", 0)["strokes"][0]["points"][0][:2])
    draw_page.stroke((x, y), (x - 16, y + 18))  # the flag of the 1
    lab.open("Move")
    lab.button("Make it larger").click()
    expect(draw_page.verdict).to_have_attribute("data-verdict", "digit", timeout=20_000)
    draw_page.label("1").check()
    draw_page.consent.check()
    with page.expect_response("**/api/v1/drawings") as kept:
        draw_page.give.click()
    assert kept.value.status == 201
    row = Drawing.objects.get()
    assert (row.kind, row.claimed_label) == ("image", "1")
    sent = decode_data(kept.value.request.post_data_json["image"])
    assert b"Exif" not in sent
    assert b"A camera" not in sent
    height, width, _ = rgba_from_image(sent).shape
    assert max(width, height) <= 1024
    assert width > height


SVG_OF_ONE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="300">'
    b'<path d="M100 30v240" stroke="navy" stroke-width="26" stroke-linecap="round"/></svg>'
)


@pytest.mark.usefixtures("starter_versions")
def test_colours_change_no_answer_but_without_normalization(lab: Lab, client: Client) -> None:
    draw_page, page = lab.draw_page, lab.page
    draw_page.draw(drawing("3", 0))
    expect(draw_page.numeral).to_have_text("3")
    lab.open("Colours")
    for place, value in enumerate(["250", "230", "60", "20", "60", "40"]):
        page.locator("[data-channel]").nth(place).fill(value)
    expect(page.locator("[data-sheet]")).to_have_css("background-color", "rgb(20, 60, 40)")
    expect(draw_page.canvas).to_have_css("color", "rgb(250, 230, 60)")
    lab.open("Image")
    saved = lab.save("PNG")
    with Image.open(io.BytesIO(saved)) as picture:
        assert picture.size == (1120, 1120)
        colours = {colour for _, colour in sorted(picture.convert("RGB").getcolors(1 << 20), reverse=True)[:2]}
    assert colours == {(20, 60, 40), (250, 230, 60)}

    def read(**question: Any) -> dict[str, Any]:
        response = client.post("/api/v1/predict", question, content_type="application/json")
        assert response.status_code == 200, response.content
        return response.json()

    strokes = json.loads(lab.save("Strokes (JSON)"))
    small = np.asarray(Image.open(io.BytesIO(lab.save("PNG 28×28"))))
    from_strokes = read(strokes=strokes)
    from_picture = read(image=base64.b64encode(saved).decode())
    assert from_picture["digit"] == from_strokes["digit"] == 3
    assert np.abs(np.subtract(from_picture["probabilities"], from_strokes["probabilities"])).max() < 0.05
    assert base64.b64decode(from_strokes["normalized"]) == encode_png(small)

    page.reload()
    expect(page.locator("[data-sheet]")).to_have_css("background-color", "rgb(20, 60, 40)")
    lab.open("Colours")
    expect(page.get_by_text("the answer stays the same")).to_be_visible()
    lab.open("Read")
    lab.switch("Normalize before reading").click()
    # Light on dark is read inside out: nearly all of it is ink.
    expect(page.get_by_text("The whole board, shrunk.")).to_be_visible()
    lab.switch("As numbers").click()
    expect(page.locator(".matrix td").first).to_have_text(str(255 - round(0.299 * 20 + 0.587 * 60 + 0.114 * 40)))
    lab.open("Colours")
    expect(page.get_by_text("light on dark is read inside out")).to_be_visible()
    lab.button("Swap").click()
    expect(draw_page.canvas).to_have_css("color", "rgb(20, 60, 40)")
    lab.button("Reset").click()
    expect(draw_page.canvas).to_have_css("color", "rgb(26, 27, 34)")
    expect(lab.button("Reset")).to_be_disabled()
    draw_page.undo.click()
    expect(draw_page.canvas).to_have_css("color", "rgb(20, 60, 40)")
    draw_page.undo.click()
    expect(draw_page.canvas).to_have_css("color", "rgb(250, 230, 60)")
    expect(page.locator("[data-channel]").first).to_have_value("250")
    expect(draw_page.undo).to_be_disabled()
    lab.button("Redo").click()
    expect(draw_page.canvas).to_have_css("color", "rgb(20, 60, 40)")


def test_the_drawing_outlives_a_reload_another_language_and_a_turned_phone(lab: Lab, reader: Reader) -> None:
    draw_page, page = lab.draw_page, lab.page
    draw_page.stroke(*SEVEN)
    expect(draw_page.numeral).to_have_text("7")
    start = lab.strokes()
    page.set_viewport_size({"width": 700, "height": 340})
    page.set_viewport_size({"width": 390, "height": 844})
    assert lab.strokes() == start
    assert draw_page.ink() > 0
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(draw_page.numeral).to_have_text("7")
    assert draw_page.ink() > 0
    expect(page.locator("[data-lab]")).to_be_visible()  # it remembers that it was open
    draw_page.stroke((90, 140), (180, 140))
    times = [t for stroke in lab.strokes() for *_, t in stroke["points"]]
    assert times == sorted(times)
    assert len(lab.strokes()) == 2
    page.keyboard.press("Delete")
    page.reload()
    expect(draw_page.root).to_have_attribute("data-board", "empty")


def test_fingers_reach_every_panel_of_the_smallest_phone(phone: DrawPage) -> None:
    page = phone.page
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Lab").tap()
    for tab in ("Width", "Move", "Read", "Image", "Colours"):
        page.get_by_role("tab", name=tab).tap()
        expect(page.get_by_role("tabpanel", name=tab)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, .file, .switch, .slider input")]
                .filter((element) => element.checkVisibility())
                .filter((element) => Math.min(element.offsetWidth, element.offsetHeight) < 44)
                .filter((element) => !element.closest("footer"))
                .map((element) => element.outerHTML.slice(0, 80))"""
        )
        assert small == []
    expect(page.get_by_text("Take a photo")).to_be_hidden()
    page.get_by_role("tab", name="Image").tap()
    expect(page.get_by_text("Take a photo")).to_be_visible()
    page.get_by_role("tab", name="Move").tap()
    phone.canvas.tap()
    page.get_by_role("button", name="Normalize").tap()
    expect(page.locator(".frame-box")).to_have_count(0)
    page.get_by_role("tab", name="Move").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Width")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Width")).to_be_visible()


def open_with_a_finger(page: Page) -> None:
    """Tap until the drawer is open: on a busy machine a tap that follows a stroke may last too long, and is none."""
    button = page.locator("[data-lab-button]")
    for _ in range(4):
        button.tap()
        with suppress(AssertionError):
            expect(button).to_have_attribute("aria-expanded", "true", timeout=3000)
            return
    raise AssertionError("the drawer did not open")


class Finger:
    """Taps on the page of a phone."""

    def __init__(self, phone: DrawPage, reader: Reader) -> None:
        self.phone, self.page, self.reader = phone, phone.page, reader

    def tap(self, hook: str) -> None:
        self.page.locator(f"[data-{hook}]").last.tap()

    def open(self, tab: str) -> None:
        self.page.get_by_role("tab", name=tab).tap()

    def kept(self) -> str:
        """Return the drawing as the page keeps it."""
        return self.page.evaluate("sessionStorage.getItem('digitsite.drawing')")

    def expect_kept(self, drawing: str) -> None:
        """Wait until the page keeps this: what a tap does comes a moment after it."""
        self.page.wait_for_function("kept => sessionStorage.getItem('digitsite.drawing') === kept", arg=drawing)

    def expect_other_than(self, drawing: str) -> None:
        self.page.wait_for_function("kept => sessionStorage.getItem('digitsite.drawing') !== kept", arg=drawing)


@pytest.fixture
def finger(phone: DrawPage) -> Finger:
    """Return a finger that has drawn a 7, which was read, and opened the drawer."""
    page, reader = phone.page, Reader()
    page.route("**/api/v1/predict", reader)
    touch = page.context.new_cdp_session(page)
    for kind, place in (("Start", SEVEN[0]), ("Move", SEVEN[1]), ("Move", SEVEN[2]), ("End", None)):
        points = [dict(zip("xy", phone.on_screen(place), strict=True))] if place else []
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    expect(phone.numeral).to_have_text("7")
    open_with_a_finger(page)
    return Finger(phone, reader)


def test_tools_moves_and_turns_work_under_a_finger_and_can_be_undone(finger: Finger) -> None:
    page, tap = finger.page, finger.tap
    start = finger.kept()
    for hook in ("eraser", "pen"):
        tap(hook)
        expect(page.locator(f"[data-{hook}]")).to_have_attribute("aria-pressed", "true")
    finger.open("Move")
    for hook in ("left", "right", "up", "down", "smaller", "larger", "turn-left", "turn-right"):
        tap(hook)
        finger.expect_other_than(start)
        moved = finger.kept()
        tap("undo")
        finger.expect_kept(start)
        tap("redo")
        finger.expect_kept(moved)
        tap("undo")
        finger.expect_kept(start)
    tap("turn-around")
    expect(page.locator("[data-turning-rows] tr").nth(2)).to_be_attached()
    tap("turn-around")  # which is Stop now
    expect(page.get_by_text("Stopped at")).to_be_visible()
    tap("undo")
    finger.expect_kept(start)
    tap("normalize")
    expect(page.locator("[data-redo]")).to_be_disabled()  # once it has moved
    finger.expect_other_than(start)


def test_reading_works_under_a_finger(finger: Finger) -> None:
    finger.open("Read")
    for hook in ("live", "normalizes", "sight-numbers"):
        finger.tap(hook)
    expect(finger.page.locator(".matrix")).to_be_visible()
    expect(finger.phone.headline).to_have_text("Not read yet")
    finger.tap("predict")
    expect(finger.phone.numeral).to_have_text("7")
    assert "pixels" in finger.reader.asked[-1]


def test_pictures_and_colours_work_under_a_finger(finger: Finger) -> None:
    page, canvas = finger.page, finger.phone.canvas
    finger.open("Image")
    with page.expect_file_chooser():
        page.get_by_text("Take a photo").tap()
    with page.expect_download():
        page.get_by_role("button", name="PNG", exact=True).tap()
    finger.open("Colours")
    finger.tap("swap")
    expect(canvas).to_have_css("color", "rgb(255, 254, 251)")
    finger.tap("reset")
    expect(canvas).to_have_css("color", "rgb(26, 27, 34)")


def test_labels_and_clear_work_under_a_finger(finger: Finger) -> None:
    label = finger.phone.label("not a digit")
    label.tap(force=True)
    expect(label).to_be_checked()
    finger.tap("clear")
    expect(finger.phone.root).to_have_attribute("data-board", "empty")
    assert finger.phone.ink() == 0


# All that can be used now, one of each group that arrow keys move about in; those that no tooltip explains.
CONTROLS = """() => {
    const all = [...document.querySelectorAll("[data-page] :is(button, input, summary, a, [tabindex='0'])")];
    return all.filter((element) => element.checkVisibility() && !element.matches(":disabled, [tabindex='-1']"))
        .filter((element) => element.type !== "radio" || element.checked);
}"""
WITHOUT_TOOLTIP = f"""() => ({CONTROLS})().filter((element) => !element.matches("a, [role=region]"))
    .filter((element) => !element.closest("[title]")?.title).map((element) => element.outerHTML)"""
# Walks on with Tab until the end of the page; counts those that it has come by, if one sees where one is.
WALK = f"""() => {{
    window.left = new Set(({CONTROLS})());
    document.activeElement.blur();
    document.addEventListener("focusin", ({{ target }}) => {{
        const ringed = target.closest(".file, .label, body") ?? target;
        const outline = (element) => getComputedStyle(element).outlineStyle;
        const shows = [target, target.nextElementSibling, ringed].some((near) => near && outline(near) !== "none");
        if (shows) window.left.delete(target);
    }});
}}"""


def test_every_control_is_reached_by_keys_and_has_a_tooltip(lab: Lab, reader: Reader) -> None:
    draw_page, page = lab.draw_page, lab.page
    draw_page.stroke(*SEVEN)
    draw_page.stroke((90, 140), (180, 140))
    draw_page.undo.click()  # so that there is something to do again
    expect(draw_page.label("7")).to_be_checked()
    lab.open("Read")
    lab.switch("As numbers").click()
    for tab in ("Width", "Move", "Read", "Image", "Colours"):
        lab.open(tab)
        if tab == "Colours":
            lab.button("Swap").click()
            expect(draw_page.label("7")).to_be_checked()
        assert page.evaluate(WITHOUT_TOOLTIP) == []
        page.evaluate(WALK)
        for _ in range(100):
            page.keyboard.press("Tab")
            if page.evaluate("left.size") == 0:
                break
        assert page.evaluate("[...left].map((element) => element.outerHTML)") == []


# Controls that lie over one another, and words that are cut off, in the middle column of what can be seen now.
CROWDED = """() => {
    const seen = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
    const nameOf = (element) => element.textContent.trim() || element.title;
    const controls = seen("[data-page] :is(button, .file, .switch, .slider, .label, .consent)")
        .map((element) => ({ name: nameOf(element), box: element.getBoundingClientRect() }));
    const meet = (a, b, from, to) => a[from] < b[to] - 1 && b[from] < a[to] - 1;
    const covers = (a, b) => meet(a, b, "left", "right") && meet(a, b, "top", "bottom");
    return [
        ...controls.flatMap((a, index) => controls.slice(index + 1).filter((b) => covers(a.box, b.box))
            .map((b) => `${a.name} / ${b.name}`)),
        ...seen(".tool, .tab, .button").filter((element) => element.scrollWidth > element.clientWidth).map(nameOf),
        ...(document.documentElement.scrollWidth > innerWidth ? ["wider than the window"] : []),
    ];
}"""


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize(("width", "height"), [(320, 640), (640, 400), (844, 390), (1024, 700)])
def test_nothing_is_crowded_out_of_a_small_window(
    page: Page, live_server: LiveServer, language: str, width: int, height: int
) -> None:
    """640 x 400 is what a zoom of 200% leaves of a laptop's screen."""
    page.set_extra_http_headers({"Accept-Language": language})
    page.set_viewport_size({"width": width, "height": height})
    page.goto(live_server.url)
    assert page.evaluate(CROWDED) == []
    page.locator("[data-lab-button]").click()
    for tab in page.get_by_role("tab").all():
        tab.click()
        assert page.evaluate(CROWDED) == [], tab.inner_text()


def test_the_page_with_its_drawer_open_is_accessible(lab: Lab, reader: Reader) -> None:
    draw_page, page = lab.draw_page, lab.page

    def expect_no_violations() -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert violations(page) == []

    expect_no_violations()
    draw_page.stroke(*SEVEN)
    expect(draw_page.verdict).to_have_attribute("data-verdict", "digit")
    lab.open("Move")
    lab.button("360°").click()
    expect(page.get_by_text("on the way around")).to_be_visible(timeout=30_000)
    page.get_by_text("The same as a table").click()
    expect_no_violations()
    lab.open("Read")
    lab.switch("As numbers").click()
    expect_no_violations()
    lab.open("Image")
    page.get_by_label("Open an image", exact=True).set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"no"}
    )
    expect(page.get_by_text("not an image")).to_be_visible()
    reader.says = answer({0: 0.9}, digits=[7, 2])
    page.evaluate("scrollTo(0, 0)")
    draw_page.stroke((230, 60), (230, 220))
    expect(draw_page.verdict).to_have_attribute("data-verdict", "several")
    expect_no_violations()
    reader.says = answer({0: 0.9}, is_digit=0.04)
    lab.open("Colours")
    draw_page.undo.click()
    expect(draw_page.verdict).to_have_attribute("data-verdict", "refused")
    draw_page.give.click()
    expect(draw_page.problem).to_contain_text("consent")
    expect_no_violations()
