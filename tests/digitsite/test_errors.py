"""Refusals that no view writes, in the form that programs read."""

import uuid
from unittest.mock import Mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from datasets.errors import Unavailable
from datasets.pages import gallery
from datasets.views import report
from digitsite.errors import api_exception_handler
from training.versions import registry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/artifacts/nothing", "/artifacts/%00"])
@pytest.mark.parametrize("debug", [True, False])
def test_a_program_reads_that_there_is_nothing(client: Client, settings, path: str, debug: bool) -> None:
    settings.DEBUG = debug
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")
    assert response.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    "path",
    [
        "/models/%00/1",
        "/models/compare?a=%00/1",
        "/dataset?label=%00",
        "/dataset?source=%00",
        "/api/v1/models/%00/1",
        "/admin/datasets/drawing/?network=%00",
        "/admin/training/modelversion/?network__exact=%00",
        "/admin/training/trainingrun/%00/change/",
    ],
)
def test_at_an_address_with_a_nul_there_is_nothing(admin_client: Client, path: str) -> None:
    assert admin_client.get(path).status_code == 404


def test_a_person_gets_a_page(client: Client) -> None:
    response = client.get("/nothing")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("error", [OperationalError("refused"), RedisConnectionError(), Unavailable("full", "Full.")])
def test_a_person_gets_a_page_while_a_service_is_away(
    client: Client, monkeypatch, django_assert_num_queries, error: Exception
) -> None:
    monkeypatch.setattr(gallery, "page_at", Mock(side_effect=error))
    with django_assert_num_queries(0):
        response = client.get("/dataset", headers={"Accept": "text/html,*/*;q=0.8", "Accept-Language": "de"})
    assert (response.status_code, response["Retry-After"], response["Refresh"]) == (503, "5", "10")
    assert response["Content-Type"].startswith("text/html")
    page = response.content.decode()
    assert '<html lang="de">' in page and 'aria-label="503"' in page


def test_a_form_that_was_sent_while_a_service_is_away_is_not_loaded_anew(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(report, "get_object_or_404", Mock(side_effect=OperationalError()))
    response = client.post(f"/drawings/{uuid.uuid4()}/report", headers={"Accept": "text/html"})
    assert (response.status_code, "Refresh" in response) == (503, False)


@pytest.mark.parametrize(
    ("path", "accept"), [("/api/v1/models/published", "text/html,*/*;q=0.8"), ("/dataset", "application/json")]
)
def test_a_program_reads_that_a_service_is_away(client: Client, monkeypatch, path: str, accept: str) -> None:
    monkeypatch.setattr(gallery, "page_at", Mock(side_effect=OperationalError()))
    monkeypatch.setattr(registry, "published_pair", Mock(side_effect=OperationalError()))
    response = client.get(path, headers={"Accept": accept})
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.json()["error"]["code"] == "service_unavailable"


def test_a_method_that_is_not_allowed_is_named_with_those_that_are(client: Client) -> None:
    response = client.delete("/artifacts/nothing")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response.json()["error"] == {
        "code": "method_not_allowed",
        "message": "Expected GET, HEAD, received DELETE.",
    }


@pytest.mark.parametrize(
    ("error", "status", "code"), [(Http404(), 404, "not_found"), (PermissionDenied(), 403, "permission_denied")]
)
def test_what_django_raises_in_the_api_is_answered_in_our_form(error: Exception, status: int, code: str) -> None:
    response = api_exception_handler(error, {})
    assert response is not None and response.status_code == status
    assert response.data["error"]["code"] == code


@pytest.mark.parametrize("path", ["/api/v1/predict", "/api/v1/drawings"])
def test_a_body_without_a_length_is_refused_and_not_taken_for_an_empty_one(client: Client, path: str) -> None:
    response = client.post(path, "{}", content_type="application/json", headers={"Transfer-Encoding": "chunked"})
    assert response.status_code == 411
    assert response.json()["error"]["code"] == "length_required"
