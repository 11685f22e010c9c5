"""How much work one request may ask for, told before the work is done.

A body of 12 MB can hold 256 drawings that each stay within the limits for one and together take minutes. So the work
of all is added up first. Its unit is the visit of one pixel of a stroke, about 10 ns; the weights of the rest were
measured against it.
"""

from datasets.errors import TooLarge
from datasets.preprocessing.images import LARGEST_SIDE
from datasets.preprocessing.strokes import Strokes, pixels_to_visit

MOST_WORK = 400_000_000  # about 4 s; 256 drawings of 600 points on the page's canvas are 360 million

POINT = 1_500  # checked, and one segment begun
STROKE = 8_000
CANVAS_PIXEL = 2  # searched for symbols, and normalized
DECODED_PIXEL = 1  # of an image
SCANNED_PIXEL = 0.25  # of a JPEG, by each scan after the first
PIXEL_OF_PAPER = 15  # of an image after its reduction: told from ink
SYMBOL = 30_000  # read by a network
CANVAS_PIXELS_OF_SYMBOL = 0.2  # cut out of each


class Budget:
    """What one request may still ask for."""

    def __init__(self) -> None:
        self._left = float(MOST_WORK)

    def take(self, work: float) -> None:
        """Set so much aside. Raises TooLarge `too_much_work` when it is not there."""
        self._left -= work
        if self._left < 0:
            raise TooLarge(
                "too_much_work",
                f"Too much work for one request: expected at most {MOST_WORK} pixels to visit, received more. "
                "Send fewer drawings at once, or smaller ones.",
            )


def of_strokes(strokes: Strokes) -> float:
    """Return the work from a drawing's points to its 28x28."""
    points = sum(len(stroke.points) for stroke in strokes.strokes)
    canvas = strokes.width * strokes.height
    return pixels_to_visit(strokes) + CANVAS_PIXEL * canvas + POINT * points + STROKE * len(strokes.strokes)


def of_image(width: int, height: int, scans: int = 1) -> float:
    """Return the work from an image of so many pixels to its 28x28."""
    pixels = width * height
    return (DECODED_PIXEL + SCANNED_PIXEL * (scans - 1)) * pixels + PIXEL_OF_PAPER * min(pixels, LARGEST_SIDE**2)


def of_symbols(count: int, width: int, height: int) -> float:
    """Return the work for each of `count` symbols on a canvas, when there are several."""
    return 0 if count == 1 else count * (SYMBOL + CANVAS_PIXELS_OF_SYMBOL * width * height)
