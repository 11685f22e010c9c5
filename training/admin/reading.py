"""Pages of the admin on which nothing can be edited, and questions asked before something is done."""

from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse


class ReadOnlyAdmin:
    """Rows that services write. Everything on the page is for reading."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def ask(
    request: HttpRequest,
    site: AdminSite,
    form: forms.Form,
    *,
    opts: Any,
    title: Any,
    submit: Any,
    text: Any = "",
) -> TemplateResponse:
    """Show a form on a page of its own; the caller acts when it comes back filled in."""
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": title,
        "submit": submit,
        "text": text,
        "form": form,
    }
    return TemplateResponse(request, "admin/ask.html", context)
