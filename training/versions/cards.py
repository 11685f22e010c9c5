"""Model cards: what a version is, what it was made of, how good it is and where it fails, in Markdown."""

import re
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from training.models import Network

ATTRIBUTIONS = {
    "mnist": "MNIST (Y. LeCun, C. Cortes, C. J. C. Burges).",
    "unipen": (
        "UNIPEN train_r01_v07, isolated characters (International Unipen Foundation; I. Guyon, L. Schomaker, "
        "R. Plamondon, M. Liberman, S. Janet: UNIPEN project of on-line data exchange and recognizer benchmarks, "
        "ICPR 1994; Zenodo 10.5281/zenodo.1195803, CC BY 4.0)."
    ),
    "site": "Drawings given by visitors of this site, CC0.",
}

PURPOSE = {
    Network.DIGITS: "Says which digit, 0 to 9, a single handwritten symbol is. It always names one, even for a letter.",
    Network.DIGIT_OR_NOT: "Says whether a single handwritten symbol is a digit at all.",
}


CHANGES = {
    "rotation": "degrees of rotation",
    "shift": "pixels out of its place",
    "zoom": "times its size",
    "pen": "times as wide a pen",
}

LEFT_OUT = {
    Network.DIGITS: "",
    Network.DIGIT_OR_NOT: (
        " Letters and signs that nobody can tell from a digit by their shape (O, l, S, ...) are left out."
    ),
}


MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
TITLE = re.compile(r"\A# .*\n+")
HEADINGS = re.compile(r"^(?=#{2,5} )", re.MULTILINE)


def rendered(card: str) -> SafeString:
    """Return a card as HTML, without its title: the page has one. What looks like HTML in it is text.

    Its headings stand below those of a page.
    """
    return mark_safe(MARKDOWN.render(HEADINGS.sub("#", TITLE.sub("", card))))  # noqa: S308 - the library escapes


def write_card(network: str, architecture: str, dataset: str, figures: dict[str, Any]) -> str:
    """Return the card of a version; `figures` are its metrics."""
    return "\n\n".join(
        [
            f"# {network}",
            PURPOSE[Network(network)],
            _made_of(architecture, dataset, figures),
            _measured(network, figures),
            _stands(figures["robustness"]),
            _fails(figures),
            _sources(figures),
        ]
    )


def _made_of(architecture: str, dataset: str, figures: dict[str, Any]) -> str:
    counts, history = figures["parameters"], figures["history"]
    lines = [
        "## Made of",
        f"- architecture `{architecture}`, {counts['trainable']:,} trainable and "
        f"{counts['non_trainable']:,} other parameters, {figures['export']['tflite_bytes']:,} bytes as `.tflite`",
        f"- {figures['training_images']:,} training images, augmented copies included, from {dataset}",
        f"- {_epochs(len(history), sum(epoch['seconds'] for epoch in history))}",
    ]
    if ancestors := figures.get("ancestors"):
        lines.append(f"- starts from {', and that from '.join(map(_ancestor, ancestors))}")
    return "\n".join(lines)


def _epochs(count: int, seconds: float) -> str:
    return f"{count} {'epoch' if count == 1 else 'epochs'} in {seconds:,.0f} s"


def _ancestor(ancestor: dict[str, Any]) -> str:
    """Name a version before; a number says something only on the site where it was made."""
    network, number, images = ancestor["network"], ancestor["number"], ancestor["training_images"]
    name = f"{network} {number}" if number else f"an earlier version of {network}"
    effort = _epochs(ancestor["epochs"], ancestor["seconds"])
    return f"{name} ({images:,} training images, {effort})" if images else name


def _measured(network: str, figures: dict[str, Any]) -> str:
    lines = [
        "## Measured",
        "On test drawings by people who are not in the training data (unless marked as the same hand), "
        "through the file that ships." + LEFT_OUT[Network(network)],
        "",
        "| drawings | number | accuracy | 95% interval |",
        "| --- | --- | --- | --- |",
    ]
    for name, part in {"all": figures, **figures["by_source"]}.items():
        low, high = part["accuracy_interval"]
        lines.append(f"| {name} | {part['n']:,} | {part['accuracy']:.2%} | {low:.2%} to {high:.2%} |")
    found = figures.get("detection")
    if found and found["kept_at_95_refused"] is not None:
        lines += [
            "",
            f"At the threshold of 0.5, {found['kept']:.2%} of the digits are kept and {found['refused']:.2%} of the "
            f"others are refused; where 95% of the others are refused, {found['kept_at_95_refused']:.2%} of the digits "
            f"are kept (ROC AUC {found['roc_auc']:.4f}).",
        ]
    return "\n".join([*lines, *_seeds(figures.get("seeds", []))])


def _seeds(rows: list[dict[str, Any]]) -> list[str]:
    """Say how all versions did that differ by their seed alone."""
    if not rows:
        return []
    numbers = ", ".join(str(row["seed"]) for row in rows)
    lines = ["", f"Trained with the seeds {numbers}, of which the validation drawings choose; over all of them:", ""]
    for name in rows[0]["accuracy"]:
        errors = [1 - row["accuracy"][name] for row in rows]
        mean = sum(errors) / len(errors)
        lines.append(f"- {name}: {mean:.2%} wrong in the mean, {min(errors):.2%} to {max(errors):.2%}")
    return lines


def _stands(robustness: dict[str, Any]) -> str:
    lines = ["## What it withstands"]
    for kind, name in CHANGES.items():
        points = robustness[kind]
        if points:
            least, most = points[0], points[-1]
            worse = min(points, key=lambda point: point["accuracy"])
            amounts = f"{least['amount']:g} to {most['amount']:g} {name}"
            lines.append(f"- {amounts}: at worst {worse['accuracy']:.1%} of {worse['n']:,} are right")
    return "\n".join(lines)


def _fails(figures: dict[str, Any]) -> str:
    classes, confusion = figures["classes"], figures["confusion"]
    mistakes = sorted(
        (
            (count, classes[row], classes[column])
            for row, counts in enumerate(confusion)
            for column, count in enumerate(counts)
            if row != column and count
        ),
        reverse=True,
    )
    lines = [
        f"- {truth} read as {answer}: {count} {'time' if count == 1 else 'times'}"
        for count, truth, answer in mistakes[:5]
    ]
    return "\n".join(["## Where it fails most", *(lines or ["- no mistake on the test drawings"])])


def _sources(figures: dict[str, Any]) -> str:
    names = figures["by_source"]
    sources = dict.fromkeys(name.removesuffix(", same hand") for name in names)
    return "\n".join(["## Data", *(f"- {ATTRIBUTIONS.get(name, name)}" for name in sources)])
