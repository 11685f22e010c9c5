"""The drawings that a candidate would lose, as pictures: what each is, and what the candidate says."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from datasets.admin.pictures import thumbnails
from datasets.models import Drawing
from training.errors import UnreadableArtifact
from training.models import ModelVersion
from training.pages.showing import readings_of
from training.pages.texts import class_name
from training.selection import CLASSES
from training.versions.predictions import stored_with

MOST = 60


def pictures(version: ModelVersion) -> SafeString:
    """Return them with their number in front; empty when there are none."""
    comparison = version.metrics.get("gate", {}).get("comparison") or {}
    if not comparison.get("flips"):
        return SafeString()
    drawings = Drawing.objects.of_room(version.room).filter(content_hash__in=comparison["flips"])
    shown = drawings.select_related("content").order_by("pk")[:MOST]
    captions = _captions(version, comparison["flips"])
    named = [drawing for drawing in shown if drawing.content_hash in captions]
    tiles = format_html_join(
        "",
        "<figure>{}<figcaption>{} → {}</figcaption></figure>",
        ((thumbnails([drawing]), *captions[drawing.content_hash]) for drawing in named),
    )
    plain = thumbnails(drawing for drawing in shown if drawing.content_hash not in captions)
    count = _("%(count)s of %(n)s drawings that the live version reads, and this one does not") % {
        "count": comparison["flip_count"],
        "n": comparison["n"],
    }
    return format_html('<p>{}</p><div class="drawings">{}{}</div>', count, tiles, plain)


def _captions(version: ModelVersion, contents: list[str]) -> dict[str, tuple[str, str]]:
    """Return what each drawing is and what the version says to it, by content; nothing where that is not to be had."""
    try:
        predictions = stored_with(version)
    except UnreadableArtifact:
        return {}
    names = [class_name(name) for name in CLASSES[version.network]]
    readings = readings_of(predictions, predictions.named(contents))
    return {reading.content: (names[reading.actual], names[reading.predicted]) for reading in readings}
