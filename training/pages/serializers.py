"""Versions as the API shows them, and what their figures mean, for its documentation.

Figures are kept as they go out: worked out once, as JSON. The schemas describe them; nothing is checked again.
"""

from typing import Any

from django.core.files.storage import storages
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from training.models import ModelVersion, PublishEvent, VersionState

DETAILS = {"worst", "layers", "robustness", "reliability", "history", "gate"}  # only with a version alone


def _share(help_text: str = "") -> serializers.FloatField:
    return serializers.FloatField(min_value=0, max_value=1, help_text=help_text)


class NetworkFile(serializers.Serializer[Any]):
    """Where to get a file of a version, and what it must be."""

    url = serializers.CharField(help_text="Relative to this site, or absolute. Its content never changes.")
    sha256 = serializers.CharField()


class TrunkSchema(serializers.Serializer[Any]):
    """A version of this network or of the other."""

    network = serializers.CharField()
    number = serializers.IntegerField()


class ParametersSchema(serializers.Serializer[Any]):
    trainable = serializers.IntegerField()
    non_trainable = serializers.IntegerField()


class MetricsSchema(serializers.Serializer[Any]):
    """The figures on one set of test drawings."""

    n = serializers.IntegerField(help_text="test drawings")
    accuracy = _share()
    accuracy_interval = serializers.ListField(child=serializers.FloatField(), help_text="95%, Wilson")
    loss = serializers.FloatField(help_text="mean log loss")
    loss_interval = serializers.ListField(child=serializers.FloatField(), help_text="95%")
    top2 = _share("share with the truth among the two likeliest classes")
    recall = serializers.ListField(child=serializers.FloatField(allow_null=True), help_text="accuracy of each class")
    confusion = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()), help_text="[truth][answer]"
    )
    calibration_error = _share("expected calibration error, 15 bins")
    detection = serializers.DictField(
        child=serializers.FloatField(allow_null=True), allow_null=True, help_text="digit-or-not: kept, refused, ROC AUC"
    )


class FiguresSchema(MetricsSchema):
    """What was measured of a version, through the file that ships. Old versions lack some of it."""

    classes = serializers.ListField(child=serializers.CharField(), help_text="in the order of the outputs")
    by_source = serializers.DictField(child=MetricsSchema())
    milliseconds = serializers.FloatField(help_text="for one drawing, LiteRT, one thread")
    parameters = ParametersSchema()
    export = serializers.DictField(help_text="file sizes, and what the conversion changed")
    data = serializers.DictField(  # type: ignore[assignment] # a figure's name, not the serializer's property
        help_text="the dataset version: number, sources, counts, SHA-256 of its manifest"
    )
    training_images = serializers.IntegerField(help_text="augmented copies included")


class PointSchema(serializers.Serializer[Any]):
    amount = serializers.FloatField()
    n = serializers.IntegerField()
    accuracy = _share()
    interval = serializers.ListField(child=serializers.FloatField())


class RobustnessSchema(serializers.Serializer[Any]):
    """Accuracy on a sample of the test drawings after each change."""

    rotation = PointSchema(many=True, help_text="degrees, clockwise")
    shift = PointSchema(many=True, help_text="pixels of 28")
    zoom = PointSchema(many=True, help_text="times as large")
    pen = PointSchema(many=True, help_text="times as wide; empty where no drawing has strokes")


class DetailedFiguresSchema(FiguresSchema):
    layers = serializers.ListField(child=serializers.DictField(), help_text="kind, settings, output, parameters")
    robustness = RobustnessSchema()
    reliability = serializers.ListField(child=serializers.DictField(), help_text="count, certainty, accuracy of a bin")
    worst = serializers.ListField(child=serializers.DictField(), help_text="the surest mistakes, by content SHA-256")
    history = serializers.ListField(child=serializers.DictField(), help_text="figures of each epoch")
    gate = serializers.DictField(help_text="what the comparison with the live version said")


class PublishEventSchema(serializers.ModelSerializer[PublishEvent]):
    """One publication: when, instead of what, why."""

    previous = serializers.IntegerField(source="previous.number", default=None)

    class Meta:
        model = PublishEvent
        fields = ["action", "previous", "reason", "created_at"]


class VersionSerializer(serializers.ModelSerializer[ModelVersion]):
    """One version of a network, read `with_state`."""

    state = serializers.ChoiceField(VersionState.choices)
    is_live = serializers.SerializerMethodField()
    dataset_version = serializers.IntegerField(source="dataset_version.number", default=None)
    trunk = TrunkSchema(allow_null=True, help_text="the version that it went on from, or whose trunk it took")
    page = serializers.SerializerMethodField(help_text="relative to this site")
    tflite = serializers.SerializerMethodField()
    keras = serializers.SerializerMethodField()
    metrics = serializers.SerializerMethodField()

    class Meta:
        model = ModelVersion
        fields = [
            "network", "number", "state", "is_live", "architecture", "preprocessing_version", "dataset_version",
            "trunk", "created_at", "page", "tflite", "keras", "config", "metrics",
        ]  # fmt: skip

    def get_is_live(self, version: ModelVersion) -> bool:
        return _state(version) == VersionState.LIVE

    def get_page(self, version: ModelVersion) -> str:
        return version.get_absolute_url()

    @extend_schema_field(NetworkFile(allow_null=True))
    def get_tflite(self, version: ModelVersion) -> dict[str, str] | None:
        """Return the file that serves, which only those versions show that are or were live."""
        return network_file(version.tflite_path, version.tflite_sha256) if _was_live(version) else None

    @extend_schema_field(NetworkFile(allow_null=True))
    def get_keras(self, version: ModelVersion) -> dict[str, str] | None:
        """Return the file to train on, of the same versions."""
        return network_file(version.keras_path, version.keras_sha256) if _was_live(version) else None

    @extend_schema_field(FiguresSchema)
    def get_metrics(self, version: ModelVersion) -> dict[str, Any]:
        return {name: value for name, value in version.metrics.items() if name not in DETAILS}


class VersionDetailSerializer(VersionSerializer):
    """One version with all its figures, its card and its publications."""

    events = PublishEventSchema(many=True, source="publish_events")

    class Meta(VersionSerializer.Meta):
        fields = [*VersionSerializer.Meta.fields, "card", "events"]

    @extend_schema_field(DetailedFiguresSchema)
    def get_metrics(self, version: ModelVersion) -> dict[str, Any]:
        return version.metrics


def network_file(path: str, sha256: str) -> dict[str, str]:
    """Return what `NetworkFile` describes."""
    return {"url": storages["artifacts"].url(path), "sha256": sha256}


def _state(version: ModelVersion) -> str:
    state: str = version.state  # type: ignore[attr-defined]
    return state


def _was_live(version: ModelVersion) -> bool:
    return _state(version) in {VersionState.LIVE, VersionState.ONCE_LIVE}
