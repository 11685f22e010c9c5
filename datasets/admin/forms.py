"""What a moderator fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.forms import ActionForm
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from datasets.labels import Label
from datasets.models import Contributor, Drawing
from datasets.services.moderation import LONGEST_REASON


def newest_drawing() -> int:
    """Return the id of the newest drawing, or 0."""
    return Drawing.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


class SeenActionForm(ActionForm):
    """Knows which drawing was the newest when the page was made: what came later has not been seen by anybody."""

    newest = forms.IntegerField(label="", required=False, initial=newest_drawing, widget=forms.HiddenInput)


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


class RelabelForm(forms.Form):
    label = forms.ChoiceField(label=_("What they show"), choices=Label.choices, widget=UnfoldAdminSelectWidget)
    reason = ReasonField(required=False)


class FreezeForm(forms.Form):
    sources = forms.MultipleChoiceField(
        label=_("Sources"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Choose none to take all."),
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=UnfoldAdminTextareaWidget, help_text=_("What is to be known about it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = Contributor.objects.order_by("source").values_list("source", flat=True).distinct()
        self.fields["sources"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
