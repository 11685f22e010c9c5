"""What every control of the draw page does, for Help: in the order in which the page has them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Control:
    """A control: its icons on the page (of static/icons/icons.svg), its name, what it does, and its keys."""

    icons: tuple[str, ...]
    name: str | Promise
    text: str | Promise
    keys: tuple[str, ...] = ()  # with "+" between those that are pressed together


@dataclass(frozen=True)
class Group:
    """Controls that stand together."""

    anchor: str
    title: str | Promise
    note: str | Promise
    controls: tuple[Control, ...]


BOARD = Group(
    "board",
    _("The board"),
    _("Draw one symbol, large, with a mouse, a pen or a finger. All else follows."),
    (
        Control(
            ("pen",),
            _("Pen"),
            _("Draws. While a pen is near the screen, your hand may rest on it: it does not draw."),
        ),
        Control(
            ("undo",), _("Undo"), _("Takes back the last step, whatever it was: a stroke, a turn, Clear."), ("Ctrl+Z",)
        ),
        Control(("clear",), _("Clear"), _("A new sheet. Undo brings the old one back."), ("Delete",)),
        Control(
            ("lab",),
            _("Lab"),
            _(
                "Opens the drawer with everything else, and the eraser and Redo beside the board. It "
                "remembers being open."
            ),
        ),
    ),
)

ANSWER = Group(
    "answer",
    _("The answer"),
    _(
        "It comes while you draw. Your own device reads the drawing as soon as it can, the site until then "
        "and otherwise."
    ),
    (
        Control(
            (),
            _("The numeral"),
            _(
                "Which digit it would be, and in words how sure the network is of it. With several symbols: "
                "each, from left to right, with a box round it."
            ),
        ),
        Control(
            (),
            _("The ten bars"),
            _("How much of its belief the network gives to each digit, from 0 to 9. Together they make 100%."),
        ),
        Control(
            ("check", "cross", "several"),
            _("Digit or not"),
            _(
                "Half a second after the last stroke. Green is the probability of a digit, red that of "
                "something else, and from half red on it is rejected. Yellow means that there is more than "
                "one symbol; a 5 in two strokes, a dotted 3 and a crossed 7 are one."
            ),
        ),
        Control(
            (),
            _("The small line below"),
            _(
                "Which version of each network has answered, where, and in how many milliseconds. When a "
                "better version goes live, this page has it within half a minute, without a reload."
            ),
        ),
    ),
)

TOOLS = Group(
    "tools",
    _("Lab: pen and eraser"),
    _("All of the Lab works on strokes as lines, so nothing is ever blurred, and every step can be taken back."),
    (
        Control(("eraser",), _("Eraser"), _("Takes ink away where you rub. Its width has a slider of its own.")),
        Control(("redo",), _("Redo"), _("Does again what Undo took back."), ("Ctrl+Shift+Z", "Ctrl+Y")),
        Control(
            ("width",),
            _("Width"),
            _(
                "How thick the pen or the eraser is, from 2 to 60 of the board's 280 units; the dot shows it."
                " Between a fiftieth and a quarter of the symbol's size it is read well."
            ),
        ),
    ),
)

PLACE = Group(
    "place",
    _("Lab: move"),
    _("Move the symbol about and see what a network minds and what it does not."),
    (
        Control(("left", "up", "down", "right"), _("Arrows"), _("Move it by a step.")),
        Control(("minus", "plus"), _("Smaller, larger"), _("Zoom it about its middle, its pen too.")),
        Control(
            ("turn-left", "turn-right"),
            _("Turn"),
            _("By 10 degrees, to the left or to the right. After 36 times it is exactly where it was."),
        ),
        Control(
            ("normalize",),
            _("Normalize"),
            _(
                "Brings it to the size and the place that the networks like. First you see the box round what "
                "was found, and the dashed one that it goes into."
            ),
        ),
        Control(
            ("around",),
            "360°",
            _(
                "Turns it once around in 36 steps and reads it at each; Stop stops it. Then a plot shows the "
                "probability over the angle, also as a table. A 6 becomes a 9 on the way."
            ),
        ),
    ),
)

READING = Group(
    "reading",
    _("Lab: read"),
    _("How the drawing gets from the board to the network."),
    (
        Control((), _("Read after every stroke"), _("Off: nothing is read until you press Predict.")),
        Control(
            (),
            _("Predict"),
            _(
                "Reads what is on the board now. It is green while drawings are normalized before they are "
                "read, blue while they are not."
            ),
        ),
        Control(
            (),
            _("Normalize before reading"),
            _(
                "On: the symbol is cut out, brought to one size and centred, wherever and however large you "
                "drew it. Off: the board as it stands, colours and all, is shrunk to 28 by 28 dots; then "
                "there is no verdict about digit or not. What you give is the drawing all the same."
            ),
        ),
        Control(
            ("eye",),
            _("What the network sees"),
            _(
                "The 28 by 28 dots, enlarged, and as the matrix of their numbers. With them the ten "
                "probabilities and their sum."
            ),
        ),
    ),
)

IMAGE = Group(
    "image",
    _("Lab: image"),
    _("A picture of a digit is read like a drawing, and may be given like one."),
    (
        Control(
            ("image",),
            _("Open an image"),
            _(
                "Any format that your browser knows, of any shape; you may also drop it on the board. "
                "Soft shadows, ruled paper and light ink on dark are fine; the hard edge of a shadow may be taken for "
                "ink. You can draw over it."
            ),
        ),
        Control(("camera",), _("Take a photo"), _("On a phone: with its camera.")),
        Control(("paste",), _("Paste"), _("Takes a picture from the clipboard."), ("Ctrl+V",)),
        Control(
            ("download",),
            _("Save this drawing"),
            _(
                "As a PNG as it stands on the board, as the 28 by 28 dots, or as strokes in JSON, in the form"
                " that the interface for programs takes."
            ),
        ),
    ),
)

COLOURS = Group(
    "colours",
    _("Lab: colours"),
    _("Ink and paper in any colours, light on dark as well."),
    (
        Control(
            ("palette",),
            _("Red, green, blue"),
            _(
                "Three sliders for the strokes and three for the paper; Undo takes them back, too. With "
                "normalization the answer does not change, as ink is what differs from the paper; without it "
                "you see how colours mislead a network that was made for grey."
            ),
        ),
        Control(("swap",), _("Swap"), _("The pen gets the colour of the paper, and the paper that of the pen.")),
        Control((), _("Reset"), _("Back to the colours of this site.")),
    ),
)

GIVING = Group(
    "giving",
    _("Giving a drawing"),
    _("What a moderator approves becomes part of the open dataset, and the next versions learn from it."),
    (
        Control(
            (),
            _("What did you draw?"),
            _(
                "What was read is chosen already. You know better: correct it. Things that are no digits are "
                "as welcome: choose “not a digit”. Only single symbols can be given."
            ),
        ),
        Control(
            (),
            _("The box to tick"),
            _("Your consent to give it to everybody under CC0. You are asked once; untick it whenever you like."),
        ),
        Control(
            (),
            _("Give this drawing"),
            _("Sends it. Without a network it waits in this browser and is sent by itself, and only once."),
        ),
        Control(
            (),
            _("Delete it again"),
            _(
                "Deletes your drawing and everything that was drawn. The link that you get with the thanks "
                "does it later as well: keep it."
            ),
        ),
    ),
)

GROUPS = (BOARD, ANSWER, GIVING, TOOLS, PLACE, READING, IMAGE, COLOURS)
