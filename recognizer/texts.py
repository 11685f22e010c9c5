"""What the draw page's scripts say, in the visitor's language. Names in braces are filled in there."""

from django.utils.translation import gettext_lazy as _

DRAW = {
    # -- the answer
    "empty": _("What will it be?"),
    "emptyDetail": _("The answer comes as you draw."),
    "sure": _("Quite sure"),
    "fairly": _("Fairly sure"),
    "either": _("Could be a {first} or a {second}"),
    "unsure": _("Not sure, perhaps a {first}"),
    "shareOfOne": _("{share} for the {first}"),
    "shareOfTwo": _("{share} for the {first}, {next} for the {second}"),
    "refused": _("Probably not a digit"),
    "refusedDetail": _("If it is one, then a {first}."),
    "several": _("{count} symbols"),
    "severalDetail": _("Read from left to right."),
    "versions": _("digits {digits} · digit-or-not {digitOrNot}"),
    "readInBrowser": _("read in this browser in {ms} ms"),
    "readByServer": _("read by the server in {ms} ms"),
    # -- the verdict
    "verdictWaits": _("Digit or not? Once the pen rests."),
    "verdict_digit": _("A digit"),
    "verdict_refused": _("Rejected: not a digit"),
    "verdict_several": _("More than one symbol"),
    # -- the board
    "full": _("The sheet is full: a drawing can hold no more. Undo a stroke or clear the board."),
    # -- giving
    "give": _("Give this drawing"),
    "giving": _("Sending…"),
    "labelMissing": _("Choose what it is first."),
    "consentMissing": _("Tick the box first: without your consent we take nothing."),
    "onlySingle": _("Only single symbols can be given. Undo or clear, and draw one of them."),
    "thanks": _("Thank you! A moderator looks at your {label} before it joins the dataset. Draw another one?"),
    "thanksNotADigit": _("Thank you! A moderator looks at your drawing before it joins the dataset. Draw another one?"),
    "deleted": _("Deleted. Your drawing is gone from our side."),
    "waitingOne": _(
        "One drawing waits in this browser: we could not take it now. It is sent by itself as soon as that works, "
        "while this page is open. You may draw on."
    ),
    "waitingMany": _(
        "{count} drawings wait in this browser: we could not take them now. They are sent by themselves as soon as "
        "that works, while this page is open. You may draw on."
    ),
    "waitedAndSent": _("What has waited in this browser is sent. Thank you!"),
    "waitedInVain": _("A drawing that has waited in this browser was not taken. {reason}"),
    "problems": {
        "unreachable": {
            "headline": _("No connection"),
            "detail": _("Draw on: we ask again every few seconds."),
        },
        "no_published_version": {
            "headline": _("No reader yet"),
            "detail": _("No networks are published so far. You can still give your drawing."),
        },
        "429": {
            "headline": _("A moment, please"),
            "detail": _("That was a lot of drawing. Wait a minute, then draw on."),
        },
        "other": {
            "headline": _("No answer this time"),
            "detail": _("Something went wrong on our side. Your drawing is still here."),
        },
    },
    "errors": {
        "unreachable": _("The site could not be reached. Your drawing is still here: try again in a moment."),
        "several_symbols": _("Only single symbols can be given. Undo or clear, and draw one of them."),
        "single_dot": _("That is only a dot. Draw a digit, or something else with a line in it."),
        "blank_drawing": _("There is no ink to be seen. Draw something on the sheet first."),
        "already_decided": _("You gave this drawing before, and a moderator has decided on it. Draw another one."),
        "contributor_blocked": _("Drawings from this browser are not taken any more. Ask those who run this site."),
        "413": _("This drawing is too large to be kept. Draw it with fewer strokes."),
        "429": _("That was a lot of drawings. Your last one is still here: try again in a minute."),
        "503": _("The site is busy. Your drawing is still here: try again in a moment."),
        "other": _("Something went wrong on our side. Your drawing is still here: try again in a moment."),
    },
}
