"""Decide on many drawings at once: those that are ticked, or all that the filter selects."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action

from datasets import services
from datasets.admin.forms import ApprovalForm, LabelForm, ReasonForm
from datasets.admin.paging import bounded_count
from datasets.admin.reading import ask, moderator_of
from datasets.admin.selection import carried, chosen, is_whole_filter, some_of
from datasets.errors import DigitsiteError
from datasets.membership import versions_containing
from datasets.models import Decision, Drawing

ANSWERED = "answered"
Service = Callable[..., Decision]


class BulkDecisions:
    """The actions of the queue, for its ModelAdmin."""

    opts: Any
    admin_site: Any
    message_user: Callable[..., None]

    @action(description=_("Approve"), permissions=["moderate"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> HttpResponse | None:
        """Approve what is ticked at once; a whole filter only after its size has been seen."""
        if is_whole_filter(request):
            return self._ask(request, queryset, ApprovalForm, services.approve, _("Approve %(count)s?"), _("Approve"))
        self._decide(request, queryset, services.approve, approving=True)
        return None

    @action(description=_("Reject …"), permissions=["moderate"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> HttpResponse | None:
        return self._ask(request, queryset, ReasonForm, services.reject, _("Why reject %(count)s?"), _("Reject"))

    @action(description=_("Label …"), permissions=["moderate"])
    def relabel(self, request: HttpRequest, queryset: QuerySet[Drawing]) -> HttpResponse | None:
        return self._ask(request, queryset, LabelForm, label, _("What do %(count)s show?"), _("Label"))

    def _ask(
        self,
        request: HttpRequest,
        queryset: QuerySet[Drawing],
        form_class: type[forms.Form],
        service: Service,
        title: Any,
        submit: Any,
    ) -> HttpResponse | None:
        """Show the drawings with the question; with its answer, hand them to the service."""
        form = form_class(request.POST if ANSWERED in request.POST else None)
        approving = approves(service, form)
        if form.is_valid():
            self._decide(request, queryset, service, approving=approving, **form.cleaned_data)
            return None
        choice = chosen(request, queryset, approving=approving)
        count = bounded_count(choice.drawings)
        noun = ngettext("%(count)s drawing", "%(count)s drawings", count) % {"count": count}
        return ask(
            request,
            self.admin_site,
            form,
            opts=self.opts,
            title=str(title) % {"count": noun},
            submit=submit,
            text=" ".join(choice.notes()),
            pictures=some_of(choice.drawings),
            carried=[*carried(request), (ANSWERED, "1")],
            containing=versions_containing(choice.drawings) if service is services.reject else (),
        )

    def _decide(
        self, request: HttpRequest, queryset: QuerySet[Drawing], service: Service, *, approving: bool, **answer: Any
    ) -> None:
        choice = chosen(request, queryset, approving=approving)
        notes = list(choice.notes())  # before: what is decided on is in no filter any more
        try:
            decision = service(choice.drawings, actor=moderator_of(request), **answer)
        except DigitsiteError as error:
            self.message_user(request, error.message, messages.WARNING)
        else:
            self.message_user(request, told(decision), messages.SUCCESS)
        for note in notes:
            self.message_user(request, note, messages.WARNING)


def label(drawings: QuerySet[Drawing], *, approve: bool, **how: Any) -> Decision:
    """Say what the drawings show and, with `approve`, take them into the dataset as that."""
    return services.approve(drawings, **how) if approve else services.relabel(drawings, **how)


def approves(service: Service, form: forms.Form) -> bool:
    """Return whether the answer takes drawings into the dataset; before there is one, whether that is proposed."""
    return service is services.approve or ("approve" in form.fields and bool(form["approve"].value()))


def told(decision: Decision) -> str:
    """Say what a decision has done, and to how many drawings."""
    count = decision.drawings_count
    text = ngettext("%(count)s drawing: %(decision)s.", "%(count)s drawings: %(decision)s.", count)
    return text % {"count": f"{count:,}", "decision": decision.get_action_display()}
