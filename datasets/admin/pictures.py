"""Drawings as HTML: dark ink on white paper in either theme, because that is how they are judged."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from datasets.models import Drawing
from datasets.pages.pictures import data_url, paths_of
from datasets.preprocessing.normalization import SIDE, encode_png


def thumbnail(drawing: Drawing) -> SafeString:
    """Return the 28x28 that the networks see, enlarged without smoothing."""
    pixels = 255 - np.frombuffer(bytes(drawing.content.normalized), np.uint8).reshape(SIDE, SIDE)
    return _image("drawing", encode_png(pixels), _alternative(drawing))


def thumbnails(drawings: Iterable[Drawing]) -> SafeString:
    """Return them in a row, each a link to its page."""
    return format_html_join(
        "",
        '<a href="{}">{}</a>',
        ((reverse("admin:datasets_drawing_change", args=[drawing.pk]), thumbnail(drawing)) for drawing in drawings),
    )


def picture(drawing: Drawing) -> SafeString:
    """Return the drawing as its contributor saw it."""
    content = drawing.content
    if content.strokes is not None:
        return _svg(content.strokes, _alternative(drawing))
    if content.image is not None:
        return _image("drawing large", bytes(content.image), _alternative(drawing))
    return thumbnail(drawing)


def _alternative(drawing: Drawing) -> str:
    """Say which drawing it is. Not as what it was claimed: some look at it to find that out."""
    return _("drawing %(id)s") % {"id": drawing.pk}


def _image(css_class: str, png: bytes, alternative: str) -> SafeString:
    return format_html('<img class="{}" src="{}" alt="{}">', css_class, data_url(png), alternative)


def _svg(strokes: dict[str, Any], alternative: str) -> SafeString:
    shown = paths_of(strokes)
    paths = format_html_join(
        "",
        '<path d="{}" stroke-width="{}" stroke="{}"/>',
        ((path["d"], path["pen"], "#fff" if path["erase"] else "#000") for path in shown["paths"]),
    )
    return format_html(
        '<svg class="drawing large" viewBox="0 0 {} {}" role="img" aria-label="{}" fill="none" '
        'stroke-linecap="round" stroke-linejoin="round">{}</svg>',
        shown["width"],
        shown["height"],
        alternative,
        paths,
    )
