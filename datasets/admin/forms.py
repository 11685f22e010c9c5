"""What a moderator fills in."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.forms import ActionForm
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from datasets.labels import Label
from datasets.locks import PATIENCE_SECONDS
from datasets.models import Contributor, Drawing
from datasets.selection import Selection
from datasets.services.moderation import LONGEST_REASON

# Hosts' clocks differ a little, and what changes is stamped before others see it: what a visitor does, by as long as he
# may wait for a lock; a decision, by as long as one on a hundred thousand drawings takes.
UNSURE = timedelta(seconds=5 + PATIENCE_SECONDS)
DECIDING = timedelta(seconds=30)


def newest_drawing() -> int:
    """Return the id of the newest drawing, or 0."""
    return Drawing.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def now() -> str:
    return timezone.now().isoformat()


class PageForm(forms.Form):
    """Knows when the page was made and which drawing was the newest: what came later has not been seen by anybody."""

    newest = forms.IntegerField(label="", required=False, initial=newest_drawing, widget=forms.HiddenInput)
    shown_at = forms.DateTimeField(label="", required=False, initial=now, widget=forms.HiddenInput)

    def last_drawing(self) -> int | None:
        """Return the id of the newest drawing on the page, or None when that is not said."""
        return self._said("newest")

    def made_at(self) -> datetime | None:
        """Return when the page was made, or None when that is not said."""
        made_at: datetime | None = self._said("shown_at")
        return made_at

    def _said(self, field: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(field)


class SeenActionForm(ActionForm, PageForm):
    """The choice of an action, on a page that says what was on it."""


class ReasonField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Reason"),
            max_length=LONGEST_REASON,
            widget=UnfoldAdminTextInputWidget,
            help_text=_("It is kept with the decision."),
            **options,
        )


class ReasonForm(forms.Form):
    reason = ReasonField()


class ApprovalForm(forms.Form):
    reason = ReasonField(required=False)


class LabelForm(forms.Form):
    # Nothing is chosen at first: a hasty Enter must not turn everything into a 0.
    label = forms.ChoiceField(
        label=_("What they show"), choices=[("", "---------"), *Label.choices], widget=UnfoldAdminSelectWidget
    )
    approve = forms.BooleanField(
        label=_("Approve them as that"), required=False, initial=True, widget=UnfoldBooleanSwitchWidget
    )
    reason = ReasonField(required=False)


class FreezeForm(forms.Form):
    sources = forms.MultipleChoiceField(
        label=_("Sources"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Choose none to take all."),
    )
    labels = forms.MultipleChoiceField(
        label=_("Labels"),
        required=False,
        choices=Label.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Choose none to take all."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Contributors"),
        required=False,
        choices=Contributor.Kind.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Choose none to take all."),
    )
    until = forms.DateField(
        label=_("Given until"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text=_("That day included."),
    )
    fewest_votes = forms.IntegerField(
        label=_("Votes, at least"),
        required=False,
        min_value=0,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Of drawings of this site; nobody votes on imported ones."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("What is to be known about it. Everybody can read it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = Contributor.objects.order_by("source").values_list("source", flat=True).distinct()
        self.fields["sources"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]

    def selection(self) -> Selection:
        """Return what the form asks of a drawing."""
        data = self.cleaned_data
        return Selection(
            tuple(data["sources"]),
            tuple(data["labels"]),
            data["until"],
            tuple(data["kinds"]),
            data["fewest_votes"] or 0,
        )
