"""What scripts say about giving drawings, in the visitor's language. Names in braces are filled in there."""

from django.utils.translation import gettext_lazy as _

WAITING = {
    "waitingOne": _(
        "One drawing waits in this browser: we could not take it now. It is sent by itself as soon as that works, "
        "while this page is open. You may draw on."
    ),
    "waitingMany": _(
        "{count} drawings wait in this browser: we could not take them now. They are sent by themselves as soon as "
        "that works, while this page is open. You may draw on."
    ),
    "waitedAndSent": _("What has waited in this browser is sent. Thank you!"),
    "waitedInVain": _("A drawing that has waited in this browser was not taken, and is gone from here. {reason}"),
    # About the drawing that has waited: the one on the board is another.
    "waitedErrors": {
        "single_dot": _("It was only a dot."),
        "blank_drawing": _("There was no ink to be seen on it."),
        "several_symbols": _("There were several symbols on it, and only single ones can be given."),
        "already_decided": _("You gave it before, and a moderator has decided on it."),
        "contributor_blocked": _("Drawings from this browser are not taken any more. Ask those who run this site."),
        "413": _("It was too large to be kept."),
        "other": _("It was not as this site expects drawings to be."),
    },
    "discarded": _("Discarded. If it had reached us after all, you can delete it at “My drawings”."),
}

DELETING = {
    "deleted": _("Deleted. Your drawing is gone from our side."),
    "deleteErrors": {
        "unreachable": _("Not deleted: the site could not be reached. Press again when you are back online."),
        "other": _("Not deleted: something went wrong on our side. Press again in a moment."),
    },
    # The next one had been given by then.
    "earlierDeleted": _("The earlier drawing is deleted."),
    "earlierKept": _("The earlier drawing was not deleted. Try again on the page of your drawings."),
}

CONTRIBUTE = {
    "submit": _("Submit"),
    "submitting": _("Sending…"),
    "round": _("{done} of {all}"),
    "roundDone": _("A round of {all} is done. Thank you! On with the next, if you like."),
    "tally": _("{count} given by you"),
    "tallyOne": _("One given by you"),
    "given": _("Thank you, your drawing is in."),
    "readAs": _("Thank you, it is in. The networks read: {digit}"),
    "readAsNoDigit": _("Thank you, it is in. The networks say that it is no digit."),
    "duplicate": _("You gave exactly this drawing before, so it counts once. Draw the next one anew."),
    **DELETING,
    **WAITING,
    "blank": _("Draw it first. Then submit."),
    "consentMissing": _("Tick the box first: without your consent we take nothing."),
    "full": _("The sheet is full: a drawing can hold no more. Undo a stroke or clear the board."),
    "errors": {
        "single_dot": _("That is only a dot. Draw at least a line of it."),
        "blank_drawing": _("There is no ink to be seen. Draw it on the sheet first."),
        "several_symbols": _("There are several symbols on the sheet. Only one at a time, please: undo or clear."),
        "already_decided": _("You gave this drawing before, and a moderator has decided on it. Draw it anew."),
        "contributor_blocked": _("Drawings from this browser are not taken any more. Ask those who run this site."),
        "413": _("This drawing is too large to be kept. Draw it with fewer strokes."),
        "other": _("Something went wrong on our side. Your drawing is still here: try again in a moment."),
    },
}
