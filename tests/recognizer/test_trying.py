"""Several versions on one drawing."""

from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client

from datasets.models import Room
from recognizer.shelf import Shelf
from recognizer.views import trying
from tests.drawings import drawing
from tests.recognizer.conftest import MakeVersion

pytestmark = pytest.mark.django_db
URL = "/api/v1/models/predict"


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    empty = Shelf(kept=2)
    monkeypatch.setattr(trying, "tried", empty)
    return empty


def ask(client: Client, *names: str, **content: Any) -> Any:
    body = {"versions": list(names), **(content or {"strokes": drawing("7", 0)})}
    return client.post(URL, body, content_type="application/json")


def test_versions_answer_in_the_order_in_which_they_are_asked(client: Client, make_version: MakeVersion) -> None:
    make_version("digits", 1, publish=False)
    make_version("digits", 2)
    make_version("digit-or-not", 1)
    answer = ask(client, "digits/2", "digit-or-not/1", "digits/1").json()
    named = [(one["network"], one["number"]) for one in answer["answers"]]
    assert named == [("digits", 2), ("digit-or-not", 1), ("digits", 1)]
    for one in answer["answers"]:
        assert len(one["probabilities"]) == len(one["classes"])
        assert sum(one["probabilities"]) == pytest.approx(1, abs=1e-4)
        assert one["answer"] == one["classes"][one["probabilities"].index(max(one["probabilities"]))]
    assert answer["answers"][0]["probabilities"] != answer["answers"][2]["probabilities"]
    assert answer["symbols"] == 1


def test_a_version_says_here_what_it_says_when_it_is_live(client: Client, live_pair: Any) -> None:
    strokes = {"strokes": drawing("3", 1)}
    live = client.post("/api/v1/predict", strokes, content_type="application/json").json()
    assert ask(client, "digits/1", **strokes).json()["answers"][0]["probabilities"] == live["probabilities"]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([], "invalid_versions"),
        (["digits/1"] * 6, "invalid_versions"),
        (["letters/1"], "invalid_versions"),
        (["digits/0"], "invalid_versions"),
        (["digits/1/../2"], "invalid_versions"),
        (["digits/99"], "unknown_version"),
    ],
)
def test_names_that_are_none_are_refused(
    client: Client, make_version: MakeVersion, names: list[str], code: str
) -> None:
    make_version("digits", 1)
    response = ask(client, *names)
    assert (response.status_code, response.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize(
    "body", [{}, {"versions": 1}, {"versions": [1]}, {"versions": ["digits/1"], "batch": []}, [], 7]
)
def test_what_is_no_question_is_refused(client: Client, make_version: MakeVersion, body: Any) -> None:
    make_version("digits", 1)
    assert client.post(URL, body, content_type="application/json").status_code == 400


def test_a_rooms_version_is_not_asked(client: Client, make_version: MakeVersion) -> None:
    make_version("digits", 1, room=Room.objects.create(name="6b", slug="6b"))
    assert ask(client, "digits/1").json()["error"]["code"] == "unknown_version"


def test_a_damaged_version_says_so_and_the_others_answer(
    client: Client, make_version: MakeVersion, caplog: pytest.LogCaptureFixture
) -> None:
    make_version("digits", 1)
    broken = make_version("digits", 2)
    with open(storages["artifacts"].path(broken.tflite_path), "ab") as file:
        file.write(b"more")
    good, bad = ask(client, "digits/1", "digits/2").json()["answers"]
    assert "probabilities" in good
    assert bad["error"]["code"] == "unreadable_artifact"
    assert "cannot be read" in bad["error"]["message"]
    assert broken.tflite_path not in str(bad) and broken.tflite_path in caplog.text


def test_few_versions_are_kept_and_those_tried_last(make_version: MakeVersion, shelf: Shelf) -> None:
    first, second, third = (make_version("digits", 1) for _ in range(3))
    kept = shelf.take(first)
    shelf.take(second)
    assert shelf.take(first) is kept
    shelf.take(third)
    assert shelf.take(first) is kept, "the second was tried longest ago"


def test_the_page_offers_public_versions_and_chooses_different_ones(client: Client, make_version: MakeVersion) -> None:
    make_version("digits", 1, architecture="light")
    make_version("digits", 1, architecture="dense", publish=False)
    make_version("digits", 2, architecture="light", publish=False)
    make_version("digits", 1, room=Room.objects.create(name="6b", slug="6b"), publish=False)
    html = " ".join(client.get("/models/try").content.decode().split())
    assert html.count('name="version"') == 3
    assert 'value="digits/1" checked' in html and 'value="digits/2" checked' in html
    assert 'value="digits/3" checked' not in html, "another of the same architecture is already chosen"


def test_asking_needs_no_cookie_and_leaves_none(make_version: MakeVersion) -> None:
    make_version("digits", 1)
    response = ask(Client(enforce_csrf_checks=True), "digits/1")
    assert response.status_code == 200
    assert not response.cookies
    assert Client().get(URL).status_code == 405
