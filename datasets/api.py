"""`/api/v1/drawings`: give a drawing to the dataset, and take it back.

A contributor is known by a cookie, so another site must not be able to draw in his name: the body must be JSON, which a
form cannot send and a script of another site may not; the cookie is SameSite=Lax; and what a browser says about where a
request comes from must be true of us. Programs say nothing about that, need no cookie and no token, and are welcome;
`datasets.contributors` has who they are.
"""

import uuid
from typing import Any, TypedDict

from django.conf import settings
from django.http import HttpRequest
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets import limits
from datasets.contributors import address_hash, contributor_of, newcomer_kind, remember
from datasets.errors import InvalidInput, NotAllowed
from datasets.models import Contributor
from datasets.parsers import StrictJSONParser
from datasets.preprocessing.images import decode_data
from datasets.preprocessing.strokes import Strokes, parse_strokes
from datasets.schemas import ErrorSchema, SubmissionSchema, SubmittedSchema
from datasets.services import delete_drawing, submit_drawing

KINDS = {"strokes", "image"}
FIELDS = {*KINDS, "label", "consent", "consent_version", "client_id", "prompt", "device"}


class PublicView(APIView):
    """Open to everybody; the session of a moderator who happens to be logged in plays no part."""

    authentication_classes = []
    parser_classes = [StrictJSONParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_other_sites(request)


class DrawingsView(PublicView):
    @extend_schema(
        operation_id="submit_drawing",
        summary="Give a drawing to the dataset",
        request=SubmissionSchema,
        responses={
            201: SubmittedSchema,
            200: SubmittedSchema,
            **dict.fromkeys((400, 403, 409, 413, 415, 429, 503), ErrorSchema),
        },
    )
    def post(self, request: Request) -> Response:
        """201 for a new drawing. 200 with the same answer when the same contributor (known by the cookie that the first
        answer sets) sends the same `client_id` or the same content again; another label then corrects the claim, as
        long as no moderator has decided. Programs without a cookie are one contributor an address and day.

        429 with Retry-After beyond 60 drawings a minute of one contributor, or 1,200 from one address; this site may
        have other limits. 503 with Retry-After while a service is away: then nothing was kept, and the same may be sent
        again under the same `client_id`.
        """
        contributor = contributor_of(request)
        address = address_hash(request)
        # First: without Redis we cannot count, and take nothing that we might have to refuse.
        limits.count_submission(str(contributor.key) if contributor else "", address)
        parsed = parse_submission(request.data)
        submission = submit_drawing(
            contributor=contributor,
            newcomer=newcomer_kind(request),
            **parsed,
            address_hash=address,
        )
        drawing = submission.drawing
        response = Response(
            {
                "id": drawing.public_id,
                "status": drawing.status,
                "deletion_token": submission.deletion_token,
                "given": submission.given,
            },
            status=status.HTTP_201_CREATED if submission.created else status.HTTP_200_OK,
        )
        if contributor is None and drawing.contributor.kind != Contributor.Kind.PROGRAM:
            remember(response, drawing.contributor)
        return response


class DrawingView(PublicView):
    @extend_schema(
        operation_id="delete_drawing",
        summary="Take a drawing back",
        parameters=[OpenApiParameter("Deletion-Token", str, OpenApiParameter.HEADER, required=True)],
        responses={204: None, **dict.fromkeys((403, 503), ErrorSchema)},
    )
    def delete(self, request: Request, public_id: uuid.UUID) -> Response:
        """Delete a drawing with the token that came with it; again is no error."""
        # A header, because addresses end up in logs.
        delete_drawing(public_id, request.headers.get("Deletion-Token", ""))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ParsedSubmission(TypedDict):
    label: str
    consent_version: str
    strokes: Strokes | None
    image: bytes | None
    client_id: uuid.UUID | None
    prompt: str
    device: str


def parse_submission(payload: object) -> ParsedSubmission:
    """Return what a submission says, for `submit_drawing`, which checks label and device.

    Raises InvalidInput (`invalid_request`, `invalid_label`, `invalid_prompt`, `invalid_device`, `consent_required`,
    `invalid_consent_version`, `invalid_client_id` and what is wrong with the strokes or the image), TooLarge and
    UnsupportedType.
    """
    if not isinstance(payload, dict) or len(payload.keys() & KINDS) != 1 or not payload.keys() <= FIELDS:
        received = ", ".join(sorted(map(str, payload)))[:100] if isinstance(payload, dict) else type(payload).__name__
        raise InvalidInput(
            "invalid_request",
            f"Expected an object with label, consent, exactly one of strokes and image, and perhaps consent_version, "
            f"client_id, prompt and device; received {received or 'nothing'}.",
        )
    if payload.get("consent") is not True:
        raise InvalidInput(
            "consent_required",
            "Expected consent: true, because drawings are published under CC0; received no consent.",
        )
    return {
        "label": _text(payload, "label"),
        "consent_version": _consent_version(payload),
        "prompt": _text(payload, "prompt") if "prompt" in payload else "",
        "device": _text(payload, "device") if "device" in payload else "",
        "client_id": _client_id(payload.get("client_id")),
        "strokes": parse_strokes(payload["strokes"]) if "strokes" in payload else None,
        "image": decode_data(payload["image"]) if "image" in payload else None,
    }


def refuse_other_sites(request: HttpRequest | Request) -> None:
    """Raise NotAllowed `other_site` when a browser sends this on behalf of a page of another site."""
    origin = request.headers.get("Origin")
    if origin is None:
        allowed = request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}
    else:
        here = {f"{scheme}://{request.get_host()}" for scheme in ("http", "https")}
        allowed = origin in here or origin in settings.CSRF_TRUSTED_ORIGINS
    if not allowed:
        raise NotAllowed("other_site", "Expected a request from a page of this site, received one from elsewhere.")


def _text(payload: dict[str, Any], name: str) -> str:
    text = payload.get(name)
    if not isinstance(text, str):
        raise InvalidInput(f"invalid_{name}", f"Expected a {name} as a text, received {type(text).__name__}.")
    return text


def _consent_version(payload: dict[str, Any]) -> str:
    """Return which text was agreed to: a drawing may have waited since before there was the present one."""
    version = payload.get("consent_version", settings.CONSENT_VERSION)
    if version not in settings.CONSENT_VERSIONS:
        expected = ", ".join(settings.CONSENT_VERSIONS)
        raise InvalidInput(
            "invalid_consent_version",
            f"Expected one of {expected} as consent_version, or none; received {str(version)[:20]!r}.",
        )
    return version


def _client_id(value: object) -> uuid.UUID | None:
    if value is None:
        return None
    try:
        return uuid.UUID(value)  # type: ignore[arg-type]
    except (ValueError, AttributeError, TypeError):
        raise InvalidInput(
            "invalid_client_id", f"Expected a UUID as client_id, received {str(value)[:50]!r}."
        ) from None
