"""POST and DELETE /api/v1/drawings."""

import base64
import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from datasets import splitting
from datasets.contributors import remember
from datasets.models import Contributor, Drawing
from datasets.preprocessing.normalization import encode_png
from datasets.preprocessing.strokes import rasterize
from datasets.services import approve, block_contributor
from tests import drawings
from tests.datasets.factories import make_drawing, strokes_of
from tests.pngs import blank_png

pytestmark = pytest.mark.django_db

URL = "/api/v1/drawings"
BROWSER = {"Origin": "http://testserver"}


def body(label: str = "7", variant: int = 0, **fields: Any) -> dict[str, Any]:
    if "image" not in fields:
        fields.setdefault("strokes", drawings.drawing("7", variant))
    return {"label": label, "consent": True, **fields}


def post(client: Client, content: Any, **headers: str) -> HttpResponse:
    return client.post(URL, content, content_type="application/json", headers=headers)


def code(response: HttpResponse) -> str:
    content = response.json()
    assert set(content) == {"error"} and set(content["error"]) == {"code", "message"}
    return content["error"]["code"]


def test_a_drawing_is_taken_and_its_contributor_remembered(client: Client) -> None:
    response = post(client, body("not-a-digit"), **BROWSER)
    drawing = Drawing.objects.get()
    assert response.status_code == 201
    answer = response.json()
    assert set(answer) == {"id", "status", "deletion_token", "given"}
    assert (answer["id"], answer["status"], answer["given"]) == (str(drawing.public_id), "pending", 1)
    assert (drawing.claimed_label, len(drawing.address_hash)) == ("not-a-digit", 64)
    cookie = response.cookies["contributor"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] > 365 * 24 * 3600
    assert drawing.contributor.key in cookie.value and cookie.value != drawing.contributor.key


def test_the_next_drawing_is_by_the_same_contributor_and_sets_no_cookie(client: Client) -> None:
    post(client, body(), **BROWSER)
    response = post(client, body(variant=1), **BROWSER)
    assert response.status_code == 201
    assert "contributor" not in response.cookies
    assert Contributor.objects.count() == 1


def test_each_answer_tells_how_many_its_contributor_has_given_as_his_page_does(client: Client) -> None:
    def given(variant: int, **headers: str) -> int:
        return post(client, body(variant=variant), **BROWSER, **headers).json()["given"]

    make_drawing()
    assert [given(0), given(1), given(0), given(2)] == [1, 2, 2, 3]
    Drawing.objects.order_by("-pk")[0].delete()
    assert given(3) == 3
    assert '"given": 3' in client.get(reverse("datasets:contribute")).content.decode()


def test_whoever_gives_very_many_does_not_wait_until_all_are_counted(client: Client, monkeypatch) -> None:
    monkeypatch.setattr("datasets.models.drawings.MOST_COUNTED", 2)
    assert [post(client, body(variant=variant)).json()["given"] for variant in range(3)] == [1, 2, 2]


def test_a_forged_cookie_is_nobodys(client: Client) -> None:
    post(client, body(), **BROWSER)
    client.cookies["contributor"] = Contributor.objects.get().key + ":forged"
    post(client, body(variant=1), **BROWSER)
    assert Contributor.objects.count() == 2


def test_a_contributor_that_the_database_has_forgotten_keeps_his_cookie(client: Client) -> None:
    post(client, body(), **BROWSER)
    key = Contributor.objects.get().key
    Drawing.objects.all().delete()
    Contributor.objects.all().delete()
    assert "contributor" not in post(client, body()).cookies
    assert Contributor.objects.get().key == key


@pytest.mark.parametrize("resent", ["client_id", "content"])
def test_a_replayed_submission_gets_the_same_answer(client: Client, resent: str) -> None:
    first = post(client, body(client_id=str(uuid.uuid4()))) if resent == "content" else None
    client_id = str(uuid.uuid4())
    first = first or post(client, body(client_id=client_id))
    again = post(client, body(client_id=client_id))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Drawing.objects.count() == 1


def test_a_replay_without_the_cookie_that_was_lost_gets_it(client: Client) -> None:
    content = body(client_id=str(uuid.uuid4()))
    first = post(client, content, **BROWSER)
    client.cookies.clear()
    again = post(client, content, **BROWSER)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.cookies["contributor"].value.split(":")[0] == first.cookies["contributor"].value.split(":")[0]


def test_a_new_label_corrects_the_claim_until_a_moderator_has_decided(client: Client) -> None:
    post(client, body("7"))
    assert post(client, body("1")).status_code == 200
    assert Drawing.objects.get().claimed_label == "1"
    approve(Drawing.objects.all(), actor=None)
    response = post(client, body("7"))
    assert (response.status_code, code(response)) == (409, "already_decided")
    assert post(client, body("1")).json()["status"] == "approved"


