"""Which versions there are, which are live, and the files of those that are or were.

Read by everybody and with nobody's cookie, so that caches may keep the answers.
"""

import hashlib
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import generics, pagination, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.errors import InvalidInput, Unavailable
from datasets.schemas import ErrorSchema
from training.models import ModelVersion, Network
from training.models.versions import ModelVersionQuerySet
from training.pages.serializers import NetworkFile, VersionDetailSerializer, VersionSerializer, network_file
from training.versions import artifacts, registry

YEAR_SECONDS = 365 * 24 * 3600


class PublishedVersion(serializers.Serializer[Any]):
    """A live version: enough to load it and to check it."""

    number = serializers.IntegerField()
    preprocessing_version = serializers.IntegerField()
    tflite = NetworkFile()


PublishedPair = inline_serializer("PublishedPair", {network: PublishedVersion() for network in Network.values})


class Pages(pagination.PageNumberPagination):
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


@extend_schema(
    parameters=[OpenApiParameter("network", str, enum=Network.values, description="Versions of this one only.")]
)
class Versions(generics.ListAPIView[ModelVersion]):
    """The versions of both networks with their figures, the newest first."""

    authentication_classes = []
    serializer_class = VersionSerializer
    pagination_class = Pages

    def get_queryset(self) -> ModelVersionQuerySet:
        versions = described_versions().order_by("-id")
        network = self.request.query_params.get("network")
        if network is not None:
            versions = versions.of_network(checked_network(network))
        return versions


class Version(generics.RetrieveAPIView[ModelVersion]):
    """One version with all its figures, its card and its publications."""

    authentication_classes = []
    serializer_class = VersionDetailSerializer

    def get_object(self) -> ModelVersion:
        found = described_versions().prefetch_related("publish_events__previous")
        return get_object_or_404(found, network=self.kwargs["network"], number=self.kwargs["number"])


class Published(APIView):
    """The live pair."""

    authentication_classes = []

    @extend_schema(
        responses={
            200: PublishedPair,
            304: OpenApiResponse(description="The pair that the request's `If-None-Match` names is live."),
            503: OpenApiResponse(ErrorSchema, description="A network has no published version."),
        }
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Return the live version of each network, its file and the file's SHA-256.

        Made to be asked often: a pair that has not changed since the ETag is answered by 304 without a body.
        """
        versions = registry.published_pair()
        if missing := sorted(set(Network.values) - set(versions)):
            raise Unavailable(
                "no_published_version",
                f"Expected a published version of both networks; {', '.join(missing)} has none.",
            )
        etag = etag_of(*versions.values())
        content = {network: published_version(version) for network, version in versions.items()}
        response = get_conditional_response(request._request, etag=etag) or Response(content)
        response["ETag"] = etag
        patch_cache_control(response, public=True, no_cache=True)  # kept, but asked about each time
        return response


@require_safe
def artifact(request: HttpRequest, path: str) -> HttpResponse:
    """Return a network file of a version that is or was live; no other file is reached from here.

    The path is only looked up in the rows, never in the file system.
    """
    version = ModelVersion.objects.public().once_live().filter(Q(tflite_path=path) | Q(keras_path=path)).first()
    if version is None:
        raise Http404
    sha256 = version.tflite_sha256 if path == version.tflite_path else version.keras_sha256
    etag = f'"{sha256[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        content = artifacts.read(path, sha256)
        response = HttpResponse(content, content_type="application/octet-stream")
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=YEAR_SECONDS, immutable=True)
    return response


def described_versions() -> ModelVersionQuerySet:
    return ModelVersion.objects.public().with_state().select_related("dataset_version", "trunk")


def checked_network(name: str) -> str:
    """Return the name of a network; raises InvalidInput `unknown_network`."""
    if name not in Network.values:
        raise InvalidInput("unknown_network", f"Expected one of {', '.join(Network.values)}, received {name[:40]!r}.")
    return name


def published_version(version: ModelVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "preprocessing_version": version.preprocessing_version,
        "tflite": network_file(version.tflite_path, version.tflite_sha256),
    }


def etag_of(*versions: ModelVersion) -> str:
    """Return the quoted ETag of an answer about these versions."""
    names = "".join(f"{version.pk}:{version.tflite_sha256}" for version in versions)
    return f'"{hashlib.sha256(names.encode()).hexdigest()[:32]}"'
