"""Freeze a dataset version: the approved drawings of this moment, under a number, for good.

The selection is made by the database, which takes seconds where reading a million rows would take minutes.
"""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from datasets.days import end_of
from datasets.errors import InvalidInput
from datasets.locks import FREEZING, lock
from datasets.models import DatasetVersion, Drawing, Room
from datasets.selection import Selection
from datasets.services.facts import facts_of
from datasets.services.submission import SOURCE

# Of several drawings with the same content the one in the test split stays, so that no network is tested on what it was
# trained with; within a split the oldest. What somebody has reported stays out, as it does of the gallery, and is in no
# copy's way. The limit for one contributor counts what is left then.
SELECT = """
    CREATE TEMPORARY TABLE selection ON COMMIT DROP AS
    WITH approved AS (
        SELECT drawing.id, contributor_id, drawing.source, final_label AS label, drawing.split, content_hash,
            drawing.kind, contributor.kind AS contributor_kind, same_hand, ambiguous,
            final_label <> claimed_label AS relabelled, drawing.created_at, reported_at IS NOT NULL AS reported,
            row_number() OVER same_content AS copy,
            first_value(drawing.split) OVER same_content AS kept_split
        FROM datasets_drawing AS drawing JOIN datasets_contributor AS contributor ON contributor.id = contributor_id
        WHERE status = 'approved' AND room_id IS NOT DISTINCT FROM %(room)s
            AND (%(sources)s::text[] = '{}' OR drawing.source = ANY (%(sources)s))
            AND (%(labels)s::text[] = '{}' OR final_label = ANY (%(labels)s))
            AND (%(kinds)s::text[] = '{}' OR contributor.kind = ANY (%(kinds)s))
            AND (%(end)s::timestamptz IS NULL OR drawing.created_at < %(end)s)
            AND (drawing.source <> 'site' OR votes_count >= %(fewest_votes)s)
        WINDOW same_content AS (
            PARTITION BY content_hash, reported_at IS NULL
            ORDER BY array_position(ARRAY['test', 'validation', 'train'], drawing.split::text), drawing.id
        )
    ), counted AS (
        SELECT *, count(*) FILTER (WHERE copy = 1 AND NOT reported) OVER (PARTITION BY contributor_id ORDER BY id)
            AS of_contributor
        FROM approved
    ), judged AS (
        SELECT *, CASE
            WHEN reported THEN 'reported'
            WHEN copy > 1 AND split = kept_split THEN 'duplicate'
            WHEN copy > 1 THEN 'duplicate_of_another_split'
            WHEN source = 'site' AND of_contributor > %(most)s THEN 'over_the_limit_for_one_contributor'
        END AS dropped
        FROM counted
    )
    SELECT id, contributor_id, source, label, split, content_hash, kind, contributor_kind, same_hand, ambiguous,
        relabelled, created_at, dropped,
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


MANY = 10_000
# PostgreSQL gathers its statistics by itself, but later: the export of 70,000 drawings that had just been frozen was
# not done after four minutes without them, and takes half a minute with them.
ANALYZE = "ANALYZE datasets_drawing, datasets_drawingcontent, datasets_datasetitem"


def freeze_version(
    selection: Selection | None = None,
    *,
    sources: list[str] | None = None,
    room: Room | None = None,
    actor: User | None = None,
    note: str = "",
) -> DatasetVersion:
    """Return the version of the approved drawings of `room` (None: the public ones) that are selected.

    `sources` alone stands for a selection by nothing else. Duplicates are dropped, within a split and across splits,
    what is reported and not looked at yet, and what one contributor has sent in beyond MAX_DRAWINGS_PER_CONTRIBUTOR.
    A selection that comes to the same drawings, labels and splits as an earlier version is that version. Raises
    InvalidInput `unknown_source` and `nothing_to_freeze`.
    """
    chosen = (selection or Selection(tuple(sources or ()))).ordered()
    with transaction.atomic(), connection.cursor() as cursor:
        lock(FREEZING)
        _check_sources(chosen, room)
        _select(cursor, chosen, room)
        counts = _counts(cursor)
        if not counts:
            of_sources = f" from {', '.join(chosen.sources)}" if chosen.sources else ""
            raise InvalidInput(
                "nothing_to_freeze", f"Nothing to freeze: expected approved drawings{of_sources}, received none."
            )
        manifest_sha256 = _manifest_sha256(cursor)
        versions = DatasetVersion.objects.of_room(room)
        version = versions.filter(manifest_sha256=manifest_sha256).first()
        if version is None:
            latest = versions.first()
            version = DatasetVersion.objects.create(
                room=room,
                number=latest.number + 1 if latest else 1,
                sources=list(chosen.sources),
                filters=chosen.filters(),
                counts=counts,
                dropped=dict(_rows(cursor, DROPPED)),
                facts=facts_of(cursor, latest),
                manifest_sha256=manifest_sha256,
                note=note,
                created_by=actor,
            )
            cursor.execute(INSERT, [version.pk])
            if sum(version.count(split) for split in counts) >= MANY:
                cursor.execute(ANALYZE)
        cursor.execute("DROP TABLE selection")
    return version


def _check_sources(chosen: Selection, room: Room | None) -> None:
    """Raise InvalidInput where a source has nothing to choose from: it is misspelt, not imported, or not approved.

    The site itself is one, however empty: a schedule may name it before anybody has drawn.
    """
    approved = Drawing.objects.of_room(room).approved()
    unknown = [name for name in chosen.sources if name != SOURCE and not approved.filter(source=name).exists()]
    if unknown:
        raise InvalidInput(
            "unknown_source",
            f"Unknown source: expected sources with approved drawings, received {', '.join(unknown)}, without any.",
        )


def _select(cursor: CursorWrapper, chosen: Selection, room: Room | None) -> None:
    """Put what is selected, and what of it is left out, into the temporary table `selection`."""
    cursor.execute(
        SELECT,
        {
            "room": room.pk if room else None,
            "sources": list(chosen.sources),
            "labels": list(chosen.labels),
            "kinds": list(chosen.kinds),
            "end": end_of(chosen.until) if chosen.until else None,
            "fewest_votes": chosen.fewest_votes,
            "most": settings.MAX_DRAWINGS_PER_CONTRIBUTOR,
        },
    )
    cursor.execute("ANALYZE selection")


def _counts(cursor: CursorWrapper) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for split, label, count in _rows(cursor, COUNTS):
        counts.setdefault(split, {})[label] = count
    return counts


def _rows(cursor: CursorWrapper, query: str) -> list[tuple[Any, ...]]:
    cursor.execute(query)
    return cursor.fetchall()


def _manifest_sha256(cursor: Any) -> str:
    """Return the SHA-256 (hex) of the manifest: a line `position content_hash label split` a drawing, tabs between."""
    digest = hashlib.sha256()
    with cursor.copy(f"COPY ({MANIFEST}) TO STDOUT") as manifest:
        for piece in manifest:
            digest.update(piece)
    return digest.hexdigest()
