"""Pages of a million rows: beyond ten thousand nobody counts."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

MOST = 10_000


class AtLeast(int):
    """A count that was not finished, and says so."""

    def __str__(self) -> str:
        return _("more than %(count)s") % {"count": f"{int(self):,}"}


class BoundedPaginator(Paginator):
    """Counts to MOST and shows no pages after that; filters lead to what lies beyond."""

    @cached_property
    def count(self) -> int:
        found = self.object_list.order_by()[: MOST + 1].count()  # type: ignore[attr-defined]
        return found if found <= MOST else AtLeast(MOST)
