"""What a moderator fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from datasets.models import DatasetVersion
from training.admin.settings_form import SettingsForm, initial_of
from training.models import TrainingRun


class RetrainForm(SettingsForm):
    """The settings of a run. A moderator may just press the button."""

    dataset_version = forms.ModelChoiceField(
        DatasetVersion.objects.public(),
        label=_("Drawings"),
        required=False,
        empty_label=_("all that are approved when it starts"),
        help_text=_("Or an earlier selection, with its own sources."),
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ["networks", "architecture", "publish", "dataset_version", "sources"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("dataset_version") and data.get("sources"):
            self.add_error("sources", _("Choose sources, or an earlier selection, which has its own: not both."))
        return data

    def run_options(self) -> dict[str, Any]:
        """Return the keyword arguments for `services.retrain`."""
        return {**self.options(), "dataset_version": self.cleaned_data["dataset_version"]}


def like(run: TrainingRun) -> dict[str, Any]:
    """Return the initial values of a `RetrainForm` that would start the same run again, on the same drawings."""
    names = ("architecture", "start_from", "publish", "dataset_version")
    sources = [] if run.dataset_version else run.sources
    return initial_of(run.config, [run.network], sources=sources, **{name: getattr(run, name) for name in names})


class CancelForm(forms.Form):
    """Whether those go that start after a run."""

    followers = forms.BooleanField(required=False, widget=UnfoldBooleanWidget)

    def __init__(self, *args: Any, followers: list[TrainingRun], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if followers:
            names = ", ".join(str(run) for run in followers)
            self.fields["followers"].label = _("Cancel %s as well") % names
            self.fields["followers"].help_text = _(
                "It was to start when this one has ended. Otherwise it starts now, "
                "on the layers of the digits version that is published then."
            )
        else:
            del self.fields["followers"]


class ReasonForm(forms.Form):
    """Why somebody publishes or rolls back."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Everybody can read it."), widget=UnfoldAdminTextInputWidget
    )
