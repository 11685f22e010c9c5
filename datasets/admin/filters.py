"""The filters of the queue. None of them asks a million drawings what they have."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from datasets.models import Contributor, Drawing, Room

ALL = "all"
PUBLIC = "public"


class DefaultFilter(SimpleListFilter):
    """A filter that is always on: without a choice, or with an unknown one, it shows the default."""

    default: str

    def value(self) -> str:
        value = super().value()
        return value if value in {str(choice) for choice, _title in self.lookup_choices} else self.default

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice, title in self.lookup_choices:
            query = changelist.get_query_string({str(self.parameter_name): choice})
            yield {"selected": str(choice) == self.value(), "query_string": query, "display": title}


class StatusFilter(DefaultFilter):
    """Shows what is pending, unless another status is chosen, or a drawing is searched for by its id."""

    title = _("status")
    parameter_name = "status"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.default = ALL if request.GET.get(SEARCH_VAR) else Drawing.Status.PENDING.value
        super().__init__(request, *args)

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [*Drawing.Status.choices, (ALL, _("all"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        return queryset if self.value() == ALL else queryset.filter(status=self.value())


class RoomFilter(DefaultFilter):
    """Shows the public drawings, or those of one room; never both, so that nothing of a room gets out by mistake."""

    title = _("room")
    parameter_name = "room"
    default = PUBLIC

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [(PUBLIC, _("public")), *((str(room.pk), room.name) for room in Room.objects.order_by("name"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        return queryset.filter(room=None if self.value() == PUBLIC else int(self.value()))


class SourceFilter(SimpleListFilter):
    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        sources = Contributor.objects.order_by("source").values_list("source", flat=True).distinct()
        return [(source, source) for source in sources]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> QuerySet[Drawing]:
        return queryset.filter(source=self.value()) if self.value() else queryset
