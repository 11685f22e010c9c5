"""Which drawing a visitor has before him: he gets a random name for it, good for one vote within the hour.

A drawing's own id would let him choose what he votes on, and look up in the gallery whether it is approved already.
"""

import secrets

from django.core.cache import cache

from datasets.errors import Conflict

SECONDS = 3600
KEY = "datasets.offer."
LONGEST = 100  # of a name


def make(drawing: int, contributor_key: str) -> str:
    """Offer a drawing (id) to the holder of a key, or to somebody who has none yet (""); return the name."""
    name = secrets.token_urlsafe(16)
    cache.set(KEY + name, (drawing, contributor_key), SECONDS)
    return name


def look_up(name: str, contributor_key: str) -> int:
    """Return the drawing (id) of an offer to this person.

    Raises Conflict `offer_gone` when it was taken, is too old, or was made to the holder of another key.
    """
    found = cache.get(KEY + name) if name.isascii() and len(name) < LONGEST else None
    drawing, key = found or (0, "")
    if not found or (key and key != contributor_key):
        raise Conflict("offer_gone", "Expected a drawing that was offered within the hour; take the next one.")
    return int(drawing)


def take_back(name: str) -> None:
    """An offer is good for one vote."""
    cache.delete(KEY + name)
