"""`/drawings/<id>/report`: say that something is wrong with a drawing that everybody sees."""

import uuid
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from datasets import limits, services
from datasets.contributors import address_hash
from datasets.errors import Conflict, InvalidInput, TooManyRequests
from datasets.models import Drawing, DrawingReport
from datasets.pages.pictures import picture_of
from datasets.services.reporting import LONGEST_NOTE


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    drawing = get_object_or_404(Drawing.objects.public().select_related("content"), public_id=public_id)
    if drawing.reported_at is not None:
        return render(request, "datasets/contribute_reported.html")
    if drawing.status != Drawing.Status.APPROVED:
        raise Http404
    if request.method != "POST":
        return _form(request, drawing)
    try:
        limits.count_report(address_hash(request))
        services.report_drawing(drawing, reason=request.POST.get("reason", ""), note=request.POST.get("note", ""))
    except InvalidInput as error:
        return _form(request, drawing, problem=_problem(error), status=HTTPStatus.BAD_REQUEST)
    except TooManyRequests as error:
        problem = _("Many reports have come from your network. Please try again in an hour, or write to us.")
        headers = {"Retry-After": str(error.retry_after)}
        return _form(request, drawing, problem=problem, status=HTTPStatus.TOO_MANY_REQUESTS, headers=headers)
    except Conflict as error:
        raise Http404 from error
    return redirect("datasets:report", public_id)  # which says that it has been reported


def _form(request: HttpRequest, drawing: Drawing, *, problem: str = "", **response: Any) -> HttpResponse:
    context = {
        "drawing": drawing,
        "picture": picture_of(drawing),
        "reasons": DrawingReport.Reason,
        "chosen": request.POST.get("reason", ""),
        "note": request.POST.get("note", ""),
        "longest_note": LONGEST_NOTE,
        "problem": problem,
    }
    answer = render(request, "datasets/contribute_report.html", context, status=response.get("status"))
    for name, value in response.get("headers", {}).items():
        answer[name] = value
    return answer


def _problem(error: InvalidInput) -> str:
    if error.code == "note_too_long":
        return _("The note is too long: at most %(count)s characters, please.") % {"count": LONGEST_NOTE}
    return _("Choose first what is wrong with it.")
