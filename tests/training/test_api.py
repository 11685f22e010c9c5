"""The versions over HTTP."""

import hashlib
import json
import re
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client

from datasets.models import Room
from tests.training import factories
from tests.training.measured import LAYERS
from training.models import ModelVersion, Network
from training.versions import artifacts, registry

pytestmark = pytest.mark.django_db

CONTENT = b"not a network, but nobody runs it here"
KERAS = b"nor is this"


def make_version(network: str = Network.DIGITS, *, publish: bool = False, **fields: Any) -> ModelVersion:
    """Register a version whose files exist."""
    version = factories.make_version(
        network,
        keras_path=storages["artifacts"].save("tests/api/network.keras", ContentFile(KERAS)),
        keras_sha256=hashlib.sha256(KERAS).hexdigest(),
        tflite_path=storages["artifacts"].save("tests/api/network.tflite", ContentFile(CONTENT)),
        tflite_sha256=hashlib.sha256(CONTENT).hexdigest(),
        metrics={"accuracy": 0.99},
        **fields,
    )
    if publish:
        registry.publish(version, reason="for a test")
    return version


def publish_both() -> tuple[ModelVersion, ModelVersion]:
    return make_version(Network.DIGITS, publish=True), make_version(Network.DIGIT_OR_NOT, publish=True)


def test_versions_are_listed_with_their_figures_the_newest_first(client: Client) -> None:
    publish_both()
    make_version()
    content = client.get("/api/v1/models").json()
    assert content["count"] == 3
    names = [(version["network"], version["number"], version["is_live"]) for version in content["results"]]
    assert names == [("digits", 2, False), ("digit-or-not", 1, True), ("digits", 1, True)]
    assert content["results"][0]["metrics"] == {"accuracy": 0.99}


def test_the_live_pair_is_read_by_one_query_without_figures(client: Client, django_assert_num_queries) -> None:
    publish_both()
    with django_assert_num_queries(1) as queries:
        assert client.get("/api/v1/models/published").status_code == 200
    [query] = queries.captured_queries
    assert not [name for name in ModelVersion.HEAVY if f'"{name}"' in query["sql"]]


def test_versions_come_in_pages_and_by_network(client: Client) -> None:
    publish_both()
    for _ in range(4):
        make_version()
    page = client.get("/api/v1/models", {"network": "digits", "page_size": 3}).json()
    assert page["count"] == 5
    assert [version["number"] for version in page["results"]] == [5, 4, 3]
    following = client.get(page["next"]).json()
    assert [version["number"] for version in following["results"]] == [2, 1]


def test_the_number_of_queries_does_not_grow_with_the_versions(client: Client, django_assert_num_queries) -> None:
    for _ in range(5):
        make_version()
    with django_assert_num_queries(2):
        client.get("/api/v1/models")


def test_a_version_that_was_never_live_shows_no_file(client: Client) -> None:
    make_version(publish=True)
    make_version(publish=True)
    make_version()
    files = [version["tflite"] for version in client.get("/api/v1/models").json()["results"]]
    assert files[0] is None
    assert all(file["sha256"] == hashlib.sha256(CONTENT).hexdigest() for file in files[1:])


def test_the_file_to_train_on_can_be_fetched_as_well(client: Client) -> None:
    make_version(publish=True)
    file = client.get("/api/v1/models").json()["results"][0]["keras"]
    assert hashlib.sha256(client.get(file["url"]).content).hexdigest() == file["sha256"]


def test_a_version_alone_shows_all_its_figures_and_why_it_went_live(client: Client) -> None:
    version = make_version(publish=True)
    version.metrics = {"accuracy": 0.99, "worst": [], "layers": LAYERS}
    version.save()
    detail = client.get("/api/v1/models/digits/1").json()
    assert detail["metrics"] == version.metrics
    assert [(event["action"], event["reason"]) for event in detail["events"]] == [("publish", "for a test")]
    assert client.get(detail["page"]).status_code == 200
    assert client.get("/api/v1/models").json()["results"][0]["metrics"] == {"accuracy": 0.99}
    assert client.get("/api/v1/models/digits/2").status_code == 404


def test_the_list_says_what_became_of_each_version(client: Client) -> None:
    make_version()
    make_version(publish=True)
    make_version(publish=True)
    make_version()
    states = [version["state"] for version in client.get("/api/v1/models").json()["results"]]
    assert states == ["held", "live", "once-live", "passed-over"]


def test_an_unknown_network_is_refused(client: Client) -> None:
    response = client.get("/api/v1/models", {"network": "letters"})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "unknown_network"


