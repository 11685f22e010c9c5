"""Keep what the live networks make of drawings, for the order and the filters of the queue."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

# Rows that a moderator is deciding on at this moment are left out: no deadlock, and the next round takes them.
UPDATE = """
    UPDATE datasets_drawing AS drawing
    SET opinion_digit = opinion.digit,
        opinion_confidence = opinion.confidence,
        opinion_is_digit = opinion.is_digit,
        opinion_digits_version = opinion.digits_version,
        opinion_digit_or_not_version = opinion.digit_or_not_version
    FROM unnest(%s::bigint[], %s::smallint[], %s::float8[], %s::float8[], %s::int[], %s::int[])
        AS opinion (drawing_id, digit, confidence, is_digit, digits_version, digit_or_not_version)
    WHERE drawing.id = opinion.drawing_id
        AND drawing.id IN (SELECT id FROM datasets_drawing WHERE id = ANY (%s) ORDER BY id FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True)
class Opinion:
    """What a pair of live versions makes of one drawing."""

    drawing_id: int
    digit: int  # 0 to 9
    confidence: float  # 0 to 1, of that digit
    is_digit: float  # 0 to 1: the probability of a digit
    digits_version: int
    digit_or_not_version: int


def record_opinions(opinions: Iterable[Opinion]) -> int:
    """Write the opinions in one statement; return on how many drawings they are recorded."""
    given = list(opinions)
    if not given:
        return 0
    columns: list[list[Any]] = [
        [opinion.drawing_id for opinion in given],
        [opinion.digit for opinion in given],
        [float(opinion.confidence) for opinion in given],
        [float(opinion.is_digit) for opinion in given],
        [opinion.digits_version for opinion in given],
        [opinion.digit_or_not_version for opinion in given],
    ]
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [*columns, columns[0]])
        return cursor.rowcount
