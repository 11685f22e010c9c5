"""What the pages call things, in the visitor's language."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from training.models import Network

Text = str | Promise

CLASS_NAMES: dict[str, Text] = {"digit": gettext_lazy("digit"), "not-a-digit": gettext_lazy("not a digit")}

PURPOSES: dict[str, Text] = {
    Network.DIGITS: gettext_lazy("Says which digit a symbol is. It always names one, even for a letter."),
    Network.DIGIT_OR_NOT: gettext_lazy("Says whether a symbol is a digit at all."),
}

SOURCES: dict[str, Text] = {
    "mnist": "MNIST",
    "unipen": "UNIPEN",
    "site": gettext_lazy("drawn on this site"),
}

SETTINGS: dict[str, Text] = {
    "epochs": gettext_lazy("epochs at most"),
    "batch_size": gettext_lazy("drawings in a batch"),
    "learning_rate": gettext_lazy("learning rate"),
    "optimizer": gettext_lazy("optimizer"),
    "one_cycle": gettext_lazy("learning rate rises and falls"),
    "patience": gettext_lazy("epochs without progress before it stops"),
    "balance": gettext_lazy("balancing of the classes"),
    "copies": gettext_lazy("altered copies of each drawing"),
    "seed": gettext_lazy("seed"),
    "label_smoothing": gettext_lazy("label smoothing"),
    "averaging": gettext_lazy("epochs that the weights are averaged over"),
    "calibrate": gettext_lazy("fits its certainty to the validation drawings"),
    "fine_tune": gettext_lazy("trains the trunk as well"),
    "rotation": gettext_lazy("rotation, degrees"),
    "zoom": gettext_lazy("zoom"),
    "shear": gettext_lazy("shear"),
    "shift": gettext_lazy("shift, pixels"),
    "stroke_width": gettext_lazy("stroke width, pixels"),
    "pen_low": gettext_lazy("thinnest pen"),
    "pen_high": gettext_lazy("thickest pen"),
    "elastic": gettext_lazy("elastic distortion, pixels"),
    "unfinished": gettext_lazy("share of unfinished copies"),
    "dotted": gettext_lazy("share of dotted copies"),
    "outliers": gettext_lazy("made-up outliers, as a share of the copies"),
}

PARTS: dict[str, Text] = {"trunk": gettext_lazy("trunk"), "head": gettext_lazy("head")}


def class_name(name: str) -> str:
    return str(CLASS_NAMES.get(name, name))


def source_name(name: str) -> str:
    """Return the name of a source; figures of hands that were trained on as well say so."""
    plain = name.removesuffix(", same hand")
    text = str(SOURCES.get(plain, plain))
    return _("%(source)s, same hand") % {"source": text} if plain != name else text


def setting_name(name: str) -> str:
    return str(SETTINGS.get(name, name.replace("_", " ")))


def layer_name(kind: str, settings: dict[str, Any]) -> str:
    """Return what a layer is in words, such as "convolution 3×3, 16 filters"."""
    if kind == "Conv2D":
        count = settings.get("filters", 0)
        words = ngettext("convolution %(size)s, %(count)s filter", "convolution %(size)s, %(count)s filters", count)
        return words % {"size": _across(settings.get("kernel_size")), "count": count}
    if kind == "Dense":
        count = settings.get("units", 0)
        return ngettext("dense, %(count)s unit", "dense, %(count)s units", count) % {"count": count}
    if kind in {"MaxPooling2D", "AveragePooling2D"}:
        words = _("largest of each %(size)s") if kind == "MaxPooling2D" else _("mean of each %(size)s")
        return words % {"size": _across(settings.get("pool_size"))}
    if kind == "Dropout":
        return _("dropout of %(share)s in training") % {"share": f"{settings.get('rate', 0):.0%}"}
    return {
        "Rescaling": _("ink 0-255 to 0-1"),
        "BatchNormalization": _("batch normalization"),
        "ReLU": _("negative to 0 (ReLU)"),
        "GlobalAveragePooling2D": _("mean of each channel"),
        "GlobalMaxPooling2D": _("largest of each channel"),
        "Flatten": _("laid out in a row"),
    }.get(kind, kind)


def activation_name(settings: dict[str, Any]) -> str:
    name = settings.get("activation")
    return {"softmax": _("then shares that sum to 1 (softmax)"), "relu": _("then negative to 0 (ReLU)")}.get(
        name or "", name or ""
    )


def _across(sides: Any) -> str:
    return "×".join(map(str, sides)) if isinstance(sides, list) else str(sides or "")
