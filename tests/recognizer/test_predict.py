"""`POST /api/v1/predict`: what goes in, what comes out, what is refused."""

import base64
import io
import json
import socket
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from datasets.preprocessing.parts import MOST_SCANS
from datasets.preprocessing.strokes import parse_strokes, rasterize
from recognizer import budget, inputs
from recognizer.serving import LivePair
from tests.pngs import blank_png
from tests.recognizer.conftest import some_pictures

pytestmark = pytest.mark.django_db

URL = "/api/v1/predict"
PIXELS = some_pictures(1, seed=3)[0]
SEVEN = {
    "width": 280,
    "height": 280,
    "strokes": [{"points": [[90, 70, 0], [190, 70, 40], [130, 210, 90]], "pen": 18, "erase": False}],
}
TWO_BARS = {
    "width": 280,
    "height": 280,
    "strokes": [{"points": [[x, 60], [x, 220]], "pen": 16} for x in (200, 60)],
}


def png(image: np.ndarray) -> str:
    return encoded(image, "PNG")


def encoded(image: np.ndarray, kind: str, **options: Any) -> str:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, kind, **options)
    return base64.b64encode(buffer.getvalue()).decode()


def a_bar_on_paper() -> np.ndarray:
    page = np.full((100, 80), 255, np.uint8)
    page[20:80, 36:44] = 0
    return page


def post(content: object, **extra: Any) -> Any:
    body = content if isinstance(content, str | bytes) else json.dumps(content)
    return Client().post(URL, body, content_type="application/json", **extra)


def test_pixels_are_read_as_they_are(live_pair: LivePair) -> None:
    response = post({"pixels": PIXELS.reshape(-1).tolist()})
    assert response.status_code == 200
    content = response.json()
    assert list(content) == [
        "digit", "probabilities", "is_digit", "symbols", "readings", "normalized", "models",
    ]  # fmt: skip
    digits = live_pair.digits.litert.predict(PIXELS)
    is_digit = live_pair.digit_or_not.litert.predict(PIXELS)[1]
    assert content["probabilities"] == pytest.approx(digits.tolist(), abs=1e-6)
    assert content["digit"] == digits.argmax()
    assert content["is_digit"]["probability"] == pytest.approx(float(is_digit), abs=1e-6)
    assert content["is_digit"]["accepted"] is bool(is_digit >= 0.5)
    assert content["symbols"] == 1
    assert content["readings"] == [
        {"digit": digits.argmax(), "probability": max(content["probabilities"]), "box": [0, 0, 28, 28]}
    ]
    assert content["models"] == {"digits": 1, "digit-or-not": 1}
    returned = Image.open(io.BytesIO(base64.b64decode(content["normalized"])))
    assert np.array_equal(np.asarray(returned), PIXELS)


def test_strokes_are_read_with_their_box_in_canvas_units(live_pair: LivePair) -> None:
    content = post({"strokes": SEVEN}).json()
    assert content["symbols"] == 1
    [reading] = content["readings"]
    assert reading["box"] == [81, 61, 118, 158]
    assert reading["digit"] == content["digit"]


def test_strokes_and_the_pixels_that_come_of_them_get_the_same_answer(live_pair: LivePair) -> None:
    from_strokes = post({"strokes": SEVEN}).json()
    image = np.asarray(Image.open(io.BytesIO(base64.b64decode(from_strokes["normalized"]))))
    from_pixels = post({"pixels": image.reshape(-1).tolist()}).json()
    assert from_pixels["probabilities"] == from_strokes["probabilities"]
    assert from_pixels["is_digit"] == from_strokes["is_digit"]


def test_several_symbols_are_read_one_by_one_from_left_to_right(live_pair: LivePair) -> None:
    content = post({"strokes": TWO_BARS}).json()
    assert content["symbols"] == 2
    assert [reading["box"][0] for reading in content["readings"]] == [52, 192]
    alone = post({"strokes": {**TWO_BARS, "strokes": TWO_BARS["strokes"][:1]}}).json()
    assert content["readings"][1] == alone["readings"][0]
    assert content["probabilities"] != alone["probabilities"]  # of both bars together


