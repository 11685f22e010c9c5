"""Forget what is not needed any more, and what its contributor wants to be forgotten."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from datasets.models import Contributor, Drawing, Vote
from datasets.services.deletion import delete_drawings

# Hashes of addresses are kept for at most 48 hours, to recognize one vandal behind many cookies. This runs every hour,
# and may be missed once: a worker is busy, or the database away.
ERASE_AFTER = timedelta(hours=46)


def erase_address_hashes() -> int:
    """Erase the hashes of addresses that are old enough; return on how many drawings and votes."""
    erased = 0
    for sent in (Drawing.objects.all(), Vote.objects.all()):
        old = sent.filter(created_at__lt=timezone.now() - ERASE_AFTER).exclude(address_hash="")
        erased += old.update(address_hash="")
    return erased


@transaction.atomic
def delete_all_drawings(contributor: Contributor) -> int:
    """Delete all that somebody has given, in public and in rooms; returns how many drawings that were.

    The manifests of the versions that hold them keep their hashes. He himself stays known, with no drawing to his name:
    his votes count for others' drawings, and if he is blocked he stays blocked.
    """
    return delete_drawings(Drawing.objects.given_by(contributor))
