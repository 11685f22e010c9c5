"""The settings of a run in a form: the few that a moderator chooses, and those that most people leave as they are."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
)

from datasets.models import Drawing
from training.augmenting.augmentation import LIMITS as AUGMENTATION_LIMITS
from training.augmenting.augmentation import Augmentation
from training.augmenting.configuration import LIMITS, Balance, Optimizer, RunConfig
from training.models import Network
from training.models.choices import PublishPolicy, StartFrom
from training.networks import architectures
from training.services import DEFAULT_ARCHITECTURE

BOTH = "both"
DEFAULTS = RunConfig()
YES, NO = "yes", "no"
SWITCHES = {"one_cycle": "one_cycle", "trunk": "fine_tune", "calibrate": "calibrate"}
"""Fields of two choices, and the settings that they stand for."""

FIT_NUMBERS = {
    "epochs": (_("Epochs"), _("Passes over all training images.")),
    "patience": (_("Patience"), _("Stop after so many epochs in which the validation drawings are not read better.")),
    "batch_size": (_("Batch size"), _("Images in one step.")),
    "learning_rate": (_("Learning rate"), _("How far one step goes. Too high, and nothing is learned.")),
    "label_smoothing": (
        _("Label smoothing"),
        _("Doubt in each label, so that wrong ones do less harm."),
    ),
    "averaging": (
        _("Averaged weights"),
        _("The mean of the weights over so many of the last epochs, such as 0.1, often reads better; 0: none."),
    ),
    "seed": (_("Seed"), _("The same seed gives the same images in the same order.")),
}
AUGMENTATION_NUMBERS = {
    "copies": (_("Copies"), _("Altered copies of each drawing, beside the drawing itself.")),
    "rotation": (_("Rotation"), _("Degrees, at most, either way.")),
    "zoom": (_("Zoom"), _("Share of width and of height, each for itself: 0.15 is from 85% to 115%.")),
    "shift": (_("Shift"), _("Pixels of 28, across and down.")),
    "shear": (_("Shear"), _("How far it leans: 0.2 is one pixel in five rows.")),
    "stroke_width": (_("Stroke width"), _("Pixels of 28, thinner and thicker, of images that were not drawn here.")),
    "pen_low": (_("Thinnest pen"), _("Times its own pen, for drawings that are drawn again from their strokes.")),
    "pen_high": (_("Thickest pen"), _("The same, at most.")),
    "elastic": (_("Elastic distortion"), _("Pixels of 28 that parts are pulled out of their places; 0: none.")),
    "unfinished": (
        _("Unfinished copies"),
        _("Share of the copies that lack their end, so that half a digit is read while somebody draws; 0: none."),
    ),
    "dotted": (_("Dotted copies"), _("Share of the copies that are rows of dots instead of lines; 0: none.")),
    "outliers": (
        _("Outliers"),
        _("For digit-or-not: tangles and doodles made up by chance, as a share of the copies; 0: none."),
    ),
}


def _choice(label: Any, choices: Any, help_text: Any = "", **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, help_text=help_text, widget=UnfoldAdminSelectWidget, **options
    )


def _advanced(label: Any, choices: Any, initial: str, help_text: Any) -> forms.ChoiceField:
    return _choice(label, choices, help_text, initial=initial, required=False)


def _number(name: str, text: tuple[Any, Any]) -> forms.Field:
    """A number out of `RunConfig` or its augmentation; left empty it has its usual value."""
    usual = {**asdict(DEFAULTS), **asdict(DEFAULTS.augmentation)}[name]
    low, high = {**LIMITS, **AUGMENTATION_LIMITS}[name]
    options = {"label": text[0], "help_text": text[1], "initial": usual, "required": False}
    if isinstance(usual, int):
        widget = UnfoldAdminIntegerFieldWidget
        return forms.IntegerField(min_value=int(low), max_value=int(high), widget=widget, **options)
    step = {"step": "any"}
    return forms.FloatField(min_value=low, max_value=high, widget=UnfoldAdminDecimalFieldWidget(attrs=step), **options)


class SettingsForm(forms.Form):
    """What a run trains, on what and how. Every default is a sane one."""

    ADVANCED = [
        (_("Start and fit"), ["start_from", "trunk", *FIT_NUMBERS, "optimizer", "one_cycle", "balance", "calibrate"]),
        (_("Augmentation"), list(AUGMENTATION_NUMBERS)),
    ]

    networks = _choice(_("Network"), [(BOTH, _("both, digits first")), *Network.choices])
    publish = _choice(
        _("Publish"),
        PublishPolicy.choices,
        _("Better means: compared with the live version on the same test drawings."),
        initial=PublishPolicy.IF_BETTER,
    )
    architecture = _choice(
        _("Architecture"),
        lambda: [(a.name, f"{a.name}: {a.description}") for a in architectures().values()],
        _("Digit-or-not takes over the layers of the published digits version instead."),
        initial=DEFAULT_ARCHITECTURE,
    )
    sources = forms.MultipleChoiceField(
        label=_("Sources"),
        required=False,
        help_text=_("None chosen: all of them."),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    start_from = _advanced(
        _("Start from"),
        StartFrom.choices,
        StartFrom.SCRATCH,
        _("From the published version it goes on learning; from scratch it begins anew."),
    )
    trunk = _advanced(
        _("Layers taken over"),
        [(NO, _("stay as they are; only new layers behind them learn")), (YES, _("learn as well (fine-tuning)"))],
        NO,
        _("Of digit-or-not, which builds on the layers of the digits network."),
    )
    optimizer = _advanced(
        _("Optimizer"),
        [
            (Optimizer.ADAMW.value, _("AdamW: Adam with weight decay")),
            (Optimizer.ADAM.value, "Adam"),
            (Optimizer.RMSPROP.value, "RMSprop"),
            (Optimizer.SGD.value, _("SGD with momentum; wants a higher learning rate")),
        ],
        DEFAULTS.optimizer,
        _("How each step is worked out."),
    )
    one_cycle = _advanced(
        _("Course of the learning rate"),
        [(YES, _("rises to its highest, then falls to almost nothing")), (NO, _("stays as it is"))],
        YES,
        _("With the first, the last epochs bring the most."),
    )
    balance = _advanced(
        _("Balanced classes"),
        [
            (Balance.WEIGHTS.value, _("drawings of small classes weigh more")),
            (Balance.SAMPLING.value, _("drawings of small classes come more often")),
            (Balance.NONE.value, _("no: each drawing counts the same")),
        ],
        DEFAULTS.balance,
        _("So that a class of few drawings is learned as well as one of many."),
    )
    calibrate = _advanced(
        _("Certainty"),
        [(YES, _("fitted to the validation drawings")), (NO, _("as the training leaves it"))],
        YES,
        _("So that of answers that are 90% certain nine in ten are right; no answer changes."),
    )

    def __init__(self, *args: Any, may_publish_always: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, text in {**FIT_NUMBERS, **AUGMENTATION_NUMBERS}.items():
            self.fields[name] = _number(name, text)
        # All approved drawings are asked for them, so only where they are shown or chosen, and once.
        self.fields["sources"].choices = cache(_sources)  # type: ignore[attr-defined]
        if not may_publish_always:
            self.fields["publish"].choices = [  # type: ignore[attr-defined]
                choice for choice in PublishPolicy.choices if choice[0] != PublishPolicy.ALWAYS
            ]

    def simple(self) -> Iterator[forms.BoundField]:
        """Yield the fields that everybody sees."""
        advanced = {name for _title, names in self.ADVANCED for name in names}
        yield from (field for field in self if field.name not in advanced)

    def advanced(self) -> Iterator[tuple[Any, list[forms.BoundField], bool]]:
        """Yield the groups of the others: title, fields, whether they are about augmentation."""
        for title, names in self.ADVANCED:
            yield title, [self[name] for name in names], "copies" in names

    @property
    def shows_advanced(self) -> bool:
        """Whether something among the folded fields wants to be seen: an error, or a value that is not the usual."""
        names = [name for _title, group in self.ADVANCED for name in group]
        usual = {name: self.fields[name].initial for name in names}
        return any(name in self.errors or self.initial.get(name, usual[name]) != usual[name] for name in names)

    def chosen_networks(self) -> list[str]:
        choice = self.cleaned_data["networks"]
        return list(Network.values) if choice == BOTH else [choice]

    def options(self) -> dict[str, Any]:
        """Return what `services.retrain` and a schedule have in common."""
        data = {name: self._value(name) for name in self.fields}
        augmentation = {name: data[name] for name in AUGMENTATION_NUMBERS if name != "copies"}
        numbers = {name: data[name] for name in [*FIT_NUMBERS, "copies", "optimizer", "balance"]}
        flags = {setting: data[name] == YES for name, setting in SWITCHES.items()}
        config = RunConfig(**numbers, **flags, augmentation=Augmentation(**augmentation))
        return {**{name: data[name] for name in ("architecture", "sources", "start_from", "publish")}, "config": config}

    def _value(self, name: str) -> Any:
        value = self.cleaned_data[name]
        return self.fields[name].initial if value in (None, "") else value


def _sources() -> list[tuple[str, str]]:
    sources = Drawing.objects.public().approved().order_by("source").values_list("source", flat=True).distinct()
    return [(source, source) for source in sources]


def initial_of(config: dict[str, Any], networks: list[str], **fields: Any) -> dict[str, Any]:
    """Return the initial values of a `SettingsForm` that is to look like a run or a schedule."""
    values = asdict(RunConfig.from_json(config))
    augmentation = values.pop("augmentation")
    flags = {name: YES if values.pop(setting) else NO for name, setting in SWITCHES.items()}
    return {**values, **augmentation, **flags, "networks": BOTH if len(networks) > 1 else networks[0], **fields}


def in_words(config: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield what each setting of a run is called in the form, and its value there."""
    form = SettingsForm()
    values = initial_of(config, [BOTH])
    for _title, names in SettingsForm.ADVANCED:
        for name in names:
            if name in values:
                field = form.fields[name]
                yield field.label, dict(getattr(field, "choices", ())).get(values[name], values[name])


def table(config: dict[str, Any]) -> SafeString:
    """Return the settings of a run as a table."""
    rows = format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', in_words(config))
    return format_html('<table class="figures settings">{}</table>', rows)
