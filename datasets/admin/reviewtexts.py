"""What the script of the keyboard review says, in the moderator's language."""

from typing import Any

from django.utils.translation import gettext as _

from datasets.labels import Label


def reasons() -> list[str]:
    """Return the reasons of a rejection that one key gives; the first is what X alone gives."""
    return [
        _("a scribble"),
        _("cannot be read"),
        _("several symbols"),
        _("not drawn by hand"),
        _("offensive, or about a person"),
    ]


def texts() -> dict[str, Any]:
    """Return texts by name; {names} in braces are filled in by the script."""
    return {
        "labels": {value: str(label) for value, label in Label.choices},
        "claimed": _("claimed: {label}"),
        "blindClaim": _("What is this?"),
        "approved": _("Approved as {label}"),
        "rejected": _("Rejected: {reason}"),
        "skipped": _("Skipped"),
        "undone": _("Taken back"),
        "nothingToUndo": _("Nothing to take back."),
        "sayWhat": _("Say what it shows: 0 to 9, or N for not a digit."),
        "done": _("Nothing is left here."),
        "loading": _("Fetching drawings …"),
        "unreachable": _("The site does not answer. What you decide is kept here and sent when it does."),
        "loggedOut": _("You are logged out. Log in again in another tab; what you have decided is kept here."),
        "cameBack": _("Drawing {id} was not decided as you said. {message}"),
        "unsaved": _("{count} not saved yet"),
        "saved": _("all saved"),
        "pace": _("{count} decided, {pace} a minute"),
        "reportedNote": _("Reported by a visitor"),
    }
