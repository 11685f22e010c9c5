"""A crowd that never was: contributors and drawings by set-based SQL, as many as are wanted.

Most are approved, one in eight waits for a moderator; half are strokes with times. Their pictures repeat, because no
figure depends on what they show; contents, labels, sources, days and opinions differ.
"""

import json
from typing import Any

import numpy as np
from django.db import connection, models
from django.utils import timezone

from benchmarks import site
from datasets.models import Contributor, Drawing, DrawingContent
from datasets.preprocessing.normalization import PREPROCESSING_VERSION

PICTURES = 300
DRAWINGS_EACH = 60  # of a contributor
LABELS = [*"0123456789", "not-a-digit"]

# By the number of the drawing, n, from 1. What is not named here has its default.
CONTRIBUTORS = {
    "kind": "CASE WHEN n % 5 = 0 THEN 'writer' ELSE 'visitor' END",
    "source": "CASE WHEN n % 5 = 0 THEN 'unipen' ELSE 'site' END",
    "key": "md5('hand' || n)",
    "split": "CASE n % 10 WHEN 0 THEN 'test' WHEN 1 THEN 'validation' ELSE 'train' END",
    "created_at": "now() - (n % 300) * interval '1 day'",
}
DRAWINGS = {
    "public_id": "gen_random_uuid()",
    "contributor_id": "hand.id",
    "kind": "CASE WHEN n % 2 = 0 THEN 'strokes' ELSE 'normalized' END",
    "source": "hand.source",
    "source_key": "CASE WHEN hand.source <> 'site' THEN 'k' || n END",
    "content_hash": "encode(sha256(n::text::bytea), 'hex')",
    "claimed_label": "label",
    "final_label": "CASE WHEN n % 8 = 0 THEN '' ELSE label END",
    "status": "CASE WHEN n % 8 = 0 THEN 'pending' WHEN n % 100 = 1 THEN 'rejected' ELSE 'approved' END",
    "device": "(ARRAY['mouse', 'touch', 'pen', ''])[1 + n % 4]",
    "split": "hand.split",
    "opinion_digit": "n % 10",
    "opinion_confidence": "0.5 + (n * 7919 % 1000) / 2000.0",
    "opinion_is_digit": "(n * 104729 % 1000) / 1000.0",
    "opinion_digits_version": "1",
    "opinion_digit_or_not_version": "1",
    "created_at": "now() - (n % 300) * interval '1 day'",
    "decided_at": "CASE WHEN n % 8 <> 0 THEN now() - (n % 300) * interval '1 day' END",
}
CONTENTS = {
    "drawing_id": "drawing.id",
    "strokes": "CASE WHEN drawing.kind = 'strokes' THEN example.strokes END",
    "normalized": "example.pixels",
    "preprocessing_version": str(PREPROCESSING_VERSION),
}
HANDS = """
    CREATE TEMPORARY TABLE hands AS
    SELECT id, source, split, row_number() OVER () - 1 AS place FROM datasets_contributor
    WHERE key IN (SELECT md5('hand' || n) FROM generate_series(1, %s) AS n)
"""


def build(drawings: int) -> None:
    """Add so many drawings, and the people who drew them."""
    hands = max(1, drawings // DRAWINGS_EACH)
    with connection.cursor() as cursor:
        _make_examples(cursor)
        cursor.execute(_insert(Contributor, CONTRIBUTORS, f"generate_series(1, {hands}) AS n"))
        cursor.execute(HANDS, [hands])
        label = f"(ARRAY{LABELS})[1 + n * 31 % {len(LABELS)}] AS label"
        numbers = f"(SELECT n, {label} FROM generate_series(1::bigint, {drawings}) AS n) AS number"
        drawn_by = f"{numbers} JOIN hands AS hand ON hand.place = n * 97 % {hands} ORDER BY n"
        cursor.execute(_insert(Drawing, DRAWINGS, drawn_by))
        examples = f"datasets_drawing AS drawing JOIN examples AS example ON example.place = drawing.id % {PICTURES}"
        cursor.execute(_insert(DrawingContent, CONTENTS, examples))
        cursor.execute("DROP TABLE hands, examples")
        for model in (Contributor, Drawing, DrawingContent):
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")


def _make_examples(cursor: Any) -> None:
    cursor.execute("CREATE TEMPORARY TABLE examples (place int PRIMARY KEY, strokes jsonb, pixels bytea)")
    random = np.random.default_rng(1)
    rows = [
        (place, json.dumps(_strokes(random)), picture.tobytes())
        for place, picture in enumerate(site.pictures(PICTURES))
    ]
    cursor.executemany("INSERT INTO examples VALUES (%s, %s, %s)", rows)


def _strokes(random: np.random.Generator) -> dict[str, Any]:
    """Return two strokes of 40 points with times: a usual drawing."""
    strokes = []
    for start in (0, 500):
        places = np.round(np.cumsum(random.normal(0, 4, (40, 2)), axis=0) + 140, 1).clip(0, 280).tolist()
        strokes.append(
            {"points": [[x, y, start + 12 * t] for t, (x, y) in enumerate(places)], "pen": 18, "erase": False}
        )
    return {"width": 280, "height": 280, "strokes": strokes}


def _insert(model: type[models.Model], given: dict[str, str], rows: str) -> str:
    """Return an INSERT of all columns of a model: the given expressions, and else the defaults of its fields."""
    columns = {}
    for field in model._meta.concrete_fields:
        name = str(field.column)
        if name in given:
            columns[name] = given[name]
        elif not field.primary_key and not isinstance(field, models.GeneratedField) and not field.null:
            columns[name] = _literal(field.get_default())
    return f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {rows}"


def _literal(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return str(value)
    return f"'{value.isoformat() if isinstance(value, timezone.datetime) else value}'"
