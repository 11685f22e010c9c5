"""What is true of a dataset version when it is frozen, and cannot be told any more when drawings have been deleted.

The dataset card is written from it. Read from the temporary table `selection` of `datasets.services.versions`.
"""

from typing import Any

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from datasets.models import DatasetVersion
from datasets.models.decisions import BY_VOTES

SAMPLES = 24  # drawings of each label that stand for it; some may be deleted or hidden later

SOURCES = """
    SELECT source, count(*) AS drawings, count(DISTINCT contributor_id) AS hands,
        count(*) FILTER (WHERE kind = 'strokes') AS strokes,
        count(*) FILTER (WHERE kind = 'image') AS images,
        count(*) FILTER (WHERE contributor_kind = 'program') AS by_programs,
        count(*) FILTER (WHERE same_hand) AS same_hand,
        count(*) FILTER (WHERE ambiguous) AS ambiguous,
        count(*) FILTER (WHERE relabelled) AS relabelled,
        to_char(min(created_at), 'YYYY-MM') AS first_month, to_char(max(created_at), 'YYYY-MM') AS last_month
    FROM selection WHERE dropped IS NULL GROUP BY 1 ORDER BY 1
"""
MOST_BY_ONE = """
    SELECT coalesce(max(drawings), 0) FROM (
        SELECT count(*) AS drawings FROM selection WHERE dropped IS NULL AND source = 'site' GROUP BY contributor_id
    ) AS hand
"""
# As far as no moderator has decided on them since.
BY_VOTES_ALONE = """
    SELECT count(DISTINCT selection.id) FROM selection
    JOIN datasets_decisionitem AS item ON item.drawing_id = selection.id
    JOIN datasets_decision AS decision ON decision.id = item.decision_id
    WHERE dropped IS NULL AND decision.action = 'approve' AND decision.reason LIKE %s
        AND NOT EXISTS (
            SELECT FROM datasets_decisionitem AS later WHERE later.drawing_id = item.drawing_id AND later.id > item.id
        )
"""
# By their hashes: a choice that looks random and is the same each time.
CHOOSE = """
    SELECT label, ARRAY (
        SELECT id FROM selection WHERE selection.label = found.label AND dropped IS NULL
        ORDER BY content_hash LIMIT %s
    ) FROM (SELECT DISTINCT label FROM selection WHERE dropped IS NULL) AS found ORDER BY 1
"""
CHANGES = """
    SELECT count(*) FILTER (WHERE old.content_hash IS NULL), count(*) FILTER (WHERE new.content_hash IS NULL),
        count(*) FILTER (WHERE old.label <> new.label), count(*) FILTER (WHERE old.split <> new.split)
    FROM (SELECT content_hash, label, split FROM selection WHERE dropped IS NULL) AS new
    FULL JOIN (SELECT content_hash, label, split FROM datasets_datasetitem WHERE version_id = %s) AS old
        USING (content_hash)
"""


def facts_of(cursor: CursorWrapper, before: DatasetVersion | None) -> dict[str, Any]:
    """Return the facts in JSON: `sources`, `most_by_one_hand` and how many it could have been (`limit_for_one_hand`),
    those that were approved `by_votes` alone, `samples` and, after another version, `changes`.
    """
    facts: dict[str, Any] = {"sources": _by_source(cursor)}
    cursor.execute(MOST_BY_ONE)
    facts["most_by_one_hand"] = cursor.fetchone()[0]
    facts["limit_for_one_hand"] = settings.MAX_DRAWINGS_PER_CONTRIBUTOR
    cursor.execute(BY_VOTES_ALONE, [f"{BY_VOTES}%"])
    facts["by_votes"] = cursor.fetchone()[0]
    cursor.execute(CHOOSE, [SAMPLES])
    facts["samples"] = dict(cursor.fetchall())
    if before is not None:
        cursor.execute(CHANGES, [before.pk])
        names = ("added", "removed", "relabelled", "moved")
        facts["changes"] = {"since": before.number, **dict(zip(names, cursor.fetchone(), strict=True))}
    return facts


def _by_source(cursor: CursorWrapper) -> dict[str, dict[str, Any]]:
    cursor.execute(SOURCES)
    names = [column[0] for column in cursor.description or ()]
    return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in cursor.fetchall()}