def test_a_rooms_versions_are_not_listed_nor_served(client: Client) -> None:
    room = Room.objects.create(name="6b", slug="6b")
    version = make_version(room=room, publish=True)
    assert client.get("/api/v1/models").json()["count"] == 0
    assert client.get(f"/artifacts/{version.tflite_path}").status_code == 404


def test_the_live_pair_is_named_with_files_that_can_be_fetched(client: Client) -> None:
    digits, digit_or_not = publish_both()
    response = client.get("/api/v1/models/published")
    pair = response.json()
    assert pair["digits"]["number"] == digits.number
    assert pair["digit-or-not"]["number"] == digit_or_not.number
    for version in pair.values():
        file = client.get(version["tflite"]["url"])
        assert hashlib.sha256(file.content).hexdigest() == version["tflite"]["sha256"]
    assert response["Cache-Control"] == "public, no-cache"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_the_live_pair_is_not_sent_twice_to_who_has_it(client: Client) -> None:
    publish_both()
    etag = client.get("/api/v1/models/published")["ETag"]
    again = client.get("/api/v1/models/published", headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    make_version(Network.DIGITS, publish=True)
    changed = client.get("/api/v1/models/published", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.json()["digits"]["number"] == 2


def test_half_a_pair_is_503_and_says_which_half_is_missing(client: Client) -> None:
    make_version(Network.DIGITS, publish=True)
    response = client.get("/api/v1/models/published")
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "no_published_version"
    assert "digit-or-not" in response.json()["error"]["message"]


def test_a_file_may_be_kept_for_ever(client: Client) -> None:
    version = make_version(publish=True)
    response = client.get(f"/artifacts/{version.tflite_path}")
    assert response.content == CONTENT
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    again = client.get(f"/artifacts/{version.tflite_path}", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_a_version_that_was_rolled_back_can_still_be_fetched(client: Client) -> None:
    first, second = make_version(publish=True), make_version(publish=True)
    registry.roll_back(Network.DIGITS, reason="for a test")
    assert registry.published(Network.DIGITS) == first
    assert client.get(f"/artifacts/{second.tflite_path}").status_code == 200


def test_a_damaged_file_is_not_sent(client: Client) -> None:
    version = make_version(publish=True)
    with open(storages["artifacts"].path(version.tflite_path), "ab") as file:
        file.write(b"more")
    assert client.get(f"/artifacts/{version.tflite_path}").status_code == 503


def test_where_files_are_stored_is_for_the_log_and_not_for_who_asks(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    version = make_version(publish=True)
    away = OSError('Could not connect to the endpoint URL: "http://storage.intern:9000/digits-bucket"')
    monkeypatch.setattr(storages["artifacts"], "open", Mock(side_effect=away))
    response = client.get(f"/artifacts/{version.tflite_path}")
    assert (response.status_code, response.json()["error"]["code"]) == (503, "unreadable_artifact")
    assert response.json()["error"]["message"].startswith("A file of this version cannot be read")
    assert "intern" not in response.content.decode()
    assert "http://storage.intern:9000/digits-bucket" in caplog.text


def test_no_other_file_is_reached(client: Client) -> None:
    live, held = make_version(publish=True), make_version()
    folder = live.tflite_path.rsplit("/", 1)[0]
    storages["artifacts"].save("tests/api/secret.txt", ContentFile(b"secret"))
    paths = [
        held.tflite_path,
        held.keras_path,
        live.predictions_path,
        f"{folder}/secret.txt",
        f"{folder}/../api/{live.tflite_path.rsplit('/', 1)[1]}",
        "../runtime.env",
        "..%2f..%2fetc/passwd",
        "/etc/passwd",
        "%00",
        "",
    ]
    assert artifacts.read(live.tflite_path, live.tflite_sha256) == CONTENT
    assert [client.get(f"/artifacts/{path}").status_code for path in paths] == [404] * len(paths)


def test_a_file_is_only_read(client: Client) -> None:
    version = make_version(publish=True)
    response = client.post(f"/artifacts/{version.tflite_path}")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response.json()["error"]["code"] == "method_not_allowed"


def test_the_schema_describes_models_and_predict_and_names_nothing_that_it_lacks(client: Client) -> None:
    schema = client.get("/api/schema/", headers={"Accept": "application/json"}).json()
    paths = {"/api/v1/models", "/api/v1/models/published", "/api/v1/predict", "/api/v1/models/predict"}
    assert {*paths, "/api/v1/models/{network}/{number}"} <= set(schema["paths"])
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(schema)))
    assert named <= set(schema["components"]["schemas"])
