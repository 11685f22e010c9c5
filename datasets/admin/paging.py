"""Pages of a million rows: beyond ten thousand nobody counts, and a page begins after a row instead of at a number."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import BooleanField, DateTimeField, F, Func, Model, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

MOST = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NUMBER = re.compile(r"\d{1,17}", re.ASCII)  # fits a bigint, and a moment before the year 5000


class AtLeast(int):
    """A count that was not finished, and says so."""

    def __str__(self) -> str:
        return _("more than %(count)s") % {"count": f"{int(self):,}"}


def bounded_count(rows: QuerySet[Any]) -> int:
    """Count the rows, to MOST."""
    found = rows.order_by().values("pk")[: MOST + 1].count()  # what is annotated costs something in each row
    return found if found <= MOST else AtLeast(MOST)


class BoundedPaginator(Paginator):
    """Counts to MOST and shows no pages after that; filters lead to what lies beyond."""

    @cached_property
    def count(self) -> int:
        return bounded_count(self.object_list)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Order:
    """An order by integers and moments, all ascending or all descending, the last one unique: an index has them so."""

    title: Any
    fields: tuple[str, ...]
    descending: bool

    def apply(self, rows: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        sign = "-" if self.descending != backwards else ""
        return rows.order_by(*(sign + field for field in self.fields))

    def place_of(self, row: Model) -> str:
        """Return where a row stands, for the address of the page that begins after it."""
        return ".".join(str(_number(getattr(row, field))) for field in self.fields)

    def beyond(self, rows: QuerySet[Any], place: str, *, backwards: bool = False) -> QuerySet[Any]:
        """Return the rows after a place, or before it; all of them when it is no place."""
        numbers = place.split(".")
        if len(numbers) != len(self.fields) or not all(map(NUMBER.fullmatch, numbers)):
            return rows
        kinds = [rows.model._meta.get_field(field) for field in self.fields]
        values = [_value(kind, int(number)) for kind, number in zip(kinds, numbers, strict=True)]
        comes = LessThan if self.descending != backwards else GreaterThan
        # Compared as one value: the database enters the index at that point.
        return rows.filter(comes(_row(*map(F, self.fields)), _row(*map(Value, values))))


def _number(value: int | datetime) -> int:
    """Return a value as a number: a moment in microseconds."""
    return (value - EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value


def _value(kind: Any, number: int) -> int | datetime:
    return EPOCH + timedelta(microseconds=number) if isinstance(kind, DateTimeField) else number


def _row(*parts: Any) -> Func:
    return Func(*parts, function="ROW", output_field=BooleanField())
