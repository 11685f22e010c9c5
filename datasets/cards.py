"""Dataset cards: what is in a version, who drew it, how it was collected, what is wrong with it.

Written from what was counted when the version was frozen, in the reader's language; the Markdown that goes with the
files is in English.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.labels import DIGITS, Label
from datasets.licences import licence_of
from datasets.models import DatasetVersion, Split


@dataclass(frozen=True)
class Section:
    """A part of a card: a title, sentences, and points."""

    title: str
    text: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)


def card_of(version: DatasetVersion) -> list[Section]:
    """Return the card in the language that is active."""
    parts = (_what, _who, _how, _licences, _biases, _changes)
    return [section for part in parts if (section := part(version)) is not None]


def markdown_of(version: DatasetVersion) -> str:
    """Return the card as a Markdown file, in English."""
    with translation.override("en"):
        return "\n\n".join(_lines(version)) + "\n"


def _lines(version: DatasetVersion) -> Iterator[str]:
    yield f"# Digitsite, dataset {version.number}"
    yield f"Frozen on {version.created_at:%Y-%m-%d}. SHA-256 of the manifest: `{version.manifest_sha256}`"
    for section in card_of(version):
        yield f"## {section.title}"
        yield from section.text
        if section.points:
            yield "\n".join(f"- {point}" for point in section.points)
    yield "## Counts"
    yield _table(version)
    if version.note:
        yield f"## Note\n\n{version.note}"


def _table(version: DatasetVersion) -> str:
    rows = ["| label | " + " | ".join(Split.values) + " |", "| --- |" + " ---: |" * len(Split)]
    for label in Label.values:
        rows.append(f"| {label} | " + " | ".join(str(version.count(split, [label])) for split in Split.values) + " |")
    return "\n".join(rows)


def _what(version: DatasetVersion) -> Section:
    digits = sum(version.count(split, DIGITS) for split in Split.values)
    text = [
        _(
            "%(size)s handwritten symbols: %(digits)s digits and %(others)s that are no digits. Each is a picture of "
            "28 by 28 grey levels, ink high, cut out, brought to 20 pixels and centred on its mass as in MNIST; "
            "those drawn with a pen come with its path as well."
        )
        % {"size": _n(version.size), "digits": _n(digits), "others": _n(version.size - digits)},
        _(
            "Where something was erased, or drawn beyond the edge of the board, the path is left out: no moderator "
            "has seen all of it."
        ),
    ]
    if version.sources:
        text.append(_("It was chosen from these sources: %(sources)s.") % {"sources": ", ".join(version.sources)})
    if version.filters:
        text.append(
            _("It was chosen by more than its source: %(filters)s.") % {"filters": "; ".join(filters_of(version))}
        )
    return Section(_("What it is"), text)


def filters_of(version: DatasetVersion) -> list[str]:
    """Return what was asked of the drawings besides their source, in words."""
    return [_filter(name, value) for name, value in version.filters.items()]


def _filter(name: str, value: Any) -> str:
    texts = {
        "labels": _("the labels %(value)s"),
        "until": _("given until %(value)s"),
        "kinds": _("contributors of the kind %(value)s"),
        "fewest_votes": _("at least %(value)s votes"),
    }
    return texts[name] % {"value": ", ".join(value) if isinstance(value, list) else value}


def _who(version: DatasetVersion) -> Section:
    return Section(
        _("Who drew"),
        [
            _(
                "People are known by a random number in a cookie, or by the pseudonym that a source gave them; nobody "
                "knows their age, their country, or which hand they write with. Each version has its own pseudonyms, "
                "which drawings that lie in two versions connect."
            )
        ],
        [_of_source(source, facts) for source, facts in _sources(version).items()],
    )


def _of_source(source: str, facts: dict[str, Any]) -> str:
    known = facts["hands"] > 1 or source == "site"
    hands = ngettext("%(hands)s hand", "%(hands)s hands", facts["hands"]) % {"hands": _n(facts["hands"])}
    once = facts["first_month"] == facts["last_month"]
    text = (
        _("%(source)s: %(drawings)s drawings by %(hands)s, taken in during %(first)s")
        if once
        else _("%(source)s: %(drawings)s drawings by %(hands)s, taken in from %(first)s to %(last)s")
    )
    return text % {
        "source": source,
        "drawings": _n(facts["drawings"]),
        "hands": hands if known else _("unknown hands"),
        "first": facts["first_month"],
        "last": facts["last_month"],
    }


def _how(version: DatasetVersion) -> Section:
    points = [
        _("Visitors draw with a finger, a pen or a mouse and say what it is."),
        _approval(version),
        _("Imported sources are taken as they were published, under their own labels and splits."),
        _(
            "Splits go by the hand that drew, so that tests are on people never seen, as far as there are enough; "
            "a drawing never changes its split."
        ),
        _same_content(version),
    ]
    if left_out := sum(version.dropped.values()):
        points.append(_("Left out for these reasons: %(count)s.") % {"count": _n(left_out)})
    return Section(_("How it was collected"), points=points)


def _approval(version: DatasetVersion) -> str:
    if version.facts.get("by_votes") == 0:
        return _("A moderator has approved each of their drawings, alone or with others like it.")
    return _(
        "A moderator has approved each of their drawings, alone or with others like it; or visitors have who did "
        "not know what was claimed, and whose answers about other drawings had proved right."
    )


def _same_content(version: DatasetVersion) -> str:
    limit = version.facts.get("limit_for_one_hand")
    if limit is None:
        return _("Of drawings with the same content one is kept.")
    return _("Of drawings with the same content one is kept, and of one visitor at most %(most)s.") % {
        "most": _n(limit)
    }


def _licences(version: DatasetVersion) -> Section:
    points = []
    for source in _sources(version):
        licence = licence_of(source)
        points.append(f"{source}: {licence.name}. {licence.attribution} {licence.url}".strip())
    return Section(_("Licences"), points=points)


def _biases(version: DatasetVersion) -> Section:
    return Section(_("Known biases"), points=list(_known_biases(version)))


def _known_biases(version: DatasetVersion) -> Iterator[str]:
    sources = _sources(version)
    by_digit = {digit: sum(version.count(split, [digit]) for split in Split.values) for digit in DIGITS}
    most, fewest = max(by_digit, key=by_digit.__getitem__), min(by_digit, key=by_digit.__getitem__)
    if by_digit[most]:
        yield _("The most frequent digit is %(most)s (%(n_most)s), the rarest %(fewest)s (%(n_fewest)s).") % {
            "most": most,
            "n_most": _n(by_digit[most]),
            "fewest": fewest,
            "n_fewest": _n(by_digit[fewest]),
        }
    largest = max(sources, key=lambda source: sources[source]["drawings"], default=None)
    if largest and len(sources) > 1:
        share = sources[largest]["drawings"] / version.size
        yield _("%(share)s of the drawings are from one source, %(source)s.") % {
            "share": f"{share:.0%}",
            "source": largest,
        }
    counted = {
        "same_hand": _("%(share)s were split by drawing: the same hand may be in training and test."),
        "ambiguous": _("%(share)s are no digits but look like one (O, l, S): no shape tells them apart."),
        "by_programs": _("%(share)s were sent by programs: nobody knows how many people drew them."),
        "relabelled": _("%(share)s have another label than their contributors claimed: a moderator decided."),
    }
    for name, text in counted.items():
        if count := sum(facts[name] for facts in sources.values()):
            yield text % {"share": f"{count / version.size:.1%}"}
    if without := version.size - sum(facts["strokes"] for facts in sources.values()):
        yield _("%(share)s came as pictures, without the path of a pen.") % {"share": f"{without / version.size:.0%}"}
    if most_by_one := version.facts.get("most_by_one_hand"):
        yield _("The most drawings by one visitor: %(count)s.") % {"count": _n(most_by_one)}
    yield _("Who comes to this site is not a sample of those who write.")


def _changes(version: DatasetVersion) -> Section | None:
    changes = version.facts.get("changes")
    if not changes:
        return None
    texts = {
        "added": _("%(count)s added"),
        "removed": _("%(count)s no longer in it"),
        "relabelled": _("%(count)s under another label"),
        "moved": _("%(count)s in another split"),
    }
    points = [text % {"count": _n(changes[name])} for name, text in texts.items() if changes[name]]
    return Section(_("Changes since dataset %(number)s") % {"number": changes["since"]}, points=points)


def _sources(version: DatasetVersion) -> dict[str, dict[str, Any]]:
    return version.facts.get("sources", {})


def _n(number: int) -> str:
    return f"{number:,}"
