"""What the people who run the site can ask."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from recognizer import watching
from recognizer.serving import LivePair, Serving
from tests.drawings import drawing
from tests.recognizer.conftest import MakeVersion, some_pictures
from training.models import Network
from training.versions import artifacts


class StandIn:
    """A watcher as `readyz` sees it."""

    def __init__(self, *, away: bool = False, seconds: float | None = 0.1) -> None:
        self.database_away = away
        self.seconds_since_poll = seconds


def test_healthz_needs_nothing(client: Client) -> None:
    """Without the mark `django_db`, a query fails."""
    assert client.get("/healthz").status_code == 200


def test_a_process_without_versions_is_not_ready(client: Client, fresh_serving: Serving) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["ready"] is False


@pytest.mark.django_db
def test_a_process_without_versions_does_all_but_read(client: Client, fresh_serving: Serving) -> None:
    """So it is alive, and the admin can publish a version that loads."""
    for path in ("/healthz", "/", "/contribute", "/admin/login/"):
        assert client.get(path).status_code == 200
    given = {"strokes": drawing("7", 0), "label": "7", "consent": True}
    assert client.post("/api/v1/drawings", given, content_type="application/json").status_code == 201
    response = client.post("/api/v1/predict", {"strokes": drawing("7", 0)}, content_type="application/json")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.json()["error"]["code"] == "no_published_version"


@pytest.mark.django_db
def test_a_process_with_a_warm_pair_is_ready_and_names_it(client: Client, live_pair: LivePair) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    content = response.json()
    assert content["models"] == {"digits": 1, "digit-or-not": 1}
    assert content["alarms"] == []
    assert content["broker"] == "ok"


@pytest.mark.django_db
def test_alarms_are_told_and_leave_it_ready(
    client: Client,
    live_pair: LivePair,
    fresh_serving: Serving,
    make_version: MakeVersion,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = make_version(Network.DIGITS, 2).tflite_path
    artifacts.delete(path)
    make_version(Network.DIGIT_OR_NOT, 2, self_test={})
    fresh_serving.poll_once()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["alarms"] == [
        {"network": "digits", "version": 2, "code": "unreadable_artifact"},
        {"network": "digit-or-not", "version": 2, "code": "unexpected_error"},
    ]
    assert f"expected the file {path}; received No such file" in caplog.text, "the reason is for the log"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("watcher", "expected"),
    [
        (None, "unknown"),
        (StandIn(), "ok"),
        (StandIn(away=True), "away"),
        (StandIn(seconds=60), "away"),
        (StandIn(seconds=None), "away"),
    ],
)
def test_an_absent_database_is_told_and_leaves_it_ready(
    client: Client,
    live_pair: LivePair,
    monkeypatch: pytest.MonkeyPatch,
    watcher: StandIn | None,
    expected: str,
) -> None:
    monkeypatch.setattr(watching, "_watcher", watcher)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["database"] == expected


@pytest.mark.django_db
def test_an_absent_broker_is_told_and_leaves_it_ready(client: Client, live_pair: LivePair, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["broker"] == "away"


def test_without_a_token_set_there_are_no_metrics(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer ", "secret", "Basic secret", "Bearer §"])
def test_a_wrong_token_gets_no_metrics(client: Client, settings: Settings, header: str | None) -> None:
    settings.METRICS_TOKEN = "secret"
    headers = {"Authorization": header} if header else {}
    assert client.get("/metrics", headers=headers).status_code == 403


@pytest.mark.django_db
def test_metrics_count_predictions_refusals_versions_and_alarms(
    client: Client,
    settings: Settings,
    live_pair: LivePair,
    fresh_serving: Serving,
    make_version: MakeVersion,
) -> None:
    settings.METRICS_TOKEN = "secret"

    def read() -> dict[str, float]:
        response = client.get("/metrics", headers={"Authorization": "Bearer secret"})
        assert response["Content-Type"].startswith("text/plain")
        lines = [line for line in response.content.decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    before = read()
    body = {"batch": [{"pixels": some_pictures(1)[0].reshape(-1).tolist()}] * 3}
    assert client.post("/api/v1/predict", body, content_type="application/json").status_code == 200
    assert client.post("/api/v1/predict", {}, content_type="application/json").status_code == 400
    make_version(Network.DIGITS, 2)
    artifacts.delete(make_version(Network.DIGIT_OR_NOT, 2).tflite_path)
    fresh_serving.poll_once()
    after = read()

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert grown("digitsite_predictions_total") == 3
    assert grown("digitsite_model_seconds_count") == 1
    assert grown('digitsite_refusals_total{code="invalid_request"}') == 1
    assert grown('digitsite_swaps_total{network="digits"}') == 1
    assert grown('digitsite_load_failures_total{network="digit-or-not"}') == 1
    assert after['digitsite_live_version{network="digits"}'] == 2
    assert after["digitsite_alarms"] == 1
