"""The public gallery, page by page: the newest first, from wherever one is."""

from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.http import QueryDict

from datasets.ids import id_in
from datasets.models import Drawing

PAGE = 100


@dataclass(frozen=True)
class Place:
    """Where in the gallery: what is asked for, and after or before which drawing."""

    label: str = ""
    source: str = ""
    before: int = 0  # drawings that are older than this one; 0: the newest
    after: int = 0  # drawings that are newer than this one, those next to it

    @classmethod
    def asked(cls, query: QueryDict) -> "Place":
        """Return the place that an address names; what it says in another way than ours counts as nothing."""
        before, after = id_in(query.get("before")), id_in(query.get("after"))
        return cls(query.get("label", ""), query.get("source", ""), before, after)

    def query(self, **changes: object) -> str:
        """Return the address's query for a place that differs in something."""
        place = replace(self, **changes)  # type: ignore[arg-type]
        query = QueryDict(mutable=True)
        query.update({name: str(value) for name, value in vars(place).items() if value})
        return f"?{query.urlencode()}" if query else "?"


@dataclass(frozen=True)
class Page:
    """Some drawings of the gallery, the newest first, and the ways on."""

    drawings: list[Drawing]
    older: str  # queries of addresses; empty where there is nothing more
    newer: str


def page_at(place: Place) -> Page:
    """Read a page; an index has the drawings in this order, also those of a label or a source."""
    drawings: QuerySet[Drawing] = Drawing.objects.publicly_shown()
    if place.label:
        drawings = drawings.filter(final_label=place.label)
    if place.source:
        drawings = drawings.filter(source=place.source)
    if place.after:
        found = list(drawings.filter(pk__gt=place.after).order_by("pk")[: PAGE + 1])
        some, is_more, is_less = found[:PAGE][::-1], len(found) > PAGE, True
        newer, older = is_more, is_less
    else:
        if place.before:
            drawings = drawings.filter(pk__lt=place.before)
        found = list(drawings.order_by("-pk")[: PAGE + 1])
        some, newer, older = found[:PAGE], bool(place.before), len(found) > PAGE
    return Page(
        some,
        older=place.query(before=some[-1].pk, after=0) if some and older else "",
        newer=place.query(after=some[0].pk, before=0) if some and newer else "",
    )
