"""Whether a contributor may give and vote. Nobody is blocked between the question and the end of the transaction."""

from datasets.errors import NotAllowed
from datasets.models import Contributor


def locked(contributor: Contributor) -> Contributor:
    """Return the contributor as the database has him, made if need be: until the transaction ends nobody blocks him."""
    rows = Contributor.objects.select_for_update(no_key=True)
    return rows.get_or_create(source=contributor.source, key=contributor.key, defaults={"kind": contributor.kind})[0]


def refuse_blocked(contributor: Contributor | None) -> None:
    """Raise NotAllowed `contributor_blocked` for one who is."""
    if contributor is not None and contributor.is_blocked:
        raise NotAllowed("contributor_blocked", "Expected a contributor in good standing; this one is blocked.")
