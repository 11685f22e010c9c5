"""The API's inputs and outputs, for its documentation; `datasets.api` and the services do the checking."""

from django.conf import settings
from rest_framework import serializers

from datasets.labels import Label
from datasets.models import Drawing
from datasets.models.drawings import MOST_COUNTED


class StrokeSchema(serializers.Serializer):
    """One movement of the pen."""

    points = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=3),
        help_text="[x, y] or [x, y, t]: canvas units to a tenth, y down; milliseconds since the first point",
    )
    pen = serializers.FloatField(help_text="diameter in canvas units")
    erase = serializers.BooleanField(default=False)


class StrokesSchema(serializers.Serializer):
    """A drawing as its strokes: at most 10,000 points and 128 kB."""

    width = serializers.IntegerField(min_value=16, max_value=2048, help_text="of the canvas")
    height = serializers.IntegerField(min_value=16, max_value=2048)
    strokes = StrokeSchema(many=True)


class SubmissionSchema(serializers.Serializer):
    """A drawing with the label that its contributor claims. Exactly one of strokes and image."""

    strokes = StrokesSchema(required=False)
    image = serializers.CharField(required=False, help_text="PNG, JPEG or WebP in base64 (or a data URL), at most 8 MB")
    label = serializers.ChoiceField(Label.choices)  # type: ignore[assignment]
    consent = serializers.BooleanField(
        help_text="true: the drawing, with the timing of its strokes, may be published under CC0; minors ask a guardian"
    )
    consent_version = serializers.ChoiceField(
        settings.CONSENT_VERSIONS,
        required=False,
        help_text="the text that was agreed to; without it, the one that the pages show now",
    )
    client_id = serializers.UUIDField(required=False, help_text="random; makes it safe to send the same again")
    prompt = serializers.CharField(
        required=False, help_text="what the contributor was asked for: the digit, or the name of a shape such as star"
    )
    device = serializers.ChoiceField(Drawing.Device.choices, required=False, help_text="what it was drawn with")


class SubmittedSchema(serializers.Serializer):
    """What became of a drawing."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(Drawing.Status.choices)
    deletion_token = serializers.CharField(help_text="keep it: whoever has it may delete the drawing")
    given = serializers.IntegerField(
        help_text=f"how many drawings its contributor has given so far, with this one; counted to {MOST_COUNTED:,}"
    )


class ErrorDetailSchema(serializers.Serializer):
    code = serializers.CharField(help_text="stable, for programs")
    message = serializers.CharField(help_text="what was expected and what was received, for people")


class ErrorSchema(serializers.Serializer):
    """Every error."""

    error = ErrorDetailSchema()