@pytest.mark.parametrize(("label", "prompt"), [("4", "4"), ("not-a-digit", "star")])
def test_what_the_page_asked_for_is_kept(client: Client, label: str, prompt: str) -> None:
    assert post(client, body(label, prompt=prompt)).status_code == 201
    assert Drawing.objects.values_list("claimed_label", "prompt").get() == (label, prompt)


def test_the_text_that_was_agreed_to_is_kept_though_there_is_a_new_one_by_now(client: Client, settings) -> None:
    settings.CONSENT_VERSIONS = ["2026-12", "2027-01"]
    settings.CONSENT_VERSION = "2027-01"
    assert post(client, body(consent_version="2026-12")).status_code == 201
    assert post(client, body(variant=1)).status_code == 201
    assert list(Drawing.objects.order_by("pk").values_list("consent_version", flat=True)) == ["2026-12", "2027-01"]


def test_an_image_is_taken_as_a_data_url(client: Client) -> None:
    data = base64.b64encode(encode_png(255 - rasterize(strokes_of()))).decode()
    response = post(client, body(image=f"data:image/png;base64,{data}"))
    assert response.status_code == 201
    assert Drawing.objects.get().kind == "image"


def test_a_script_needs_neither_cookie_nor_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert post(client, body()).status_code == 201


def test_what_programs_send_is_by_one_contributor_and_marked_and_none_gets_the_others_drawings(client: Client) -> None:
    for variant in range(3):
        assert "contributor" not in post(client, body(variant=variant)).cookies
    programs = Contributor.objects.get()
    assert programs.kind == "program"
    assert Drawing.objects.filter(same_hand=True).count() == 3
    cookie = HttpResponse()
    remember(cookie, programs)
    client.cookies = cookie.cookies  # as it was once given
    assert '"given": 0' in client.get(reverse("datasets:contribute")).content.decode()
    client.post(reverse("datasets:delete-all"))
    assert Drawing.objects.count() == 3


def test_browsers_that_share_an_address_are_different_people(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(splitting, "SMALLEST_GROUP", 0)
    for variant in range(3):
        post(client, body(variant=variant), **BROWSER)
        client.cookies.clear()
    assert list(Contributor.objects.values_list("kind", flat=True)) == ["visitor"] * 3
    assert not Drawing.objects.filter(same_hand=True).exists()


def test_a_moderator_who_is_logged_in_may_draw_like_everybody(admin_user) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    assert post(client, body()).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://testserver"}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "https://friend.example"}],
)
def test_a_page_of_this_site_may_submit(client: Client, settings, headers: dict[str, str]) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://friend.example"]
    assert post(client, body(), **headers).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_may_not(client: Client, headers: dict[str, str]) -> None:
    response = post(client, body(), **headers)
    assert (response.status_code, code(response)) == (403, "other_site")
    assert not Drawing.objects.exists()


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_form_can_send_is_refused(client: Client, content_type: str) -> None:
    response = client.generic("POST", URL, json.dumps(body()), content_type=content_type)
    assert (response.status_code, code(response)) == (415, "unsupported_media_type")


BAD = [
    ("{", 400, "not_json"),
    ('{"label": NaN}', 400, "not_json"),
    ("[" * 100_000, 400, "not_json"),
    (b"\xff\xfe{}", 400, "not_json"),
    ("9" * 5000, 400, "not_json"),
    ("", 400, "invalid_request"),
    ("[]", 400, "invalid_request"),
    ("7", 400, "invalid_request"),
    ({"label": "7", "consent": True}, 400, "invalid_request"),
    ({**body(), "image": "aGVsbG8="}, 400, "invalid_request"),
    ({**body(), "pixels": [0] * 784}, 400, "invalid_request"),
    (body("11"), 400, "invalid_label"),
    (body(7), 400, "invalid_label"),
    ({"consent": True, "strokes": body()["strokes"]}, 400, "invalid_label"),
    ({"label": "7", "strokes": body()["strokes"]}, 400, "consent_required"),
    (body() | {"consent": False}, 400, "consent_required"),
    (body() | {"consent": 1}, 400, "consent_required"),
    (body() | {"consent": "true"}, 400, "consent_required"),
    (body(consent_version="2025-01"), 400, "invalid_consent_version"),
    (body(consent_version=None), 400, "invalid_consent_version"),
    (body(consent_version=["2026-12"]), 400, "invalid_consent_version"),
    (body(client_id="seven"), 400, "invalid_client_id"),
    (body(client_id=7), 400, "invalid_client_id"),
    (body(prompt=7), 400, "invalid_prompt"),
    (body(prompt="4"), 400, "invalid_prompt"),
    (body(prompt="cat"), 400, "invalid_prompt"),
    (body(strokes=None), 400, "invalid_strokes"),
    (
        body(strokes={"width": 280, "height": 280, "strokes": [{"points": [[140, 140]], "pen": 18}]}),
        400,
        "single_dot",
    ),
    (body(strokes={"width": 280, "height": 280, "strokes": []}), 400, "blank_drawing"),
    (
        body(strokes={"width": 280, "height": 280, "strokes": [{"points": [[900, 10]], "pen": 9}]}),
        400,
        "outside_canvas",
    ),
    (
        body(strokes={"width": 280, "height": 280, "strokes": [{"points": [[9, 9]] * 1_000_000, "pen": 9}]}),
        413,
        "too_many_points",
    ),
    # Half a surrogate pair, which UTF-8 cannot say, where the message quotes it.
    (body(strokes={"width": "\ud800", "height": 280, "strokes": [{}]}), 400, "invalid_strokes"),
    (body(strokes={"\ud800": 280}), 400, "invalid_strokes"),
    (body("\ud800"), 400, "invalid_label"),
    ({**body(), "\ud800": 7}, 400, "invalid_request"),
    (body(client_id="\ud800"), 400, "invalid_client_id"),
    (body(image="no base64!"), 400, "invalid_image"),
    (body(image=7), 400, "invalid_image"),
    (body(image=base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()), 415, "unsupported_image"),
    (body(image=base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"cut").decode()), 400, "invalid_image"),
    (body(image=base64.b64encode(blank_png(20_000, 20_000)).decode()), 413, "image_too_large"),
]


