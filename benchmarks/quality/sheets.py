"""Contact sheets: many drawings on one picture, each with a few words. For a folder of one's own, never committed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

TILE = 112  # pixels
CAPTION = 30
COLUMNS = 8
ROWS = 6

Tile = tuple[NDArray[np.uint8], str]
"""Ink uint8 (h, w) and the words under it, up to two lines."""


def write_sheets(tiles: Sequence[Tile], folder: Path, name: str) -> list[Path]:
    """Write the tiles, 48 on a sheet, as NAME-1.png, NAME-2.png and so on; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    size = COLUMNS * ROWS
    paths = []
    for number, start in enumerate(range(0, len(tiles), size), 1):
        paths.append(folder / f"{name}-{number}.png")
        _sheet(tiles[start : start + size]).save(paths[-1])
    return paths


def _sheet(tiles: Sequence[Tile]) -> Image.Image:
    rows = -(-len(tiles) // COLUMNS)
    sheet = Image.new("L", (COLUMNS * TILE, rows * (TILE + CAPTION)), 255)
    pen = ImageDraw.Draw(sheet)
    for place, (ink, words) in enumerate(tiles):
        x, y = place % COLUMNS * TILE, place // COLUMNS * (TILE + CAPTION)
        sheet.paste(Image.fromarray(255 - ink).resize((TILE - 8, TILE - 8), Image.Resampling.BILINEAR), (x + 4, y + 4))
        pen.text((x + 4, y + TILE - 2), words, fill=0)
        pen.rectangle((x, y, x + TILE - 1, y + TILE + CAPTION - 1), outline=200)
    return sheet
