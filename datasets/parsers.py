"""How the API reads a body, which may be anything."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from datasets.errors import InvalidInput


class StrictJSONParser(JSONParser):
    """JSON or the error `not_json`; the framework's own parser fails on brackets nested too deeply.

    The framework refuses bodies larger than DATA_UPLOAD_MAX_MEMORY_SIZE before it calls a parser.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise InvalidInput("not_json", "Expected JSON, received too many brackets in one another.") from None
        except ParseError as error:
            raise InvalidInput("not_json", f"Expected JSON, received something else: {error}"[:300]) from None
