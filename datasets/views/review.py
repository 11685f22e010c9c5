"""`/review`: what is this? Visitors judge drawings without seeing what was claimed."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from datasets import limits, offers, services
from datasets.contributors import address_hashes, contributor_of, newcomer_kind, remember
from datasets.errors import Conflict, DigitsiteError, NotAllowed, TooManyRequests
from datasets.labels import DIGITS
from datasets.models import Drawing, Vote
from datasets.pages.pictures import paths_of, picture_of
from datasets.preprocessing.strokes import publishable
from datasets.services.voting import Voter, next_drawing

REPORTED = "report"  # instead of an answer
TEXTS = {
    "next": _("The next drawing."),
    "unreachable": _("The site could not be reached. Answer again in a moment."),
    "429": _("That was fast. Take a breath, and go on in a minute."),
    "offer_gone": _("The drawing before was not open to answers any more. Here is another one."),
    "drawing_gone": _("The drawing before was not open to answers any more. Here is another one."),
    "already_voted": _("There was an answer to that drawing from you or your network already. Here is another one."),
    "own_drawing": _("That drawing came from you or your network. Here is another one."),
    "contributor_blocked": _("Answers from this browser are not taken any more. Ask those who run this site."),
    "reported": _("Thank you. A moderator looks at that drawing; until then nobody else sees it."),
    "other": _("Something went wrong on our side. Answer again in a moment."),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """Show a drawing, or take an answer: a form goes on to the next page, a script gets the next drawing as JSON."""
    voter = _voter(request)
    if request.method != "POST":
        return _page(request, voter, note=request.GET.get("note", ""))
    try:
        given = _take(request, voter)
    except DigitsiteError as error:
        if _is_script(request):
            raise  # the middleware answers in JSON
        return _refused(request, voter, error)
    response = _taken(request, Voter(given.contributor, voter.addresses))
    if given.contributor and voter.contributor is None:
        remember(response, given.contributor)
    return response


@never_cache
@require_safe
def another(request: HttpRequest) -> HttpResponse:
    """Return one more drawing, besides the one that is being looked at, for the page to have it ready."""
    voter = _voter(request)
    limits.count_offer(next(iter(voter.addresses), ""))
    return JsonResponse({"next": _offer(voter, request.GET.get("besides", ""))})


def _voter(request: HttpRequest) -> Voter:
    return Voter(contributor_of(request), tuple(address_hashes(request)))


def _key(voter: Voter) -> str:
    return str(voter.contributor.key) if voter.contributor else ""


def _is_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _take(request: HttpRequest, voter: Voter) -> Vote:
    """Keep the answer to a drawing that was offered, or report it."""
    answer, name = request.POST.get("answer", ""), request.POST.get("offer", "")
    address = next(iter(voter.addresses), "")
    limits.count_vote(_key(voter), address)
    drawing = offers.look_up(name, _key(voter))
    if answer == REPORTED:
        limits.count_report(address)
        given = services.skip_and_report(drawing, voter, newcomer=newcomer_kind(request))
    else:
        given = services.vote(drawing, voter, answer, newcomer=newcomer_kind(request))
    offers.take_back(name)
    return given


def _taken(request: HttpRequest, voter: Voter) -> HttpResponse:
    if _is_script(request):
        return JsonResponse({"given": _given(voter), "next": _offer(voter, request.POST.get("besides", ""))})
    note = "?note=reported" if request.POST.get("answer") == REPORTED else ""
    return redirect(reverse("datasets:review") + note)


def _refused(request: HttpRequest, voter: Voter, error: DigitsiteError) -> HttpResponse:
    """Say why, on a page with another drawing; or with the same one, where only time has to pass."""
    if not isinstance(error, TooManyRequests):
        return redirect(f"{reverse('datasets:review')}?note={error.code}")
    response = _page(request, voter, note="429", status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(error.retry_after)
    return response


def _page(request: HttpRequest, voter: Voter, *, note: str, status: int = HTTPStatus.OK) -> HttpResponse:
    context: dict[str, Any] = {"digits": DIGITS, "given": _given(voter), "texts": {"texts": TEXTS}}
    try:
        limits.count_offer(next(iter(voter.addresses), ""))
        context["shown"] = _offer(voter)
    except (NotAllowed, TooManyRequests) as error:
        status = HTTPStatus.FORBIDDEN if isinstance(error, NotAllowed) else HTTPStatus.TOO_MANY_REQUESTS
        note = error.code if error.code in TEXTS else "429"
        context["closed"] = True
    context["note"] = (TEXTS.get(note) or TEXTS["other"]) if note else ""
    return render(request, "datasets/review.html", context, status=status)


def _given(voter: Voter) -> int:
    """Return how many drawings this voter has judged."""
    return Vote.objects.filter(contributor=voter.known).cast().count() if voter.known else 0


def _offer(voter: Voter, besides: str = "") -> dict[str, str] | None:
    """Return a drawing under the name of an offer, as HTML, or None when there is nothing to judge."""
    try:
        shown = [offers.look_up(besides, _key(voter))]
    except Conflict:
        shown = []
    drawing = next_drawing(voter, besides=shown)
    if drawing is None:
        return None
    picture = render_to_string("datasets/review_drawing.html", _picture(drawing))
    return {"offer": offers.make(drawing.pk, _key(voter)), "picture": picture}


def _picture(drawing: Drawing) -> dict[str, Any]:
    """Return what the template needs: strokes large, wherever on the board they are; of an upload what was read.

    Nobody has looked at an upload yet, so it is not shown as it came; nor are strokes that hide something.
    """
    strokes = publishable(drawing.content.strokes)
    if strokes is None:
        return {"picture": picture_of(drawing)}
    points = [point for stroke in strokes["strokes"] for point in stroke["points"]]
    left, top = (min(point[axis] for point in points) for axis in (0, 1))
    width, height = (max(point[axis] for point in points) - low for axis, low in ((0, left), (1, top)))
    side = max(width, height) + 2 * max(stroke["pen"] for stroke in strokes["strokes"])
    corner = (left - (side - width) / 2, top - (side - height) / 2)
    return {"strokes": paths_of(strokes), "box": f"{corner[0]:.1f} {corner[1]:.1f} {side:.1f} {side:.1f}"}
