"""The list of drawings: filtered, in an order that an index has, page after page; each page lent to who looks at it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from datasets import services
from datasets.admin.filters import QUEUE_FILTERS, QueueFilter, status_of
from datasets.admin.paging import Order, bounded_count
from datasets.admin.reading import moderator_of
from datasets.admin.tiles import Tile, tile_of
from datasets.models import Drawing, Lease, ReviewPreference

ORDER, AFTER, BEFORE = "order", "after", "before"
FIRST = "first"  # of the keyboard review: begin anew
PENDING_ORDERS = {
    "doubtful": Order(_("most doubtful first"), ("doubt", "id"), descending=True),
    "easy": Order(_("easiest first"), ("doubt", "id"), descending=False),
    "newest": Order(_("newest first"), ("created_at", "id"), descending=True),
    "oldest": Order(_("oldest first"), ("created_at", "id"), descending=False),
}
OTHER_ORDERS = {
    "newest": Order(_("newest first"), ("id",), descending=True),
    "oldest": Order(_("oldest first"), ("id",), descending=False),
}


def looks_blind(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Return whether a moderator has chosen not to see what is claimed and what is read."""
    preference: ReviewPreference | None = getattr(user, "review_preference", None)
    return preference is not None and preference.blind


class Selection(ChangeList):
    """The drawings that the address selects, in its order; nothing is read yet."""

    model_admin: Any
    list_filter: list[type[QueueFilter]]
    filter_specs: list[QueueFilter]  # type: ignore[assignment]

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what filters; of those that are not offered, because the moderator looks blind, nothing."""
        offered = {spec.parameter_name for spec in self.list_filter}
        hidden = {spec.parameter_name for spec in QUEUE_FILTERS} - offered
        found = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in {ORDER, AFTER, BEFORE, FIRST, *hidden}}

    def get_query_string(self, new_params: dict[str, Any] | None = None, remove: Iterable[str] | None = None) -> str:
        """Return the address with other parameters: of the first page, unless a page is among them."""
        return super().get_query_string({AFTER: None, BEFORE: None, FIRST: None, **(new_params or {})}, remove)

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> list[Any]:
        return []

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Drawing]:
        # Only what is pending is indexed by doubt and by day.
        self.status = status_of(request)
        self.orders = PENDING_ORDERS if self.status == Drawing.Status.PENDING else OTHER_ORDERS
        chosen = request.GET.get(ORDER, "")
        self.order_name = chosen if chosen in self.orders else next(iter(self.orders))
        self.order = self.orders[self.order_name]
        return self.order.apply(super().get_queryset(request, exclude_parameters))

    def get_results(self, request: HttpRequest) -> None:
        self.result_list: list[Drawing] = []
        self.result_count = 0


class QueueChangeList(Selection):
    """A page of them, and how many there are."""

    def get_results(self, request: HttpRequest) -> None:
        self.user = moderator_of(request)
        self.blind = looks_blind(self.user)
        self.result_count = self.full_result_count = bounded_count(self.queryset)
        backwards = BEFORE in request.GET
        place = request.GET.get(BEFORE if backwards else AFTER, "")
        page = self.order.beyond(self.queryset, place, backwards=backwards)
        found = self._lent(request, self.order.apply(page, backwards=backwards))
        more = len(found) > self.list_per_page
        found = found[: self.list_per_page]
        self.result_list = found[::-1] if backwards else found
        self.has_next = more or backwards
        self.has_previous = more if backwards else bool(place)
        self.held_by_others = self._held_by_others()

    @property
    def tiles(self) -> Iterator[Tile]:
        return (tile_of(drawing, blind=self.blind) for drawing in self.result_list)

    @property
    def filters_at_hand(self) -> Iterator[tuple[QueueFilter, list[Any]]]:
        return ((spec, list(spec.choices(self))) for spec in self.filter_specs if spec.at_hand)

    @property
    def other_filters(self) -> list[QueueFilter]:
        return [spec for spec in self.filter_specs if not spec.at_hand]

    @property
    def other_filters_in_use(self) -> list[dict[str, Any]]:
        """Return what is chosen in the form, each with the address without it."""
        return [
            {
                "title": spec.title,
                "value": spec.told(),
                "without": self.get_query_string({str(spec.parameter_name): None}),
            }
            for spec in self.other_filters
            if spec.chosen() not in {"", getattr(spec, "default", "")}
        ]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Return what the form of the other filters must not lose."""
        theirs = {str(spec.parameter_name) for spec in self.other_filters}
        return [(name, value) for name, value in self.params.items() if name not in {*theirs, AFTER, BEFORE}]

    @property
    def order_choices(self) -> Iterator[dict[str, Any]]:
        for name, order in self.orders.items():
            query = self.get_query_string({ORDER: name})
            yield {"selected": name == self.order_name, "query_string": query, "display": order.title}

    @property
    def next_page(self) -> str:
        return self.get_query_string({AFTER: self.order.place_of(self.result_list[-1])})

    @property
    def previous_page(self) -> str:
        return self.get_query_string({BEFORE: self.order.place_of(self.result_list[0])})

    @property
    def here(self) -> str:
        """Return the filters and the order, for other pages about the same drawings."""
        return self.get_query_string()

    def _lent(self, request: HttpRequest, page: QuerySet[Drawing]) -> list[Drawing]:
        """Return one more than a page of drawings; of what is pending, those that nobody else has before him."""
        most = self.list_per_page + 1
        if self.status != Drawing.Status.PENDING or not self.model_admin.has_moderate_permission(request):
            return list(page[:most])
        ids = services.take(page, moderator=self.user, at_most=most)
        drawings = {drawing.pk: drawing for drawing in self.root_queryset.filter(pk__in=ids)}
        return [drawings[drawing_id] for drawing_id in ids if drawing_id in drawings]

    def _held_by_others(self) -> int:
        if not Lease.objects.held().exclude(moderator=self.user).exists():
            return 0
        return bounded_count(services.held_by_others(self.user, self.queryset))
