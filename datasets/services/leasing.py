"""Hand drawings out to moderators so that no two have the same before them."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from datasets.models import Drawing, Lease

# Two who ask at the same moment may choose the same drawing, where the first has let go of its row before the second
# comes to it. Only one of them gets it here.
TAKE = """
    INSERT INTO datasets_lease (drawing_id, moderator_id, expires_at)
    SELECT drawing_id, %(moderator)s, %(until)s FROM unnest(%(drawings)s::bigint[]) AS chosen (drawing_id)
    ORDER BY drawing_id
    ON CONFLICT (drawing_id) DO UPDATE
        SET moderator_id = excluded.moderator_id, expires_at = excluded.expires_at
        WHERE datasets_lease.expires_at <= %(now)s OR datasets_lease.moderator_id = %(moderator)s
    RETURNING drawing_id
"""


def free_for(moderator: User, drawings: QuerySet[Drawing]) -> QuerySet[Drawing]:
    """Leave out the drawings that other moderators have before them."""
    return drawings.filter(~Exists(_others(moderator)))


def held_by_others(moderator: User, drawings: QuerySet[Drawing]) -> QuerySet[Drawing]:
    """Return the drawings that other moderators have before them."""
    return drawings.filter(Exists(_others(moderator)))


@transaction.atomic
def take(drawings: QuerySet[Drawing], *, moderator: User, at_most: int, more: bool = False) -> list[int]:
    """Lease the first drawings to a moderator for a while; return their ids in the order of the query.

    Those that others hold are left out, and those whose rows somebody is changing at this moment; with `more` also
    those that he holds himself. What he held before and does not get again is given back, unless he wants `more`.
    """
    free = free_for(moderator, drawings)
    if more:
        free = free.filter(~Exists(Lease.objects.held().filter(drawing=OuterRef("pk"))))
    chosen = free.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:at_most]
    ids = list(chosen)
    if not more:
        give_back(moderator, besides=ids)
    now = timezone.now()
    until = now + timedelta(seconds=settings.MODERATION_LEASE_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"drawings": ids, "moderator": moderator.pk, "now": now, "until": until})
        ours = {drawing_id for (drawing_id,) in cursor.fetchall()}
    return [drawing_id for drawing_id in ids if drawing_id in ours]


def give_back(moderator: User, *, besides: list[int] | None = None) -> None:
    """Let others have what a moderator holds, but for the ids in `besides`.

    Leases of others that have expired are left to whoever takes these drawings: two who forget them at the same moment
    could wait for one another.
    """
    leases = Lease.objects.filter(moderator=moderator).exclude(drawing__in=besides or [])
    # Nobody waits for a lease that somebody else is renewing or forgetting at this moment.
    Lease.objects.filter(pk__in=leases.select_for_update(skip_locked=True).values("pk")).delete()


def _others(moderator: User) -> QuerySet[Lease]:
    return Lease.objects.held().exclude(moderator=moderator).filter(drawing=OuterRef("pk"))
