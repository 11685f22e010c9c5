"""Forget what is not needed any more, and what its contributor wants to be forgotten."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from datasets.locks import lose_patience
from datasets.models import Contributor, Drawing, Vote
from datasets.services.deletion import delete_drawings

# Hashes of addresses are kept for at most 48 hours, to recognize one vandal behind many cookies. This runs every hour,
# and may be missed once: a worker is busy, or the database away.
ERASE_AFTER = timedelta(hours=46)
AT_ONCE = 5000  # rows


def erase_address_hashes() -> int:
    """Erase the hashes of addresses that are old enough; return on how many drawings and votes."""
    before = timezone.now() - ERASE_AFTER
    return sum(_erase(sent.filter(created_at__lt=before)) for sent in (Drawing.objects.all(), Vote.objects.all()))


def _erase(old: QuerySet[Drawing] | QuerySet[Vote]) -> int:
    """Erase the hashes of some after some; those that somebody is changing at this moment stay until the next time."""
    erased = 0
    while True:
        with transaction.atomic():
            free = old.exclude(address_hash="").order_by("pk").select_for_update(skip_locked=True)
            ids = list(free.values_list("pk", flat=True)[:AT_ONCE])
            erased += old.filter(pk__in=ids).update(address_hash="")
        if len(ids) < AT_ONCE:
            return erased


@transaction.atomic
def delete_all_drawings(contributor: Contributor) -> int:
    """Delete all that somebody has given, in public and in rooms; returns how many drawings that were.

    The manifests of the versions that hold them keep their hashes. He himself stays known, with no drawing to his name:
    his votes count for others' drawings, and if he is blocked he stays blocked.
    """
    lose_patience()
    return delete_drawings(Drawing.objects.given_by(contributor))
