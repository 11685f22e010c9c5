"""The API's documentation and the API itself: whatever the schema allows, no request makes the server fail."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema

from datasets.services import export_now, freeze_version
from recognizer import serving
from tests.datasets.factories import make_approved
from training import starter
from training.models import Network

MANY = hypothesis_settings(
    max_examples=25,  # of each operation
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def documented(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[BaseSchema]:
    """Return the schema as the site serves it, with live networks where they ship."""
    if all((settings.STARTER_VERSIONS / network / "version.json").exists() for network in Network.values):
        starter.load()
        fresh = serving.Serving()
        monkeypatch.setattr(serving, "public", fresh)
        fresh.poll_once()
    ends = (request_started, request_finished)
    for signal in ends:  # of a request, where the server lets go of the connection that the test needs
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema/", WSGIHandler())
    for signal in ends:
        signal.connect(close_old_connections)


def test_no_request_that_the_schema_allows_makes_the_server_fail(documented: BaseSchema) -> None:
    operations = [result.ok() for result in documented.get_all_operations()]
    assert len(operations) > 8

    make_approved()
    export_now(freeze_version(), "npz")

    def ask(case: Case) -> None:
        if "number" in case.path_parameters:
            case.path_parameters["number"] = 1  # one that is there
        case.validate_response(case.call(), checks=[not_a_server_error])

    for operation in operations:
        MANY(given(operation.as_strategy())(ask))()
