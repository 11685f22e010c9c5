"""Where a password can be tried: the admin's login, and the change of one's own. Wrong ones are counted and limited.

Beyond the limit no password is looked at, so the right one is refused as well, until the while is over.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm

from datasets import limits
from datasets.contributors import address_hash
from datasets.errors import TooManyRequests

TOO_MANY = _("There were too many wrong passwords. Please try again in a quarter of an hour.")


class LimitedForm:
    """A form that may refuse to look at a password; `refusal` is why."""

    refusal: TooManyRequests | None = None

    def count(self, count: Callable[..., None], *who: str) -> None:
        try:
            count(*who)
        except TooManyRequests as error:
            self.refusal = error
            raise ValidationError(TOO_MANY, code=error.code) from error


class LoginForm(LimitedForm, AuthenticationForm):
    def clean(self) -> dict[str, Any]:
        if self.errors:  # a name or a password is missing: nothing to try
            return self.cleaned_data
        who = self.cleaned_data["username"], address_hash(self.request)
        self.count(limits.count_login, *who)
        cleaned_data: dict[str, Any] = super().clean()
        limits.forgive_login(*who)
        return cleaned_data


class PasswordChangeForm(LimitedForm, AdminOwnPasswordChangeForm):
    def clean_old_password(self) -> str:
        """Without a limit, whoever finds an open session could find out the password, and keep the account."""
        who = str(self.user.pk)
        self.count(limits.old_passwords().count, who)
        old_password: str = super().clean_old_password()
        limits.old_passwords().forget(who)
        return old_password


def login(request: HttpRequest) -> HttpResponseBase:
    return _with_status(admin.site.login(request))


def password_change(request: HttpRequest) -> HttpResponseBase:
    view = PasswordChangeView.as_view(
        form_class=PasswordChangeForm,
        success_url=reverse("admin:password_change_done"),
        extra_context=admin.site.each_context(request),
    )
    return _with_status(view(request))


def _with_status(response: HttpResponseBase) -> HttpResponseBase:
    """Let the status say as well that a form has refused to look."""
    form = (response.context_data or {}).get("form") if isinstance(response, TemplateResponse) else None
    if isinstance(form, LimitedForm) and form.refusal:
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response["Retry-After"] = str(form.refusal.retry_after)
    return response
