"""`/api/v1/datasets`: which versions of the dataset there are, and their files.

Read by everybody and with nobody's cookie, so that caches may keep the answers.
"""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import generics, pagination, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets import services
from datasets.errors import InvalidInput, Unavailable
from datasets.exporters.formats import FORMATS
from datasets.models import DatasetExport, DatasetVersion
from datasets.pages.downloads import download
from datasets.schemas import ErrorSchema

RETRY_AFTER = 5  # seconds


class ExportSchema(serializers.Serializer[Any]):
    """A version in one format."""

    format = serializers.ChoiceField(list(FORMATS))
    url = serializers.CharField(help_text="Where to get it; a file that is not there is built when it is asked for.")
    filename = serializers.CharField(allow_null=True)
    size = serializers.IntegerField(allow_null=True, help_text="bytes; null: not built yet")
    sha256 = serializers.CharField(allow_null=True)


class BuildingSchema(serializers.Serializer[Any]):
    """An export that is not there yet."""

    state = serializers.CharField(help_text="queued or building")
    progress = serializers.FloatField(allow_null=True, help_text="0 to 1; null: not known")


class DatasetSerializer(serializers.ModelSerializer[DatasetVersion]):
    """An immutable, numbered selection of approved drawings."""

    size = serializers.IntegerField(help_text="drawings")
    counts = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()), help_text="drawings by split and label"
    )
    sources = serializers.ListField(child=serializers.CharField(), help_text="empty: all")
    dropped = serializers.DictField(
        child=serializers.IntegerField(), help_text="left out, by the reason for which they were"
    )
    withdrawn = serializers.IntegerField(help_text="drawings that were deleted since; they keep their manifest row")
    revision = serializers.IntegerField(help_text="of the files; one more with each drawing that is deleted")
    card = serializers.SerializerMethodField(help_text="the dataset card, in Markdown")
    exports = serializers.SerializerMethodField()

    class Meta:
        model = DatasetVersion
        fields = [
            "number", "created_at", "size", "counts", "sources", "filters", "dropped", "manifest_sha256", "note",
            "revision", "withdrawn", "card", "exports",
        ]  # fmt: skip

    @extend_schema_field(OpenApiTypes.STR)
    def get_card(self, version: DatasetVersion) -> str:
        return reverse("datasets:card", args=[version.number])

    @extend_schema_field(ExportSchema(many=True))
    def get_exports(self, version: DatasetVersion) -> list[dict[str, Any]]:
        revision = version.revision()
        ready = {each.format: each for each in version.exports.all() if each.is_ready and each.revision == revision}
        return [_export(version, format, ready.get(format)) for format in FORMATS]


class Pages(pagination.PageNumberPagination):
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


@extend_schema_view(
    get=extend_schema(
        operation_id="list_datasets",
        summary="The versions of the dataset, the newest first",
        responses={200: DatasetSerializer(many=True), 404: ErrorSchema},
    )
)
class DatasetsView(generics.ListAPIView[DatasetVersion]):
    authentication_classes = []
    serializer_class = DatasetSerializer
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[DatasetVersion]:
        return DatasetVersion.objects.public().prefetch_related("exports").order_by("-number")


class DatasetView(APIView):
    authentication_classes = []

    @extend_schema(operation_id="dataset", summary="One version", responses={200: DatasetSerializer, 404: ErrorSchema})
    def get(self, request: Request, number: int) -> Response:
        return Response(DatasetSerializer(public_version(number)).data)


class ExportView(APIView):
    authentication_classes = []

    @extend_schema(
        operation_id="export_dataset",
        summary="A version as a file",
        parameters=[
            OpenApiParameter("format", str, required=True, enum=list(FORMATS)),
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="`bytes=0-999`, for a part"),
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="the ETag of what you have"),
        ],
        responses={
            (200, "*/*"): OpenApiResponse(OpenApiTypes.BINARY, description="The file; its SHA-256 is the ETag."),
            (206, "*/*"): OpenApiResponse(OpenApiTypes.BINARY, description="The part that `Range` asks for."),
            202: OpenApiResponse(BuildingSchema, description="It is being built; ask again after `Retry-After`."),
            304: OpenApiResponse(description="What you have is still what there is."),
            400: ErrorSchema,
            404: ErrorSchema,
            416: OpenApiResponse(description="The file has no such part."),
            503: ErrorSchema,
        },
    )
    def get(self, request: Request, number: int) -> HttpResponseBase:
        """Return the file, or 202 while it is built, which the first request starts. It is built once and kept."""
        version = public_version(number)
        export = services.request_export(version, asked_format(request))
        if export.is_ready:
            return download(request._request, export)
        if export.state == DatasetExport.State.FAILED:
            raise Unavailable(
                "export_failed", "The file could not be built. Ask again in ten minutes, or take another format."
            )
        content = {"state": export.state, "progress": services.progress_of(export)}
        return Response(content, status=202, headers={"Retry-After": str(RETRY_AFTER)})


def public_version(number: int) -> DatasetVersion:
    """Return a version by its number; raises Http404."""
    return get_object_or_404(DatasetVersion.objects.public(), number=number)


def asked_format(request: Request) -> str:
    """Return the wanted format, which the service checks; raises InvalidInput `format_missing`."""
    format = request.query_params.get("format")
    if not format:
        raise InvalidInput("format_missing", f"Expected a format out of {', '.join(FORMATS)}; received none.")
    return str(format)


def _export(version: DatasetVersion, format: str, export: DatasetExport | None) -> dict[str, Any]:
    return {
        "format": format,
        "url": f"{reverse('datasets:api-export', args=[version.number])}?format={format}",
        "filename": export.filename if export else None,
        "size": export.size if export else None,
        "sha256": export.sha256 if export else None,
    }
