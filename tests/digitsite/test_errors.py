"""Refusals that no view writes, in the form that programs read."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client

from digitsite.errors import api_exception_handler

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/artifacts/nothing", "/artifacts/%00"])
@pytest.mark.parametrize("debug", [True, False])
def test_a_program_reads_that_there_is_nothing(client: Client, settings, path: str, debug: bool) -> None:
    settings.DEBUG = debug
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")
    assert response.json()["error"]["code"] == "not_found"


def test_a_person_gets_a_page(client: Client) -> None:
    response = client.get("/nothing")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


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
