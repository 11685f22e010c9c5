"""Drawings go for good: what their givers take back, and what a moderator decides should never have been given."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from datasets.errors import Conflict
from datasets.locks import FREEZING, lock
from datasets.models import Decision, Drawing
from datasets.services.moderation import given


@transaction.atomic
def delete_for_good(drawings: QuerySet[Drawing], *, actor: User | None, reason: str) -> Decision:
    """Delete drawings with their content; what stays is the decision, and their rows in manifests, without pixels.

    Nothing brings them back. Raises InvalidInput `reason_missing` and Conflict `nothing_to_change`.
    """
    why = given(reason)
    count = delete_drawings(drawings)
    if not count:
        raise Conflict("nothing_to_change", "Nothing to delete: expected drawings, received none.")
    return Decision.objects.create(action=Decision.Action.DELETE, actor=actor, reason=why, drawings_count=count)


def delete_drawings(drawings: QuerySet[Drawing]) -> int:
    """Delete drawings with all that hangs on them, in the caller's transaction; return how many they were.

    They are locked first: a vote or a lease that came between what hangs on them and themselves would fail the COMMIT.
    So whoever votes on one at that moment finds it gone, and nobody is lent it. The manifests of the versions that hold
    them keep their hashes.
    """
    lock(FREEZING, shared=True)  # a version that is being made may hold them
    locked = drawings.order_by("pk").select_for_update(of=("self",))
    _, deleted = Drawing.objects.filter(pk__in=list(locked.values_list("pk", flat=True))).delete()
    return deleted.get("datasets.Drawing", 0)
