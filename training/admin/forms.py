"""What a moderator fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from datasets.models import Drawing
from training.configuration import LIMITS, RunConfig
from training.models import Network
from training.models.runs import PublishPolicy, StartFrom
from training.networks import architectures
from training.services import DEFAULT_ARCHITECTURE

BOTH = "both"
DEFAULTS = RunConfig()


def _number(name: str, label: Any, help_text: Any) -> forms.IntegerField:
    low, high = LIMITS[name]
    return forms.IntegerField(
        label=label,
        min_value=int(low),
        max_value=int(high),
        initial=getattr(DEFAULTS, name),
        help_text=help_text,
        widget=UnfoldAdminIntegerFieldWidget,
    )


class RetrainForm(forms.Form):
    """The settings of a run. Every default is a sane one: a moderator may just press the button."""

    networks = forms.ChoiceField(
        label=_("Network"),
        choices=[(BOTH, _("both, digits first")), *Network.choices],
        widget=UnfoldAdminSelectWidget,
    )
    publish = forms.ChoiceField(
        label=_("Publish"),
        choices=PublishPolicy.choices,
        initial=PublishPolicy.IF_BETTER,
        help_text=_("Better means: compared with the live version on the same test drawings."),
        widget=UnfoldAdminSelectWidget,
    )
    sources = forms.MultipleChoiceField(
        label=_("Sources"),
        required=False,
        help_text=_("None chosen: all of them."),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    architecture = forms.ChoiceField(
        label=_("Architecture"),
        choices=lambda: [(a.name, f"{a.name}: {a.description}") for a in architectures().values()],
        initial=DEFAULT_ARCHITECTURE,
        help_text=_("Digit-or-not takes over the layers of the published digits version instead."),
        widget=UnfoldAdminSelectWidget,
    )
    start_from = forms.ChoiceField(
        label=_("Start from"),
        choices=StartFrom.choices,
        initial=StartFrom.SCRATCH,
        widget=UnfoldAdminSelectWidget,
    )
    epochs = _number("epochs", _("Epochs"), _("Passes over all training images."))
    copies = _number("copies", _("Copies"), _("Augmented copies of each drawing: rotated, zoomed, shifted."))
    batch_size = _number("batch_size", _("Batch size"), _("Images in one step."))
    learning_rate = forms.FloatField(
        label=_("Learning rate"),
        min_value=LIMITS["learning_rate"][0],
        max_value=LIMITS["learning_rate"][1],
        initial=DEFAULTS.learning_rate,
        help_text=_("The highest one; it rises to it and falls again."),
        widget=UnfoldAdminDecimalFieldWidget,
    )
    seed = _number("seed", _("Seed"), _("The same seed gives the same images in the same order."))
    fine_tune = forms.BooleanField(
        label=_("Fine-tune"),
        required=False,
        help_text=_("Digit-or-not: train the layers taken over as well."),
        widget=UnfoldBooleanWidget,
    )

    def __init__(self, *args: Any, may_publish_always: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = Drawing.objects.public().approved().order_by("source").values_list("source", flat=True).distinct()
        self.fields["sources"].choices = [(source, source) for source in sources]  # type: ignore[attr-defined]
        if not may_publish_always:
            self.fields["publish"].choices = [  # type: ignore[attr-defined]
                choice for choice in PublishPolicy.choices if choice[0] != PublishPolicy.ALWAYS
            ]

    def chosen_networks(self) -> list[str]:
        choice = self.cleaned_data["networks"]
        return list(Network.values) if choice == BOTH else [choice]

    def run_options(self) -> dict[str, Any]:
        """Return the keyword arguments for `services.retrain`."""
        data = self.cleaned_data
        config = {name: data[name] for name in ("epochs", "copies", "batch_size", "learning_rate", "seed", "fine_tune")}
        options = {name: data[name] for name in ("architecture", "sources", "start_from", "publish")}
        return {**options, "config": RunConfig.from_json(config)}


class ReasonForm(forms.Form):
    """Why somebody publishes or rolls back."""

    reason = forms.CharField(label=_("Why"), max_length=200, widget=UnfoldAdminTextInputWidget)
