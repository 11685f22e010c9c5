"""Forget what is not needed any more."""

from datetime import timedelta

from django.utils import timezone

from datasets.models import Drawing

# Hashes of addresses are kept for 48 hours, to recognize one vandal behind many cookies. This runs every hour.
ERASE_AFTER = timedelta(hours=47)


def erase_address_hashes() -> int:
    """Erase the hashes of addresses that are old enough; return of how many drawings."""
    old = Drawing.objects.filter(created_at__lt=timezone.now() - ERASE_AFTER).exclude(address_hash="")
    return old.update(address_hash="")
