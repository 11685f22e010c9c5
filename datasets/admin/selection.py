"""What a bulk decision takes of what was chosen, and what it leaves out, and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets import services
from datasets.admin.forms import DECIDING, UNSURE, PageForm
from datasets.admin.paging import bounded_count
from datasets.admin.pictures import thumbnails
from datasets.admin.reading import moderator_of
from datasets.models import DecisionItem, Drawing, DrawingReport

SHOWN = 60  # drawings beside the question what to do with them
Drawings = QuerySet[Drawing]


@dataclass(frozen=True)
class Chosen:
    """The drawings that were ticked, or all that the filter selects."""

    drawings: Drawings
    left_out: tuple[tuple[Drawings, Callable[[int], str]], ...]  # which, and how to say so of so many

    def notes(self) -> Iterator[str]:
        """Say what is left out and why."""
        for drawings, say in self.left_out:
            if count := bounded_count(drawings):
                yield say(count)


def is_whole_filter(request: HttpRequest) -> bool:
    return request.POST.get("select_across", "0") not in {"", "0"}


def chosen(request: HttpRequest, queryset: Drawings, *, approving: bool) -> Chosen:
    """Leave out what the moderator has not seen as it is, what others are looking at, and of the easy ones some.

    What has come in since the list was shown counts as not chosen: "all of them" means all that were there.
    """
    page = PageForm(request.POST)
    newest, shown_at = page.last_drawing(), page.made_at()
    rest = queryset if newest is None else queryset.filter(pk__lte=newest)
    moderator = moderator_of(request)
    left_out: list[tuple[Drawings, Callable[[int], str]]] = []

    def leave_out(which: Q | Exists, say: Callable[[int], str]) -> None:
        nonlocal rest
        left_out.append((rest.filter(which), say))
        rest = rest.exclude(which)

    if shown_at is not None:
        since = shown_at - UNSURE
        leave_out(Q(claimed_at__gte=since), corrected)
        since_then = DecisionItem.objects.filter(drawing=OuterRef("pk"), decision__created_at__gte=shown_at - DECIDING)
        leave_out(Exists(since_then.exclude(decision__actor=moderator)), decided)
        leave_out(Exists(DrawingReport.objects.filter(drawing=OuterRef("pk"), created_at__gte=since)), reported)
    left_out.append((services.held_by_others(moderator, rest), held))
    rest = services.free_for(moderator, rest)
    if approving and is_whole_filter(request):
        audited = rest.pending().audited()  # type: ignore[attr-defined]
        left_out.append((audited, to_be_audited))
        rest = rest.exclude(pk__in=audited.order_by().values("pk"))
        leave_out(Q(reported_at__isnull=False), to_be_looked_at)
    return Chosen(rest, tuple(left_out))


def corrected(count: int) -> str:
    text = ngettext(
        "%(count)s drawing is left out: its contributor has just claimed another label. Look at it again.",
        "%(count)s drawings are left out: their contributors have just claimed other labels. Look at them again.",
        count,
    )
    return text % {"count": count}


def decided(count: int) -> str:
    text = ngettext(
        "%(count)s drawing is left out: somebody else has just decided on it. Look at it again.",
        "%(count)s drawings are left out: somebody else has just decided on them. Look at them again.",
        count,
    )
    return text % {"count": count}


def reported(count: int) -> str:
    text = ngettext(
        "%(count)s drawing is left out: somebody has just reported it. Look at it again.",
        "%(count)s drawings are left out: somebody has just reported them. Look at them again.",
        count,
    )
    return text % {"count": count}


def to_be_looked_at(count: int) -> str:
    text = ngettext(
        "%(count)s drawing is left out: it was reported. Look at it, and tick it, or take it one by one.",
        "%(count)s drawings are left out: they were reported. Look at them, and tick them, or take them one by one.",
        count,
    )
    return text % {"count": count}


def held(count: int) -> str:
    text = ngettext(
        "%(count)s drawing is left out: another moderator has it before him.",
        "%(count)s drawings are left out: other moderators have them before them.",
        count,
    )
    return text % {"count": count}


def to_be_audited(count: int) -> str:
    text = ngettext(
        "%(count)s drawing is left out: of the easy ones a share, drawn at random, has to be looked at one by one.",
        "%(count)s drawings are left out: of the easy ones a share, drawn at random, has to be looked at one by one.",
        count,
    )
    return text % {"count": count}


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields that say what was chosen, for the form with the question."""
    names = ["action", "select_across", *PageForm.base_fields, ACTION_CHECKBOX_NAME]
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def some_of(drawings: Drawings) -> SafeString:
    """Return thumbnails, and how many more there are."""
    pictures = thumbnails(drawings[:SHOWN])
    count: Any = bounded_count(drawings)
    if count <= SHOWN:
        return pictures
    return format_html("{}<p>{}</p>", pictures, _("These and others: %(count)s in all.") % {"count": count})
