"""What the draw page's scripts say, in the visitor's language. Names in braces are filled in there."""

from django.utils.translation import gettext_lazy as _

from datasets.pages.texts import DELETING, WAITING

DRAW = {
    # -- the answer
    "named": {
        "0": _("a 0"),
        "1": _("a 1"),
        "2": _("a 2"),
        "3": _("a 3"),
        "4": _("a 4"),
        "5": _("a 5"),
        "6": _("a 6"),
        "7": _("a 7"),
        "8": _("an 8"),
        "9": _("a 9"),
    },
    "empty": _("What will it be?"),
    "emptyDetail": _("The answer comes as you draw."),
    "emptyDetailAsked": _("The answer comes when you press Predict."),
    "notAsked": _("Not read yet"),
    "reading": _("Reading…"),
    "sure": _("Quite sure"),
    "fairly": _("Fairly sure"),
    "either": _("Could be {first} or {second}"),
    "unsure": _("Not sure, perhaps {first}"),
    "shareOfOne": _("{share} for the {first}"),
    "shareOfTwo": _("{share} for the {first}, {next} for the {second}"),
    "refused": _("Probably not a digit"),
    "refusedDetail": _("If it is one, then {first}."),
    "several": _("{count} symbols"),
    "severalDetail": _("Read from left to right. Only single symbols can be given."),
    "versions": _("digits {digits} · digit-or-not {digitOrNot}"),
    "readInBrowser": _("read in this browser in {ms} ms"),
    "readByServer": _("read by the server in {ms} ms"),
    # -- the verdict
    "verdictWaits": _("Digit or not? Once the pen rests."),
    "verdict_digit": _("A digit"),
    "verdict_refused": _("Rejected: not a digit"),
    "verdict_several": _("More than one symbol"),
    "verdict_none": _("No verdict without normalization"),
    # -- the board
    "full": _("The sheet is full: a drawing can hold no more. Undo a stroke or clear the board."),
    # -- giving
    "give": _("Give this drawing"),
    "giving": _("Sending…"),
    "labelMissing": _("Choose what it is first."),
    "consentMissing": _("Tick the box first: without your consent we take nothing."),
    "onlySingle": _("Only single symbols can be given. Undo or clear, and draw one of them."),
    "thanks": _("Thank you for your {label}! A moderator looks at it before it joins the dataset."),
    "thanksNotADigit": _("Thank you for your drawing! A moderator looks at it before it joins the dataset."),
    "first": _("It is your first. Draw another one?"),
    "count": _("It is your drawing number {count}. Draw another one?"),
    **DELETING,
    **WAITING,
    "problems": {
        "unreachable": {
            "headline": _("No connection"),
            "detail": _("Draw on: we ask again every few seconds."),
        },
        "too_slow": {
            "headline": _("The connection is too slow"),
            "detail": _("This picture did not get through in time. Change something or ask again to send it anew."),
        },
        "no_published_version": {
            "headline": _("No reader yet"),
            "detail": _("No networks are published so far. You can still give your drawing."),
        },
        "blank_drawing": {
            "headline": _("Nothing to see"),
            "detail": _("No ink can be told from the paper. Draw something, or open another image."),
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

# What the drawer beside the board says.
LAB = {
    "widthOfPen": _("Width of the pen"),
    "widthOfEraser": _("Width of the eraser"),
    "leavesBoard": _("No further: it would leave the board."),
    "nothingToFit": _("There is no ink to normalize."),
    "normalizes": _("The symbol is cut out, fitted into 20 of 28 pixels and centred, then read."),
    "asItStands": _(
        "The board is turned to grey and shrunk to 28 by 28 pixels as it stands: place, size and colours count, "
        "and there is no verdict. What you give is the drawing all the same."
    ),
    "sightWaits": _("Draw something to see it."),
    "sightNormalized": _("Cut out, fitted and centred."),
    "sightShrunk": _("The whole board, shrunk."),
    "sightWhole": _("All symbols together; each is read alone as well."),
    # -- once around
    "turnAround": _("360°"),
    "stop": _("Stop"),
    "turning": _("Turning: {angle}°"),
    "turned": _("Read as {digits} on the way around."),
    "turningStopped": _("Stopped at {angle}°."),
    "turningFailed": _("Stopped at {angle}°: no answer. Try again in a moment."),
    "probabilityOf": _("Probability of {digit}"),
    "plotOf": _("Probability of {digit} by angle: {low} at least, {high} at most."),
    # -- images and files
    "opening": _("Opening the image…"),
    "imageErrors": {
        "unreadable": _("This file is not an image that your browser can open. Try a PNG or a JPEG."),
        "too_narrow": _("This image is too narrow to hold a digit. Cut it closer to a square."),
        "nothing_to_paste": _("There is no image to paste. Copy one first."),
        "other": _("The image could not be opened. Try another one."),
    },
    "noStrokes": _("An image has no strokes to save. Draw over it, or save it as PNG."),
    # -- colours
    "hardToSee": _("This pen is hard to see on this paper."),
    "coloursDoNotMatter": _(
        "Normalization looks for the ink, whatever its colour: the answer stays the same. Switch it off under Read, "
        "and colours mislead the network."
    ),
    "coloursMatter": _(
        "Without normalization the board is turned to grey, and dark counts as ink: light on dark is read inside out, "
        "and pale ink hardly at all."
    ),
}