@pytest.mark.parametrize(("content", "status", "error"), BAD, ids=[f"{row[2]}-{n}" for n, row in enumerate(BAD)])
def test_bad_input_is_refused_with_its_reason_and_leaves_nothing(
    client: Client, content: Any, status: int, error: str
) -> None:
    response = post(client, content)
    assert (response.status_code, code(response)) == (status, error)
    assert not Drawing.objects.exists() and not Contributor.objects.exists()
    assert "contributor" not in response.cookies


def test_a_body_of_64_mb_is_refused_before_it_is_read(client: Client) -> None:
    response = post(client, b'{"label": "' + b"7" * 64 * 2**20 + b'"}')
    assert (response.status_code, code(response)) == (413, "body_too_large")
    assert not Drawing.objects.exists() and not Contributor.objects.exists()


def test_a_blocked_contributor_is_told_so(client: Client) -> None:
    post(client, body())
    block_contributor(Contributor.objects.get(), actor=None, reason="for a test")
    response = post(client, body(variant=1))
    assert (response.status_code, code(response)) == (403, "contributor_blocked")


def test_there_is_nothing_to_get(client: Client) -> None:
    response = client.get(URL)
    assert (response.status_code, code(response)) == (405, "method_not_allowed")


def test_a_drawing_is_deleted_with_its_token(client: Client) -> None:
    answer = post(client, body()).json()
    url = f"{URL}/{answer['id']}"
    for headers in ({}, {"Deletion-Token": "another"}):
        response = client.delete(url, headers=headers)
        assert (response.status_code, code(response)) == (403, "invalid_deletion_token")
    assert Drawing.objects.count() == 1
    for _ in range(2):
        assert client.delete(url, headers={"Deletion-Token": answer["deletion_token"]}).status_code == 204
    assert not Drawing.objects.exists()


def test_addresses_are_told_apart_without_being_kept(client: Client, settings) -> None:
    def hash_from(variant: int, **meta: str) -> str:
        client.post(URL, body(variant=variant), content_type="application/json", **meta)
        return Drawing.objects.latest("pk").address_hash

    home = hash_from(0, REMOTE_ADDR="203.0.113.7")
    assert hash_from(1, REMOTE_ADDR="203.0.113.7") == home
    assert hash_from(2, REMOTE_ADDR="203.0.113.8") != home
    assert hash_from(3, REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR="203.0.113.7") != home
    settings.TRUST_PROXY = True
    assert hash_from(4, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.7") == home
    network = hash_from(5, REMOTE_ADDR="2001:db8::1")
    assert hash_from(6, REMOTE_ADDR="2001:db8::2") == network
    assert hash_from(7, REMOTE_ADDR="2001:db8:0:1::1") != network
    assert hash_from(8, REMOTE_ADDR="unknown") == ""


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_away_submissions_say_so_and_nothing_acknowledged_is_lost(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    acknowledged = post(client, body()).json()["id"]
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "PORT", 1)
        connection.close()
        response = post(client, body(variant=1))
        assert (response.status_code, code(response)) == (503, "service_unavailable")
        assert response["Retry-After"] == "5"
        connection.close()
    assert str(Drawing.objects.get().public_id) == acknowledged
    assert post(client, body(variant=1)).status_code == 201


def test_the_schema_describes_both_calls(client: Client) -> None:
    response = client.get(reverse("schema"), headers={"Accept": "application/vnd.oai.openapi+json"})
    paths = response.json()["paths"]
    assert set(paths["/api/v1/drawings"]["post"]["responses"]) >= {"200", "201", "400", "409", "413", "503"}
    assert paths["/api/v1/drawings/{public_id}"]["delete"]["parameters"][0]["name"] == "Deletion-Token"
