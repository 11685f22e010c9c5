"""Drawings as pictures inside a page, for drawings that no public address shows."""

import base64
from typing import Any

from datasets.exporters.png import encoded
from datasets.models import Drawing
from datasets.pages.sheets import sheet_of

INVERTED = bytes(range(255, -1, -1))


def picture_of(drawing: Drawing) -> str:
    """Return the 28x28 of a drawing, read with its content, as a data URL: dark ink on nothing."""
    return data_url(sheet_of([bytes(drawing.content.normalized)], columns=1))


def on_paper(normalized: bytes) -> str:
    """Return 784 bytes, ink high, as a data URL: dark ink on white paper."""
    return data_url(encoded(normalized.translate(INVERTED)))


def data_url(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def paths_of(strokes: dict[str, Any]) -> dict[str, Any]:
    """Return strokes as the paths of an SVG; an eraser draws in the colour of the paper."""
    paths = [
        {"d": _path(stroke["points"]), "pen": str(stroke["pen"]), "erase": stroke["erase"]}
        for stroke in strokes["strokes"]
    ]
    return {"width": strokes["width"], "height": strokes["height"], "paths": paths}


def _path(points: list[list[float]]) -> str:
    """Return the points as the data of a path; a single point goes to itself, so that its round cap shows."""
    return "M" + "L".join(f"{point[0]} {point[1]}" for point in (points * 2 if len(points) == 1 else points))
