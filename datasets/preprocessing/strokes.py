"""Drawings as strokes: checked on the way in, written in one canonical form, and turned into ink.

Strokes are the truth about a drawing; every raster of it is computed from them.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from datasets.errors import InvalidInput, TooLarge
from datasets.preprocessing.normalization import INK_LEVEL
from datasets.preprocessing.rasterizing import boxes_of, draw, segments_of

SMALLEST_SIDE, LARGEST_SIDE = 16, 2048  # of the canvas, in canvas units (which are pixels of ink)
MOST_POINTS = 10_000
MOST_BYTES = 128 * 1024  # of the canonical JSON
# That rasterizing may visit, in about 0.2 s. A usual drawing takes 0.1 million; the same at 2048 x 2048 and with 600
# points takes 14 million.
MOST_PIXELS = 16_000_000
THINNEST_PEN = 0.1
LATEST_TIME = 2**31 - 1  # ms since the first point


@dataclass(frozen=True)
class Stroke:
    """One movement of the pen that touches the canvas.

    `points` are (x, y) or (x, y, t): canvas units with y down, ms since the first point of the drawing.
    `pen` is a diameter in canvas units. An erasing stroke takes away the ink of the strokes before it.
    """

    points: tuple[tuple[float, ...], ...]
    pen: float
    erase: bool = False


@dataclass(frozen=True)
class Strokes:
    """A drawing: the size of its canvas in canvas units (one unit is one pixel of ink) and its strokes."""

    width: int
    height: int
    strokes: tuple[Stroke, ...]

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Return what `to_json` wrote, as in our own rows; nothing is checked, least of all against today's limits."""
        strokes = (
            Stroke(tuple(tuple(point) for point in stroke["points"]), stroke["pen"], stroke["erase"])
            for stroke in data["strokes"]
        )
        return cls(data["width"], data["height"], tuple(strokes))

    def to_json(self) -> dict[str, Any]:
        """Return the canonical form: lengths to a tenth, times in whole ms, integers where whole."""
        return {
            "width": self.width,
            "height": self.height,
            "strokes": [
                {
                    "points": [_canonical_point(point) for point in stroke.points],
                    "pen": to_tenth(stroke.pen),
                    "erase": stroke.erase,
                }
                for stroke in self.strokes
            ],
        }

    @property
    def widest_pen(self) -> float:
        """The diameter of the widest pen that has drawn, in canvas units; 0 where none has."""
        return max((stroke.pen for stroke in self.strokes if not stroke.erase), default=0.0)

    @property
    def hides_nothing(self) -> bool:
        """Whether all that the pen drew can be seen: none of it was erased, and none lies beyond the edge."""
        places = (point[:2] for stroke in self.strokes for point in stroke.points)
        return not any(stroke.erase for stroke in self.strokes) and all(
            0 <= x <= self.width and 0 <= y <= self.height for x, y in places
        )

    def content_hash(self) -> str:
        """Return a SHA-256 (hex) of what can be seen: two drawings that differ only in time are the same."""
        seen = self.to_json()
        for stroke in seen["strokes"]:
            stroke["points"] = [point[:2] for point in stroke["points"]]
        return hashlib.sha256(_dump(seen)).hexdigest()


def parse_strokes(payload: object, *, check_ink: bool = True) -> Strokes:
    """Return the drawing in `payload`, which is decoded JSON from anywhere.

    Lengths are rounded to a tenth and times to a millisecond; a time that runs backwards (browsers deliver
    coalesced events slightly out of order) is held at the one before. Unknown fields are refused, because a
    misspelt `erase` would silently change the drawing.

    Whether there is ink is sometimes seen only after rasterizing; who does that anyway, and would not do it before he
    knows how much work it is, leaves it out with `check_ink`.

    Raises InvalidInput with the code `invalid_strokes`, `outside_canvas` or `blank_drawing`, and TooLarge
    with `too_many_points` or `strokes_too_large`.
    """
    fields = _fields(payload, "strokes", required={"width", "height", "strokes"})
    width = _side(fields["width"], "width")
    height = _side(fields["height"], "height")
    items = _list(fields["strokes"], "strokes")
    if not items:
        raise _blank("no strokes")
    raw = [_fields(item, "a stroke", required={"points", "pen"}, optional={"erase"}) for item in items]
    _check_number_of_points(raw)
    strokes = Strokes(width, height, tuple(_parse_stroke(item, width, height) for item in raw))
    strokes = _with_steady_times(strokes)
    _check_size(strokes)
    if check_ink:
        _check_ink(strokes)
    return strokes


