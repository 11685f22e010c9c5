"""The predict endpoints in the OpenAPI schema: they are plain views, so the REST framework does not know of them.

Strokes and errors are described by `datasets.schemas`, for the endpoint that takes drawings.
"""

from typing import Any

from recognizer.inputs import MOST_IN_BATCH, PIXELS
from recognizer.views.trying import MOST, NAME

Schema = dict[str, Any]


def add_predict(result: Schema, **_: object) -> Schema:
    """Add the endpoints; drf-spectacular calls this with the schema that it has made."""
    result["paths"]["/api/v1/predict"] = {"post": PREDICT}
    result["paths"]["/api/v1/models/predict"] = {"post": PREDICT_WITH}
    result["components"]["schemas"].update(COMPONENTS)
    return result


def _object(properties: dict[str, Schema], required: list[str] | None = None) -> Schema:
    names = list(properties) if required is None else required
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


def _list(items: Schema, fewest: int = 0, most: int | None = None) -> Schema:
    return {"type": "array", "items": items, "minItems": fewest} | ({"maxItems": most} if most else {})


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(description: str, schema: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": _ref(schema)}}}


INTEGER, TEXT = {"type": "integer"}, {"type": "string"}
PROBABILITY = {"type": "number", "minimum": 0, "maximum": 1}
PIXEL = {"type": "integer", "minimum": 0, "maximum": 255}
DIGIT = {"type": "integer", "minimum": 0, "maximum": 9}
NETWORKS = _object({"digits": INTEGER, "digit-or-not": INTEGER})

VERSIONS = _list(TEXT | {"pattern": NAME.pattern, "example": "digits/3"}, 1, MOST)

COMPONENTS: dict[str, Schema] = {
    "PredictItem": {
        "oneOf": [
            _object({"pixels": _list(PIXEL, PIXELS, PIXELS)}),
            _object({"image": TEXT | {"description": "PNG, JPEG or WebP in base64, or as a data URL"}}),
            _object({"strokes": _ref("StrokesSchema")}),
        ]
    },
    "PredictRequest": {
        "oneOf": [_ref("PredictItem"), _object({"batch": _list(_ref("PredictItem"), 0, MOST_IN_BATCH)})]
    },
    "Reading": _object({"digit": DIGIT, "probability": PROBABILITY, "box": _list(INTEGER, 4, 4)}),
    "Prediction": _object(
        {
            "digit": DIGIT,
            "probabilities": _list(PROBABILITY, 10, 10),
            "is_digit": _object({"accepted": {"type": "boolean"}, "probability": PROBABILITY}),
            "symbols": INTEGER,
            "readings": _list(_ref("Reading"), 1),
            "normalized": TEXT | {"format": "byte", "description": "a PNG of 28x28, ink high"},
            "models": NETWORKS | {"description": "the versions that answered"},
        }
    ),
    "TrialItem": {
        "oneOf": [
            _object({"versions": VERSIONS, name: schema})
            for name, schema in (
                ("pixels", _list(PIXEL, PIXELS, PIXELS)),
                ("image", TEXT | {"description": "PNG, JPEG or WebP in base64, or as a data URL"}),
                ("strokes", _ref("StrokesSchema")),
            )
        ]
    },
    "TrialAnswer": _object(
        {
            "network": TEXT,
            "number": INTEGER,
            "architecture": TEXT,
            "classes": _list(TEXT),
            "answer": TEXT,
            "probabilities": _list(PROBABILITY),
            "milliseconds": {"type": "number", "minimum": 0, "description": "in the network alone"},
            "error": _ref("ErrorDetailSchema") | {"description": "instead of the answer, when the version is damaged"},
        },
        ["network", "number", "architecture"],
    ),
    "TrialResponse": _object(
        {"symbols": INTEGER, "normalized": TEXT | {"format": "byte"}, "answers": _list(_ref("TrialAnswer"))}
    ),
    "PredictResponse": {"oneOf": [_ref("Prediction"), _object({"batch": _list(_ref("Prediction"))})]},
}

PREDICT: Schema = {
    "operationId": "predict",
    "tags": ["v1"],
    "summary": "Read one drawing, or up to 256",
    "description": (
        "`pixels` are 784 integers, row by row, ink high, taken as normalized already; `image` and `strokes` are "
        "normalized here. All fields but `readings` are about the drawing as a whole; `readings` has each symbol for "
        "itself, from left to right, with its box [x, y, width, height] in canvas units (for an image: in pixels "
        "after its long side was reduced to at most 1,024). A batch is taken or refused as a whole, and its work is "
        "limited (`too_much_work`): 256 drawings or images of 280 x 280 are fine, of larger ones send fewer at once."
    ),
    "security": [{}],
    "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("PredictRequest")}}},
    "responses": {
        "200": _answer("What the live networks read.", "PredictResponse"),
        "400": _answer("The input is wrong; the message gives expected and received.", "ErrorSchema"),
        "413": _answer("More than is taken.", "ErrorSchema"),
        "415": _answer("Not JSON, or an image in another format.", "ErrorSchema"),
        "503": _answer("No version is published.", "ErrorSchema"),
    },
}

PREDICT_WITH: Schema = {
    "operationId": "predict_with",
    "tags": ["v1"],
    "summary": f"Read one drawing with up to {MOST} versions",
    "description": (
        "Any public versions, whether they are live or not, answer beside each other about the drawing as a whole. A "
        "version whose file is damaged gives an `error` in the place of its answer."
    ),
    "security": [{}],
    "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("TrialItem")}}},
    "responses": {
        "200": _answer("What each version reads, in the order of the request.", "TrialResponse"),
        "400": _answer("The input is wrong, or there is no such version.", "ErrorSchema"),
        "413": _answer("More than is taken.", "ErrorSchema"),
        "415": _answer("Not JSON, or an image in another format.", "ErrorSchema"),
    },
}
