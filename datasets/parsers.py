"""How the API reads a body: JSON that may be large but not too large, and may be anything."""

from collections.abc import Mapping
from typing import IO, Any

from django.http import HttpRequest
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from datasets.errors import InvalidInput


class BoundedJSONParser(JSONParser):
    """JSON of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes.

    The framework's own parser reads whatever comes, and fails with a server error on brackets nested too deeply.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        if isinstance(stream, HttpRequest):
            stream.body  # noqa: B018 - refuses what is too large
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise InvalidInput("not_json", "Expected JSON, received too many brackets in one another.") from None
        except ParseError as error:
            raise InvalidInput("not_json", f"Expected JSON, received something else: {error}"[:300]) from None
