"""Pages of the admin on which nothing can be edited, and questions asked before something is done."""

from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst

from datasets.membership import Containing
from datasets.models import DecisionItem


class NamedList:
    """A list under its own name; Django would call it "Select decision to view"."""

    opts: Any

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"title": capfirst(str(self.opts.verbose_name_plural)), **(extra_context or {})}
        page: HttpResponse = super().changelist_view(request, context)  # type: ignore[misc]
        return page


class ReadOnlyAdmin(NamedList):
    """Rows that services write. Everything on the page is for reading."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def address_of(model: str, pk: Any = None, **filters: Any) -> str:
    """Return the address of a row of the dataset in the admin, or of the list of those that the filters leave."""
    if pk is not None:
        return reverse(f"admin:datasets_{model}_change", args=[pk])
    return f"{reverse(f'admin:datasets_{model}_changelist')}?{urlencode(filters)}"


def moderator_of(request: HttpRequest) -> User:
    """Return who is logged in; the admin lets nobody else in."""
    return cast(User, request.user)


def ask(
    request: HttpRequest,
    site: AdminSite,
    form: forms.Form,
    *,
    opts: Any,
    title: Any,
    submit: Any,
    text: Any = "",
    pictures: Any = "",
    carried: Iterable[tuple[str, str]] = (),
    containing: Iterable[Containing] = (),
) -> TemplateResponse:
    """Show a form on a page of its own; the caller acts when it comes back filled in.

    `pictures` is HTML: what the answer is about. `carried` are fields that come back as they are. `containing` are the
    versions that hold what is rejected or deleted.
    """
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": title,
        "submit_text": submit,  # the button's template has a `submit` of its own
        "text": text,
        "pictures": pictures,
        "carried": carried,
        "containing": containing,
        "form": form,
    }
    return TemplateResponse(request, "admin/ask.html", context)


def state_before(item: DecisionItem) -> str:
    """Return a drawing's status and, if it had one, its final label before a decision."""
    return _state(item.get_status_before_display(), item.get_label_before_display())


def state_after(item: DecisionItem) -> str:
    """Return the same after the decision."""
    return _state(item.get_status_after_display(), item.get_label_after_display())


def _state(status: str, label: str) -> str:
    return f"{status}: {label}" if label else status
