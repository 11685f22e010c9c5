"""`/contribute/delete`: take back one's drawings, by the cookie of the browser or by the token of a drawing.

A GET asks and a POST deletes, so that nothing happens to those who only follow a link, and no script is needed.
"""

import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from datasets import services
from datasets.contributors import contributor_of
from datasets.models import DatasetVersion, Drawing
from datasets.pages.pictures import picture_of
from datasets.services.submission import deletion_token


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete_one(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    drawing = Drawing.objects.filter(public_id=public_id).select_related("content").first()
    if drawing is None:
        return render(request, "datasets/mine_deleted.html")
    token = request.POST.get("token") or request.GET.get("token", "")
    is_own = Drawing.objects.given_by(contributor_of(request)).filter(pk=drawing.pk).exists()
    if not is_own and not constant_time_compare(token, deletion_token(public_id)):
        return render(request, "datasets/mine_not_yours.html", status=HTTPStatus.FORBIDDEN)
    if request.method == "POST":
        services.delete_drawing(public_id, deletion_token(public_id))
        return redirect("datasets:mine") if is_own else redirect("datasets:delete", public_id)
    context = {
        "drawing": drawing,
        "picture": picture_of(drawing),
        "versions": DatasetVersion.objects.public().filter(items__drawing=drawing).order_by("number"),
        "token": token,
        # Not for whoever has only the token: with this and the drawing he may get the giver's cookie.
        "client_id": drawing.client_id if is_own else None,
    }
    return render(request, "datasets/mine_delete.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete_all(request: HttpRequest) -> HttpResponse:
    contributor = contributor_of(request)
    count = Drawing.objects.given_by(contributor).count()
    if contributor is None or not count:
        return redirect("datasets:mine")
    if request.method == "POST":
        services.delete_all_drawings(contributor)
        return redirect("datasets:mine")
    return render(request, "datasets/mine_delete_all.html", {"count": count})