def rasterize(strokes: Strokes) -> NDArray[np.uint8]:
    """Return the ink of a drawing: uint8 (height, width), 255 where the pen was, 0 on paper.

    One canvas unit is one pixel; the strokes are applied in order. `rasterizing` beside this has the arithmetic.
    """
    canvas = np.zeros((strokes.height, strokes.width), dtype=np.uint8)
    for stroke in strokes.strokes:
        draw(canvas, stroke.points, stroke.pen, stroke.erase)
    return canvas


def publishable(strokes: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a drawing's JSON as everybody may have it; None where its picture has to do.

    That is without strokes, and where they hide something: what was erased, or drawn beyond the edge, no moderator has
    seen.
    """
    return strokes if strokes and Strokes.from_json(strokes).hides_nothing else None


def pixels_to_visit(strokes: Strokes) -> int:
    """Return how many pixels `rasterize` looks at, counted once for each segment and once for each stroke."""
    return sum(_pixels_to_visit(stroke, strokes.width, strokes.height) for stroke in strokes.strokes)


def transform(strokes: Strokes, matrix: Sequence[Sequence[float]], pen_scale: float = 1.0) -> Strokes:
    """Return the drawing with `matrix` (2 rows of 3: x' = a x + b y + c) applied to all points.

    The canvas keeps its size, times stay, pens are multiplied by `pen_scale`; nothing is rounded.
    """
    (a, b, c), (d, e, f) = matrix

    def moved(stroke: Stroke) -> Stroke:
        points = tuple((a * x + b * y + c, d * x + e * y + f, *time) for x, y, *time in stroke.points)
        return replace(stroke, points=points, pen=stroke.pen * pen_scale)

    return replace(strokes, strokes=tuple(moved(stroke) for stroke in strokes.strokes))


def _parse_stroke(item: dict[str, Any], width: int, height: int) -> Stroke:
    pen = _number(item["pen"], "pen")
    if not THINNEST_PEN <= pen <= max(width, height):
        raise _invalid("pen", f"a diameter from {THINNEST_PEN} to {max(width, height)}", pen)
    erase = item.get("erase", False)
    if not isinstance(erase, bool):
        raise _invalid("erase", "true or false", erase)
    return Stroke(tuple(_parse_point(point, width, height) for point in item["points"]), to_tenth(pen), erase)


def _parse_point(point: object, width: int, height: int) -> tuple[float, ...]:
    values = _list(point, "a point")
    if not 2 <= len(values) <= 3:
        raise _invalid("a point", "[x, y] or [x, y, t]", values)
    x, y = _number(values[0], "x"), _number(values[1], "y")
    if not (-width <= x <= 2 * width and -height <= y <= 2 * height):
        raise InvalidInput(
            "outside_canvas",
            f"A point is too far outside: expected at most one canvas size beyond {width} x {height}, "
            f"received [{_short(x)}, {_short(y)}].",
        )
    if len(values) == 2:
        return to_tenth(x), to_tenth(y)
    time = _number(values[2], "t")
    if not time <= LATEST_TIME:
        raise _invalid("t", f"milliseconds since the first point, at most {LATEST_TIME}", time)
    return to_tenth(x), to_tenth(y), math.floor(max(time, 0) + 0.5)


def _with_steady_times(strokes: Strokes) -> Strokes:
    """Return the drawing with times that never run backwards; all points have one, or none has."""
    lengths = {len(point) for stroke in strokes.strokes for point in stroke.points}
    if lengths == {2}:
        return strokes
    if lengths != {3}:
        raise _invalid("points", "a time for each point or for none", "a mixture")
    latest = 0.0
    steady = []
    for stroke in strokes.strokes:
        points = []
        for x, y, time in stroke.points:
            latest = max(latest, time)
            points.append((x, y, latest))
        steady.append(replace(stroke, points=tuple(points)))
    return replace(strokes, strokes=tuple(steady))


def _check_number_of_points(raw: Iterable[dict[str, Any]]) -> None:
    """Refuse early, before anything is done with each point."""
    total = 0
    for item in raw:
        points = _list(item["points"], "points")
        if not points:
            raise _invalid("points", "at least one point in each stroke", points)
        total += len(points)
    if total > MOST_POINTS:
        raise TooLarge(
            "too_many_points",
            f"Too many points: expected at most {MOST_POINTS}, received {total}.",
        )


def _check_size(strokes: Strokes) -> None:
    size = len(_dump(strokes.to_json()))
    if size > MOST_BYTES:
        raise TooLarge(
            "strokes_too_large",
            f"The drawing is too large: expected at most {MOST_BYTES} bytes of JSON, received {size}.",
        )
    pixels = pixels_to_visit(strokes)
    if pixels > MOST_PIXELS:
        raise TooLarge(
            "strokes_too_large",
            f"The drawing has too many wide or long strokes: expected at most {MOST_PIXELS} pixels to visit, "
            f"received {pixels}. A smaller canvas or fewer points will do.",
        )


def _pixels_to_visit(stroke: Stroke, width: int, height: int) -> int:
    """Return the pixels in the boxes of the segments, and in the box of the whole stroke."""
    boxes = boxes_of(segments_of(stroke.points), stroke.pen, width, height)
    of_stroke = boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0)
    return int((boxes[:, 2:] - boxes[:, :2]).prod(axis=1).sum() + of_stroke.prod())


def _check_ink(strokes: Strokes) -> None:
    """Refuse a drawing that leaves nothing on the canvas; most have ink at a glance."""
    erases = any(stroke.erase for stroke in strokes.strokes)
    # A pen of 1 leaves ink of at least 75 in the pixel that holds its point.
    if not erases and any(
        stroke.pen >= 1 and 0 <= point[0] < strokes.width and 0 <= point[1] < strokes.height
        for stroke in strokes.strokes
        for point in stroke.points
    ):
        return
    if rasterize(strokes).max() <= INK_LEVEL:
        raise _blank("strokes that leave none")


def _fields(
    value: object, name: str, *, required: set[str], optional: frozenset[str] | set[str] = frozenset()
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _invalid(name, f"an object with {', '.join(sorted(required))}", value)
    missing, unknown = required - value.keys(), value.keys() - required - optional
    if missing or unknown:
        expected = ", ".join(sorted(required)) + "".join(f" (and {field})" for field in sorted(optional))
        raise _invalid(name, f"the fields {expected}", ", ".join(sorted(map(str, value))) or "none")
    return value


def _list(value: object, name: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise _invalid(name, "a list", value)
    return value


def _side(value: object, name: str) -> int:
    side = _number(value, name)
    if not SMALLEST_SIDE <= side <= LARGEST_SIDE or side != int(side):
        raise _invalid(name, f"a whole number from {SMALLEST_SIDE} to {LARGEST_SIDE}", value)
    return int(side)


def _number(value: object, name: str) -> float:
    """Return a finite number; a bool is none. An integer too large for a float fails the bounds later."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _invalid(name, "a number", value)
    if isinstance(value, float) and not math.isfinite(value):
        raise _invalid(name, "a finite number", value)
    return value


def to_tenth(length: float) -> float:
    """Round half up to a tenth; the JavaScript twin is Math.floor(length * 10 + 0.5) / 10."""
    tenths = math.floor(length * 10 + 0.5)
    return tenths // 10 if tenths % 10 == 0 else tenths / 10


def _canonical_point(point: tuple[float, ...]) -> list[float]:
    x, y, *time = point
    return [to_tenth(x), to_tenth(y), *(math.floor(t + 0.5) for t in time)]


def _dump(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _short(value: object) -> str:
    """Return the value for a message, cut: it may be a million points long."""
    if isinstance(value, dict | list | tuple) and len(value) > 4:
        return f"{type(value).__name__} of {len(value)}"
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 64:
        return "a huge integer"
    text = str(value) if isinstance(value, str | int | float | None) else type(value).__name__
    return text if len(text) <= 60 else text[:57] + "..."


def _invalid(name: str, expected: str, received: object) -> InvalidInput:
    return InvalidInput(
        "invalid_strokes",
        f"Not a valid drawing at {name}: expected {expected}, received {_short(received)}.",
    )


def _blank(received: str) -> InvalidInput:
    return InvalidInput("blank_drawing", f"The drawing is blank: expected ink, received {received}.")
