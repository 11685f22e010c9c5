"""A drawing as a picture inside a page, for drawings that no public address shows."""

import base64

from datasets.models import Drawing
from datasets.sheets import sheet_of


def picture_of(drawing: Drawing) -> str:
    """Return the 28x28 of a drawing, read with its content, as a data URL: dark ink on nothing."""
    png = sheet_of([bytes(drawing.content.normalized)], columns=1)
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
