"""Strokes of any size and place, brought to where a usual drawing stands on the canvas of the draw page."""

from collections.abc import Sequence

from datasets.preprocessing.strokes import Stroke, Strokes, parse_strokes, to_tenth

CANVAS, LONG_SIDE, PEN = 280, 200, 18  # canvas units


def on_canvas(raw: Sequence[Sequence[Sequence[float]]]) -> Strokes:
    """Return the drawing, its longer side 200 units, centred on a canvas of 280, drawn with a pen of 18.

    `raw` are strokes of points (x, y) or (x, y, t), y down, t in ms. Raises InvalidInput as `parse_strokes` does, and
    ValueError, TypeError, IndexError or OverflowError where there are no such points.
    """
    points = [point for stroke in raw for point in stroke]
    left, top = min(x for x, *_ in points), min(y for _, y, *_ in points)
    width, height = max(x for x, *_ in points) - left, max(y for _, y, *_ in points) - top
    scale = LONG_SIDE / max(width, height) if max(width, height) > 0 else 1.0
    x0, y0 = (CANVAS - width * scale) / 2, (CANVAS - height * scale) / 2
    strokes = [
        Stroke(
            tuple((to_tenth(x0 + (x - left) * scale), to_tenth(y0 + (y - top) * scale), *t) for x, y, *t in stroke),
            PEN,
        )
        for stroke in raw
    ]
    return parse_strokes(Strokes(CANVAS, CANVAS, tuple(strokes)).to_json())
