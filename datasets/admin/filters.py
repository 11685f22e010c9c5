"""The filters of the queue. None of them asks a million drawings what they have.

Those that are `at_hand` stand above the drawings, the others in a form. What a filter leaves is found through an index,
see `datasets.models.Drawing`.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from datasets.days import begin_of, end_of
from datasets.ids import id_in
from datasets.labels import Label
from datasets.models import Drawing, Room, Split, Verdict

ALL = "all"
PUBLIC = "public"
REPORTED = "reported"
# From each source to the next in the index: contributors are many, sources few.
SOURCES = """
    WITH RECURSIVE known AS (
        SELECT min(source) AS source FROM datasets_contributor
        UNION ALL
        SELECT (SELECT min(source) FROM datasets_contributor WHERE source > known.source)
        FROM known WHERE known.source IS NOT NULL
    )
    SELECT source FROM known WHERE source IS NOT NULL
"""


class QueueFilter(SimpleListFilter):
    """A choice in the address; one that is not offered counts as none."""

    at_hand = False
    reveals = False  # what a moderator who looks blind must not know

    def value(self) -> str | None:
        value = super().value()
        return value if value in {str(choice) for choice, _title in self.lookup_choices} else None

    def chosen(self) -> str:
        """Return the choice, or nothing: for the form."""
        return self.value() or ""

    def told(self) -> str:
        """Return the choice in words."""
        return str(dict(self.lookup_choices).get(self.chosen(), self.chosen()))


class DefaultFilter(QueueFilter):
    """A filter that is always on: without a choice, or with an unknown one, it shows the default."""

    default: str

    def value(self) -> str:
        return super().value() or self.default

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice, title in self.lookup_choices:
            query = changelist.get_query_string({str(self.parameter_name): choice})
            yield {"selected": str(choice) == self.value(), "query_string": query, "display": title}


STATUSES = [*Drawing.Status.choices, (REPORTED, _("reported")), (ALL, _("all"))]


def default_status(request: HttpRequest) -> str:
    return ALL if request.GET.get(SEARCH_VAR) else Drawing.Status.PENDING.value


def status_of(request: HttpRequest) -> str:
    """Return which status is looked at: one of STATUSES."""
    value = request.GET.get("status", "")
    return value if value in dict(STATUSES) else default_status(request)


class StatusFilter(DefaultFilter):
    """Shows what is pending, unless another status is chosen, or a drawing is searched for by its id."""

    title = _("status")
    parameter_name = "status"
    at_hand = True

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.default = default_status(request)
        super().__init__(request, *args)

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return STATUSES

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        if self.value() == REPORTED:
            return queryset.filter(reported_at__isnull=False)
        return queryset if self.value() == ALL else queryset.filter(status=self.value())


class LabelFilter(QueueFilter):
    """The final label of what is approved; of the rest, which mostly has none, the claimed one."""

    title = _("label")
    parameter_name = "label"
    at_hand = True
    reveals = True

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return list(Label.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        label = self.value()
        if label is None:
            return queryset
        status = status_of(request)
        if status == Drawing.Status.APPROVED:
            return queryset.filter(final_label=label)
        if status in Drawing.Status.values:
            return queryset.filter(claimed_label=label)
        return queryset.filter(Q(final_label=label) | Q(final_label="", claimed_label=label))


class VerdictFilter(QueueFilter):
    title = _("opinion")
    parameter_name = "opinion"
    at_hand = True
    reveals = True

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return list(Verdict.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        return queryset.filter(verdict=self.value()) if self.value() else queryset


class ConfidenceFilter(QueueFilter):
    """How sure the digits network is of the digit that it reads."""

    title = _("confidence")
    parameter_name = "confidence"
    reveals = True

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [
            ("0", _("under 50%")),
            ("1", _("50 to 90%")),
            ("2", _("90 to 99%")),
            ("3", _("99% and more")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        band = self.value()
        return queryset if band is None else queryset.filter(confidence_band=int(band))


class RoomFilter(DefaultFilter):
    """Shows the public drawings, or those of one room; never both, so that nothing of a room gets out by mistake."""

    title = _("room")
    parameter_name = "room"
    default = PUBLIC

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [(PUBLIC, _("public")), *((str(room.pk), room.name) for room in Room.objects.order_by("name"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        return queryset.filter(room=None if self.value() == PUBLIC else int(self.value()))


class SourceFilter(QueueFilter):
    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        with connection.cursor() as cursor:
            cursor.execute(SOURCES)
            return [(source, source) for (source,) in cursor.fetchall()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        return queryset.filter(source=self.value()) if self.value() else queryset


class SplitFilter(QueueFilter):
    title = _("split")
    parameter_name = "split"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return list(Split.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        return queryset.filter(split=self.value()) if self.value() else queryset


class KindFilter(QueueFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return list(Drawing.Kind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class AuditFilter(QueueFilter):
    """The easy ones that no bulk decision takes."""

    title = _("audit")
    parameter_name = "audit"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [("yes", _("to be looked at one by one"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        return queryset.audited() if self.value() else queryset  # type: ignore[attr-defined]


class TextFilter(QueueFilter):
    """A value that somebody types or that a link brings; there are too many to offer."""

    input_type = "text"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [("", "")]

    def value(self) -> str | None:
        return SimpleListFilter.value(self) or None


class ContributorFilter(TextFilter):
    title = _("contributor (number)")
    parameter_name = "contributor"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        return queryset.filter(contributor=id_in(self.value())) if self.value() else queryset


class NetworkFilter(TextFilter):
    """What came from one address on one day, as long as that is known."""

    title = _("network and day (hash)")
    parameter_name = "network"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        return queryset.filter(address_hash=self.value()) if self.value() else queryset


class DayFilter(TextFilter):
    """One end of a span of days; something that is no day counts as none."""

    input_type = "date"

    def day(self) -> date | None:
        try:
            return date.fromisoformat(self.value() or "")
        except ValueError:
            return None


class SinceFilter(DayFilter):
    title = _("submitted from")
    parameter_name = "since"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        day = self.day()
        return queryset.filter(created_at__gte=begin_of(day)) if day else queryset


class UntilFilter(DayFilter):
    title = _("submitted until")
    parameter_name = "until"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        day = self.day()
        end = end_of(day) if day else None
        return queryset.filter(created_at__lt=end) if end else queryset


QUEUE_FILTERS: list[type[QueueFilter]] = [
    StatusFilter,
    LabelFilter,
    VerdictFilter,
    ConfidenceFilter,
    SinceFilter,
    UntilFilter,
    SourceFilter,
    ContributorFilter,
    NetworkFilter,
    SplitFilter,
    KindFilter,
    RoomFilter,
    AuditFilter,
]