@pytest.mark.parametrize("kind", ["strokes", "image"])
def test_a_dot_is_no_digit_although_it_looks_like_a_disk_when_normalized(live_pair: LivePair, kind: str) -> None:
    tap = {"width": 280, "height": 280, "strokes": [{"points": [[140, 140]], "pen": 18}]}
    asked = {"strokes": tap} if kind == "strokes" else {"image": png(255 - rasterize(parse_strokes(tap)))}
    content = post(asked).json()
    assert content["is_digit"] == {"accepted": False, "probability": 0.0}
    assert content["symbols"] == 1
    assert post({"strokes": SEVEN}).json()["is_digit"]["probability"] > 0


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_an_image_is_read(live_pair: LivePair, prefix: str) -> None:
    content = post({"image": prefix + png(a_bar_on_paper())}).json()
    assert content["symbols"] == 1
    assert content["readings"][0]["box"] == [36, 20, 8, 60]


def test_a_batch_gets_an_answer_for_each_item_as_if_it_were_alone(live_pair: LivePair) -> None:
    items = [{"pixels": picture.reshape(-1).tolist()} for picture in some_pictures(5)] + [{"strokes": SEVEN}]
    together = post({"batch": items}).json()
    assert together == {"batch": [post(item).json() for item in items]}


def test_an_empty_batch_gets_no_answers(live_pair: LivePair) -> None:
    assert post({"batch": []}).json() == {"batch": []}


def test_a_batch_may_hold_256(live_pair: LivePair) -> None:
    item = {"pixels": PIXELS.reshape(-1).tolist()}
    assert len(post({"batch": [item] * 256}).json()["batch"]) == 256


def test_no_cookie_is_read_or_set_and_nothing_is_cached(live_pair: LivePair) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["sessionid"] = "somebody"
    response = client.post(URL, json.dumps({"strokes": SEVEN}), content_type="application/json")
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert response["Cache-Control"] == "no-store"


def test_the_time_in_the_networks_is_told(live_pair: LivePair) -> None:
    timing = post({"strokes": SEVEN})["Server-Timing"]
    assert timing.startswith("model;dur=")
    assert 0 < float(timing.removeprefix("model;dur=")) < 1000


