"""The keyboard review: one drawing after the other, lent to who looks at it.

The page asks for some drawings ahead and sends what is decided in the background, in order, several at a time when it
goes quickly. Nothing is decided here; see `datasets.services.reviewing`.
"""

import json
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from datasets import services
from datasets.admin.lineage import folded_versions
from datasets.admin.paging import bounded_count
from datasets.admin.pictures import picture, thumbnail
from datasets.admin.queue import FIRST, Selection, looks_blind
from datasets.admin.reading import moderator_of
from datasets.admin.reviewtexts import reasons, texts
from datasets.admin.tiles import label_of, opinion_of
from datasets.errors import DigitsiteError, InvalidInput
from datasets.models import Drawing
from datasets.services.reviewing import Answer

CHANGED = {"label_changed", "reported_meanwhile"}  # where a moderator can still say something about a drawing
AHEAD = 30  # drawings a request
MOST_ANSWERS = 50


class ReviewPages:
    """The page and what it asks for, for the ModelAdmin of drawings."""

    admin_site: AdminSite
    get_changelist_instance: Any
    get_queryset: Any
    has_moderate_permission: Any

    def get_urls(self) -> list[URLPattern]:
        def view(address: str, function: Any, name: str) -> URLPattern:
            return path(address, self.admin_site.admin_view(function), name=f"datasets_drawing_{name}")

        return [
            view("review/", self.review, "review"),
            view("review/next/", never_cache(self.next_drawings), "next"),
            view("review/decide/", require_POST(self.decide), "decide"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def review(self, request: HttpRequest) -> HttpResponse:
        """Show the page; its script asks for the drawings."""
        self._allow(request)
        selection = self._selection(request)
        query = selection.get_query_string()
        blind = looks_blind(request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Review one by one"),
            "blind": blind,
            "count": bounded_count(selection.queryset),
            "reasons": reasons(),
            "here": request.get_full_path(),
            "queue": reverse("admin:datasets_drawing_changelist") + query,
            "config": {
                "next": reverse("admin:datasets_drawing_next") + query,
                "decide": reverse("admin:datasets_drawing_decide"),
                "blind": blind,
                "texts": texts(),
            },
        }
        return TemplateResponse(request, "admin/datasets/drawing/review.html", context)

    def next_drawings(self, request: HttpRequest) -> HttpResponse:
        """Lend the next drawings; `first` gives back what was lent before."""
        self._allow(request)
        drawings = self._selection(request).queryset
        more = FIRST not in request.GET
        ids = services.take(drawings, moderator=moderator_of(request), at_most=AHEAD, more=more)
        return JsonResponse({"drawings": self._cards(request, ids, blind=looks_blind(request.user))})

    def decide(self, request: HttpRequest) -> HttpResponse:
        """Take answers in their order: JSON {"answers": [...]}; for each, say what came of it."""
        self._allow(request)
        answers = _answers(request.body)
        blind = looks_blind(request.user)
        return JsonResponse({"results": [self._result(request, answer, blind=blind) for answer in answers]})

    def _result(self, request: HttpRequest, given: Answer, *, blind: bool) -> dict[str, Any]:
        moderator = moderator_of(request)
        try:
            if given.action == "undo":
                decision = services.take_back(given.drawing_id, moderator=moderator)
            else:
                decision = services.decide_on_one(given, moderator=moderator)
        except DigitsiteError as error:
            # Where he can still say something about it, he gets it again as it is now.
            again = self._cards(request, [given.drawing_id], blind=blind) if error.code in CHANGED else []
            return {"ok": False, "code": error.code, "message": error.message, "again": again}
        return {"ok": True, "decision": decision and decision.pk}

    def _cards(self, request: HttpRequest, ids: list[int], *, blind: bool) -> list[dict[str, Any]]:
        found: QuerySet[Drawing] = Drawing.objects.filter(pk__in=ids).select_related("content", "contributor")
        drawings = {drawing.pk: drawing for drawing in found}
        versions = folded_versions(drawings.values(), request)
        return [{**card(drawings[pk], blind=blind), "versions": versions.get(pk, "")} for pk in ids if pk in drawings]

    def _selection(self, request: HttpRequest) -> Selection:
        try:
            selection: Selection = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            raise InvalidInput("invalid_filter", "Expected filters of the queue; received others.") from None
        return selection

    def _allow(self, request: HttpRequest) -> None:
        if not self.has_moderate_permission(request):
            raise PermissionDenied


def card(drawing: Drawing, *, blind: bool) -> dict[str, Any]:
    """Return what the page shows of a drawing; to who looks blind neither label nor opinion."""
    shown: dict[str, Any] = {
        "id": drawing.pk,
        "url": reverse("admin:datasets_drawing_change", args=[drawing.pk]),
        "picture": picture(drawing),
        "thumbnail": thumbnail(drawing),
        "status": drawing.status,
        "reported": drawing.reported_at is not None,
        "seen": "",
    }
    if blind:
        return shown
    opinion = opinion_of(drawing)
    return shown | {
        "seen": drawing.label,
        "label": label_of(drawing),
        "opinion": {"verdict": opinion.verdict, "mark": opinion.mark, "words": opinion.words},
    }


def _answers(body: bytes) -> list[Answer]:
    try:
        given = json.loads(body)["answers"]
        if not isinstance(given, list) or len(given) > MOST_ANSWERS:
            raise ValueError
        return [_parsed(answer) for answer in given]
    except (ValueError, KeyError, TypeError):
        expected = f'{{"answers": [...]}} with at most {MOST_ANSWERS} answers, each with id, action and status'
        raise InvalidInput("invalid_answers", f"Expected {expected}; received something else.") from None


def _parsed(answer: Any) -> Answer:
    if not isinstance(answer, dict):
        raise ValueError
    texts = {name: answer.get(name, "") for name in ("action", "status", "seen", "label", "reason")}
    reported = answer.get("reported", False)
    if isinstance(answer["id"], bool) or not isinstance(answer["id"], int):
        raise ValueError
    if not isinstance(reported, bool) or not all(isinstance(text, str) for text in texts.values()):
        raise ValueError
    return Answer(drawing_id=answer["id"], reported=reported, **texts)
