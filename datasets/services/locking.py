"""In which order rows are locked, so that none who changes several waits for somebody who waits for him.

A decision first, then contributors, then drawings; those of a kind in the order of their ids, and all in one go.
"""

from django.db.models import Q, QuerySet

from datasets.models import Contributor, Drawing


def lock_contributors(contributors: QuerySet[Contributor]) -> list[Contributor]:
    """Lock contributors, and return them as they are then; rows that name them may still be added meanwhile."""
    return list(contributors.order_by("pk").select_for_update(no_key=True))


def lock_drawings(which: Q) -> list[int]:
    """Lock all drawings that a transaction will change; return their ids.

    A statement of its own: the next one sees what those have left who were waited for.
    """
    return list(Drawing.objects.filter(which).order_by("pk").select_for_update().values_list("pk", flat=True))
