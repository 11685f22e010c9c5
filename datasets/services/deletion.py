"""What a moderator deletes for good: what should never have been given, or what somebody wants to be gone."""

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
    lock(FREEZING, shared=True)  # a version that is being made may hold them
    _, deleted = drawings.order_by().delete()
    count = deleted.get("datasets.Drawing", 0)
    if not count:
        raise Conflict("nothing_to_change", "Nothing to delete: expected drawings, received none.")
    return Decision.objects.create(action=Decision.Action.DELETE, actor=actor, reason=why, drawings_count=count)
