"""Confusion matrices as plots of their own: what was meant from above to below, what was read from left to right."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

CELL, LEFT, TOP, RIGHT, BOTTOM = 34, 44, 58, 10, 10
STYLE = "text{font:12px system-ui,sans-serif;fill:#222;text-anchor:middle}.name{fill:#555}.title{font-size:13px}"
RIGHT_COLOUR, WRONG_COLOUR = "31,95,191", "179,38,30"


@dataclass(frozen=True)
class Matrix:
    """How many of each class, (rows), were read as which, (columns)."""

    title: str
    classes: Sequence[str]
    counts: Sequence[Sequence[int]]


def svg_of_matrix(matrix: Matrix) -> str:
    """Return the content of an `.svg` file. Colour goes by the logarithm: a single mistake is to be seen."""
    side = CELL * len(matrix.classes)
    width, height = LEFT + side + RIGHT, TOP + side + BOTTOM
    middle = LEFT + side / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{1.5 * width:.0f}" role="img">'
        f"<title>{escape(matrix.title)}</title><style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text class="title" x="{middle}" y="16">{escape(matrix.title)}</text>',
        f'<text class="name" x="{middle}" y="34">read as</text>',
        f'<text class="name" transform="translate(12 {TOP + side / 2}) rotate(-90)">meant</text>',
    ]
    for place, name in enumerate(matrix.classes):
        at = CELL * place + CELL / 2
        parts += [f'<text class="name" x="{LEFT + at}" y="{TOP - 6}">{escape(name)}</text>']
        parts += [f'<text class="name" x="{LEFT - 12}" y="{TOP + at + 4}">{escape(name)}</text>']
    parts += [_cell(row, column, matrix) for row in range(len(matrix.counts)) for column in range(len(matrix.classes))]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _cell(row: int, column: int, matrix: Matrix) -> str:
    count, most = matrix.counts[row][column], max(max(counts) for counts in matrix.counts)
    depth = math.log1p(count) / math.log1p(most or 1)
    colour = f"rgba({RIGHT_COLOUR if row == column else WRONG_COLOUR},{depth:.2f})"
    x, y = LEFT + CELL * column, TOP + CELL * row
    light = "" if depth < 0.6 else ' style="fill:#fff"'
    words = f'<text x="{x + CELL / 2}" y="{y + CELL / 2 + 4}"{light}>{count}</text>' if count else ""
    return f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="{colour}" stroke="#ddd"/>{words}'
