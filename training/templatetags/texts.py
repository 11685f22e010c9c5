"""Names of layers, settings and sources in templates, and what runs say in their rows."""

from typing import Any

from django import template

from training import sentences
from training.pages import texts

register = template.Library()
register.filter("source_name", texts.source_name)
register.filter("setting_name", texts.setting_name)
register.filter("class_name", texts.class_name)
register.filter("retold", sentences.retold)
register.filter("folded", sentences.folded)


@register.filter
def layer_words(layer: dict[str, Any]) -> str:
    return texts.layer_name(layer["kind"], layer["settings"])


@register.filter
def activation_words(layer: dict[str, Any]) -> str:
    return texts.activation_name(layer["settings"])


@register.filter
def part_name(part: str) -> str:
    return str(texts.PARTS.get(part, part))
