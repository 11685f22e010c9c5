"""Freeze a dataset version: the approved drawings of this moment, under a number, for good.

The selection is made by the database, which takes seconds where reading a million rows would take minutes.
"""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max

from datasets.errors import InvalidInput
from datasets.locks import FREEZING, lock
from datasets.models import DatasetVersion, Room

# Of several drawings with the same content the one in the test split stays, so that no network is tested on what it was
# trained with; within a split the oldest. The limit for one contributor counts what is left then.
SELECT = """
    CREATE TEMPORARY TABLE selection ON COMMIT DROP AS
    WITH approved AS (
        SELECT id, contributor_id, source, final_label AS label, split, content_hash,
            row_number() OVER same_content AS copy,
            first_value(split) OVER same_content AS kept_split
        FROM datasets_drawing
        WHERE status = 'approved' AND room_id IS NOT DISTINCT FROM %(room)s
            AND (%(sources)s::text[] = '{}' OR source = ANY (%(sources)s))
        WINDOW same_content AS (
            PARTITION BY content_hash ORDER BY array_position(ARRAY['test', 'validation', 'train'], split::text), id
        )
    ), counted AS (
        SELECT *, count(*) FILTER (WHERE copy = 1) OVER (PARTITION BY contributor_id ORDER BY id) AS of_contributor
        FROM approved
    ), judged AS (
        SELECT *, CASE
            WHEN copy > 1 AND split = kept_split THEN 'duplicate'
            WHEN copy > 1 THEN 'duplicate_of_another_split'
            WHEN source = 'site' AND of_contributor > %(most)s THEN 'over_the_limit_for_one_contributor'
        END AS dropped
        FROM counted
    )
    SELECT id, label, split, content_hash, dropped,
        CASE WHEN dropped IS NULL THEN row_number() OVER (PARTITION BY dropped IS NULL ORDER BY id) END AS position
    FROM judged
"""
MANIFEST = "SELECT position, content_hash, label, split FROM selection WHERE dropped IS NULL ORDER BY position"
COUNTS = "SELECT split, label, count(*) FROM selection WHERE dropped IS NULL GROUP BY 1, 2 ORDER BY 1, 2"
DROPPED = "SELECT dropped, count(*) FROM selection WHERE dropped IS NOT NULL GROUP BY 1 ORDER BY 1"
INSERT = """
    INSERT INTO datasets_datasetitem (version_id, drawing_id, position, label, split, content_hash)
    SELECT %s, id, position, label, split, content_hash FROM selection WHERE dropped IS NULL ORDER BY position
"""


def freeze_version(
    *,
    sources: list[str] | None = None,
    room: Room | None = None,
    actor: User | None = None,
    note: str = "",
) -> DatasetVersion:
    """Return the version of the approved drawings of `room` (None: the public ones) from `sources` (none: all).

    Duplicates are dropped, within a split and across splits, and what one contributor has sent in beyond
    MAX_DRAWINGS_PER_CONTRIBUTOR. A selection that equals that of an earlier version is that version.
    Raises InvalidInput `nothing_to_freeze`.
    """
    chosen = sorted(set(sources or []))
    with transaction.atomic(), connection.cursor() as cursor:
        lock(FREEZING)
        most = settings.MAX_DRAWINGS_PER_CONTRIBUTOR
        cursor.execute(SELECT, {"room": room.pk if room else None, "sources": chosen, "most": most})
        counts = _counts(cursor)
        if not counts:
            of_sources = f" from {', '.join(chosen)}" if chosen else ""
            raise InvalidInput(
                "nothing_to_freeze", f"Nothing to freeze: expected approved drawings{of_sources}, received none."
            )
        manifest_sha256 = _manifest_sha256(cursor)
        versions = DatasetVersion.objects.of_room(room)
        same = versions.filter(manifest_sha256=manifest_sha256).first()
        cursor.execute(DROPPED)
        version = same or DatasetVersion.objects.create(
            room=room,
            number=(versions.aggregate(last=Max("number"))["last"] or 0) + 1,
            sources=chosen,
            counts=counts,
            dropped=dict(cursor.fetchall()),
            manifest_sha256=manifest_sha256,
            note=note,
            created_by=actor,
        )
        if same is None:
            cursor.execute(INSERT, [version.pk])
        cursor.execute("DROP TABLE selection")
    return version


def _counts(cursor: CursorWrapper) -> dict[str, dict[str, int]]:
    cursor.execute(COUNTS)
    counts: dict[str, dict[str, int]] = {}
    for split, label, count in cursor.fetchall():
        counts.setdefault(split, {})[label] = count
    return counts


def _manifest_sha256(cursor: Any) -> str:
    """Return the SHA-256 (hex) of the manifest: a line `position content_hash label split` a drawing, tabs between."""
    digest = hashlib.sha256()
    with cursor.copy(f"COPY ({MANIFEST}) TO STDOUT") as manifest:
        for piece in manifest:
            digest.update(piece)
    return digest.hexdigest()