def test_neither_the_database_nor_the_broker_is_asked(
    live_pair: LivePair, django_assert_num_queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with django_assert_num_queries(0):
        response = post({"strokes": SEVEN})
    assert response.status_code == 200


def test_nothing_published_is_503_and_says_so(fresh_serving: object) -> None:
    response = post({"strokes": SEVEN})
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "no_published_version"
    assert response["Retry-After"] == "5"


def test_bad_input_is_told_even_while_nothing_is_published(fresh_serving: object) -> None:
    assert post({"pixels": []}).status_code == 400


def strokes(*points: list[Any], **changes: Any) -> dict[str, Any]:
    stroke = {"points": list(points), "pen": 18}
    return {"strokes": {"width": 280, "height": 280, "strokes": [stroke]} | changes}


def pixels(*first: Any) -> dict[str, Any]:
    return {"pixels": [*first, *([9] * (784 - len(first)))]}


def large_image(side: int) -> dict[str, str]:
    return {"image": base64.b64encode(blank_png(side, side)).decode()}


TRUNCATED_PNG = png(PIXELS)[:120]
SVG = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"/>').decode()
BAD_INPUT: dict[str, tuple[Any, int, str]] = {
    "not JSON": ("pixels=1", 400, "not_json"),
    "nothing": (" ", 400, "not_json"),
    "no UTF-8": (b'"\xff"', 400, "not_json"),
    "deep brackets": ("[" * 200_000, 400, "not_json"),
    "an integer of 5,000 digits": ('{"pixels": [' + "9" * 5000 + "]}", 400, "not_json"),
    "a list": ([], 400, "invalid_request"),
    "null": ("null", 400, "invalid_request"),
    "no input": ({}, 400, "invalid_request"),
    "two inputs": ({"strokes": SEVEN, **pixels()}, 400, "invalid_request"),
    "an unknown field": ({"strokes": SEVEN, "room": "6b"}, 400, "invalid_request"),
    "783 pixels": ({"pixels": [9] * 783}, 400, "invalid_pixels"),
    "785 pixels": ({"pixels": [9] * 785}, 400, "invalid_pixels"),
    "pixels in rows": ({"pixels": [[9] * 28] * 28}, 400, "invalid_pixels"),
    "rows among 784 pixels": (pixels([9]), 400, "invalid_pixels"),
    "pixels in a string": ({"pixels": "9" * 784}, 400, "invalid_pixels"),
    "a NaN": (json.dumps(pixels(float("nan"))), 400, "invalid_pixels"),
    "an infinity": (json.dumps(pixels(float("inf"))), 400, "invalid_pixels"),
    "a float": (pixels(1.0), 400, "invalid_pixels"),
    "a bool": (pixels(True), 400, "invalid_pixels"),
    "a null": (pixels(None), 400, "invalid_pixels"),
    "a text": (pixels("9"), 400, "invalid_pixels"),
    "-1": (pixels(-1), 400, "invalid_pixels"),
    "256": (pixels(256), 400, "invalid_pixels"),
    "a huge integer": (pixels(10**4000), 400, "invalid_pixels"),
    "blank pixels": ({"pixels": [0] * 784}, 400, "blank_drawing"),
    "strokes as a list": ({"strokes": []}, 400, "invalid_strokes"),
    "no strokes": (strokes(strokes=[]), 400, "blank_drawing"),
    "a stroke without points": (strokes(), 400, "invalid_strokes"),
    "a point of NaN": (json.dumps(strokes([float("nan"), 1])), 400, "invalid_strokes"),
    "a point far outside": (strokes([100, 100], [1000, 100]), 400, "outside_canvas"),
    "no ink inside": (strokes([-100, -100]), 400, "blank_drawing"),
    "a million points": (strokes(*([[1, 1]] * 1_000_000)), 413, "too_many_points"),
    "a canvas of a million": (strokes([1, 1], width=10**6), 400, "invalid_strokes"),
    "an image that is no text": ({"image": 7}, 400, "invalid_image"),
    "an image that is no base64": ({"image": "§"}, 400, "invalid_image"),
    "a truncated PNG": ({"image": TRUNCATED_PNG}, 400, "invalid_image"),
    "a PNG of 20,000 x 20,000": (large_image(20_000), 413, "image_too_large"),
    "an SVG": ({"image": SVG}, 415, "unsupported_image"),
    "white paper": ({"image": png(np.full((50, 50), 255, np.uint8))}, 400, "blank_drawing"),
    "a batch of 257": ({"batch": [pixels()] * 257}, 413, "batch_too_large"),
    "a batch of ten images of 5,000 x 5,000": ({"batch": [large_image(5000)] * 10}, 413, "too_much_work"),
    "a batch beside pixels": ({"batch": [], **pixels()}, 400, "invalid_request"),
    "a batch that is no list": ({"batch": {}}, 400, "invalid_request"),
    "a batch in a batch": ({"batch": [{"batch": []}]}, 400, "invalid_request"),
    "a batch with a bad item": ({"batch": [pixels(), {"pixels": []}]}, 400, "invalid_pixels"),
    "12 MB and more": (json.dumps({"image": "A" * 12 * 1024 * 1024}), 413, "body_too_large"),
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_is_refused_with_its_code_and_leaves_process_and_data_as_they_were(
    live_pair: LivePair, django_assert_num_queries, name: str
) -> None:
    content, status, code = BAD_INPUT[name]
    before = post({"strokes": SEVEN}).json()
    with django_assert_num_queries(0):
        response = post(content)
    assert response.status_code == status
    error = response.json()["error"]
    assert error["code"] == code
    assert "xpected" in error["message"]
    assert len(error["message"]) < 500
    assert post({"strokes": SEVEN}).json() == before


def test_a_bad_item_of_a_batch_is_named(live_pair: LivePair) -> None:
    response = post({"batch": [pixels(), pixels(), {"pixels": []}]})
    assert response.json()["error"]["message"].startswith("batch[2]: ")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_other_content_types_are_415(live_pair: LivePair, kind: str) -> None:
    response = Client().generic("POST", URL, json.dumps({"strokes": SEVEN}), content_type=kind)
    assert response.status_code == 415
    assert response.json()["error"]["code"] == "unsupported_media_type"


def test_a_charset_beside_the_content_type_is_taken(live_pair: LivePair) -> None:
    body = json.dumps({"strokes": SEVEN})
    response = Client().generic("POST", URL, body, content_type="application/json; charset=utf-8")
    assert response.status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_405_in_the_form_of_all_errors(live_pair: LivePair, method: str) -> None:
    response = Client().generic(method, URL)
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert response.json()["error"]["code"] == "method_not_allowed"


def a_circle(points: int, side: int = 280) -> dict[str, Any]:
    """A drawing as the page sends it, or the same on a larger canvas."""
    angles = np.linspace(0, 2 * np.pi, points)
    path = side * (0.5 + 0.35 * np.stack([np.cos(angles), np.sin(angles), angles], 1))
    return {"width": side, "height": side, "strokes": [{"points": path.round(1).tolist(), "pen": side * 18 / 280}]}


def wide_strokes(erase: bool = False) -> dict[str, Any]:
    """A drawing of a few bytes and 0.2 s, within the limits for one."""
    wide = {"points": [[0, 0], [2048, 2048], [0, 0]], "pen": 2048}
    return {"width": 2048, "height": 2048, "strokes": [wide, {"points": [[9, 9]], "pen": 9, "erase": erase}]}


def dots(side: int) -> dict[str, Any]:
    """A drawing of 64 symbols."""
    centres = np.linspace(side * 0.1, side * 0.9, 8).tolist()
    strokes = [{"points": [[x, y]], "pen": side * 0.03} for x in centres for y in centres]
    return {"width": side, "height": side, "strokes": strokes}


@pytest.mark.parametrize("erase", [False, True])
def test_a_batch_that_would_take_minutes_is_refused_before_any_of_it_is_done(
    live_pair: LivePair, monkeypatch: pytest.MonkeyPatch, erase: bool
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("something was rasterized")

    monkeypatch.setattr("recognizer.inputs.rasterize", refuse)
    monkeypatch.setattr("datasets.preprocessing.strokes.rasterize", refuse)
    response = post({"batch": [{"strokes": wide_strokes(erase)}] * 256})
    assert response.status_code == 413
    error = response.json()["error"]
    assert error["code"] == "too_much_work"
    assert f"expected at most {budget.MOST_WORK} " in error["message"]


def test_symbols_count_as_work_as_they_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    item = {"strokes": dots(280)}
    picture = inputs.parse_request(item)
    assert isinstance(picture, inputs.Picture)
    assert len(picture.symbols) == 64
    of_one = budget.of_strokes(inputs.parse_strokes(item["strokes"]))
    monkeypatch.setattr(budget, "MOST_WORK", of_one * 3)
    with pytest.raises(inputs.TooLarge) as caught:
        inputs.parse_request({"batch": [item] * 2})
    assert caught.value.code == "too_much_work"


def test_256_ordinary_drawings_or_images_are_no_trouble() -> None:
    assert len(inputs.parse_request({"batch": [{"strokes": a_circle(30)}] * 256})) == 256
    slow = budget.of_strokes(inputs.parse_strokes(a_circle(600)))
    image = budget.of_image(280, 280)
    assert max(slow, image) * 256 <= budget.MOST_WORK


@pytest.mark.parametrize(
    "item", [{"strokes": a_circle(600, 2048)}, {"strokes": wide_strokes()}, {"strokes": dots(512)}]
)
def test_one_drawing_alone_is_never_too_much(item: dict[str, Any]) -> None:
    assert isinstance(inputs.parse_request(item), inputs.Picture)
    assert budget.of_image(5000, 5000) < budget.MOST_WORK / 2
    assert budget.of_image(5000, 5000, MOST_SCANS) < budget.MOST_WORK


def test_each_scan_of_a_photograph_counts_as_work(monkeypatch: pytest.MonkeyPatch) -> None:
    item = {"image": encoded(a_bar_on_paper(), "JPEG", progressive=True)}
    monkeypatch.setattr(budget, "MOST_WORK", budget.of_image(80, 100, 6))
    assert isinstance(inputs.parse_request(item), inputs.Picture)
    monkeypatch.setattr(budget, "MOST_WORK", budget.of_image(80, 100, 5))
    with pytest.raises(inputs.TooLarge) as caught:
        inputs.parse_request(item)
    assert caught.value.code == "too_much_work"
