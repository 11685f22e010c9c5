"""The short way of a prediction through the middleware: as safe as that of other requests."""

from unittest.mock import Mock

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.test import Client

from recognizer.serving import LivePair
from tests.recognizer.test_predict import PIXELS, URL, post

pytestmark = pytest.mark.django_db

QUESTION = {"pixels": PIXELS.reshape(-1).tolist()}


def test_a_prediction_asks_for_no_session(live_pair: LivePair, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Mock(side_effect=AssertionError("a session"))
    monkeypatch.setattr(SessionMiddleware, "process_request", session)
    assert post(QUESTION).status_code == 200
    with pytest.raises(AssertionError, match="a session"):
        Client().get("/privacy")


def test_a_prediction_for_another_host_is_refused(live_pair: LivePair, settings) -> None:
    settings.ALLOWED_HOSTS = ["digits.example"]
    assert post(QUESTION, headers={"host": "digits.example"}).status_code == 200
    assert post(QUESTION, headers={"host": "elsewhere.example"}).status_code == 400


def test_an_error_that_nobody_foresaw_is_no_answer_with_details(
    live_pair: LivePair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recognizer.views.predict.answer", Mock(side_effect=ZeroDivisionError("secret")))
    client = Client(raise_request_exception=False)
    response = client.post(URL, QUESTION, content_type="application/json")
    assert response.status_code == 500
    assert b"secret" not in response.content


def test_the_answer_is_not_to_be_taken_for_a_page(live_pair: LivePair) -> None:
    assert post(QUESTION)["X-Content-Type-Options"] == "nosniff"


def test_the_length_of_an_answer_is_known(live_pair: LivePair) -> None:
    for response in (post(QUESTION), post({"pixels": [0]})):
        assert int(response["Content-Length"]) == len(response.content)
