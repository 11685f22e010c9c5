"""Pages of a million rows: beyond ten thousand nobody counts, and a page begins after a row instead of at a number."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import BooleanField, F, Func, Model, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

MOST = 10_000


class AtLeast(int):
    """A count that was not finished, and says so."""

    def __str__(self) -> str:
        return _("more than %(count)s") % {"count": f"{int(self):,}"}


def bounded_count(rows: QuerySet[Any]) -> int:
    """Count the rows, to MOST."""
    found = rows.order_by()[: MOST + 1].count()
    return found if found <= MOST else AtLeast(MOST)


class BoundedPaginator(Paginator):
    """Counts to MOST and shows no pages after that; filters lead to what lies beyond."""

    @cached_property
    def count(self) -> int:
        return bounded_count(self.object_list)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Order:
    """An order by integers, all of them ascending or all descending, the last of them unique: an index has them so."""

    title: Any
    fields: tuple[str, ...]
    descending: bool

    def apply(self, rows: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        sign = "-" if self.descending != backwards else ""
        return rows.order_by(*(sign + field for field in self.fields))

    def place_of(self, row: Model) -> str:
        """Return where a row stands, for the address of the page that begins after it."""
        return ".".join(str(getattr(row, field)) for field in self.fields)

    def beyond(self, rows: QuerySet[Any], place: str, *, backwards: bool = False) -> QuerySet[Any]:
        """Return the rows after a place, or before it; all of them when it is no place."""
        values = place.split(".")
        if len(values) != len(self.fields) or not all(value.isascii() and value.isdecimal() for value in values):
            return rows
        comes = LessThan if self.descending != backwards else GreaterThan
        # Compared as one value: the database enters the index at that point.
        return rows.filter(comes(_row(*map(F, self.fields)), _row(*(Value(int(value)) for value in values))))


def _row(*parts: Any) -> Func:
    return Func(*parts, function="ROW", output_field=BooleanField())
