"""Keep on each drawing what most of its voters say, so that the queue need not count."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from datasets.models import Contributor, Vote
from datasets.services.locking import lock_drawings

RECOUNT = """
    WITH given AS (
        SELECT vote.drawing_id, vote.answer, count(*) AS votes
        FROM datasets_vote AS vote LEFT JOIN datasets_contributor AS voter ON voter.id = vote.contributor_id
        WHERE vote.drawing_id = ANY (%(drawings)s) AND vote.answer <> 'skipped' AND voter.blocked_at IS NULL
        GROUP BY 1, 2
    ), ranked AS (
        SELECT *, sum(votes) OVER of_drawing AS total, rank() OVER (of_drawing ORDER BY votes DESC) AS place
        FROM given WINDOW of_drawing AS (PARTITION BY drawing_id)
    ), summary AS (
        SELECT drawing_id, max(total) AS total, max(votes)::float8 / max(total) AS share,
            CASE count(*) WHEN 1 THEN min(answer) ELSE '' END AS most_say
        FROM ranked WHERE place = 1 GROUP BY 1
    ), chosen AS (
        SELECT id, total, most_say, share
        FROM datasets_drawing LEFT JOIN summary ON summary.drawing_id = id WHERE id = ANY (%(drawings)s)
    )
    UPDATE datasets_drawing AS drawing
    SET votes_count = COALESCE(total, 0), votes_label = COALESCE(most_say, ''), votes_share = chosen.share
    FROM chosen WHERE drawing.id = chosen.id
"""


def recount(drawings: Iterable[int]) -> None:
    """Bring the votes' summary on these drawings (ids) up to date; votes of the blocked count no more."""
    ids = lock_drawings(Q(pk__in=drawings))
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, {"drawings": ids})


def recount_votes_of(contributors: Iterable[Contributor]) -> None:
    """The same for what these contributors have voted on, when they are blocked or let in again."""
    votes = Vote.objects.filter(contributor__in=[contributor.pk for contributor in contributors])
    recount(votes.order_by().values_list("drawing", flat=True).distinct())
