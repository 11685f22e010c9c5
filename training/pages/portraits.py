"""The picture of a network: its layers as slabs, as tall as their image and as deep as they have channels.

Only numbers come from here; a template makes SVG of them.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

SHOWN = {"Conv2D", "SeparableConv2D", "DepthwiseConv2D", "MaxPooling2D", "AveragePooling2D", "Dense"} | {
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "Flatten",
}
WIDTH = 480.0
MARGIN = 32.0  # left and right: half of the words below the first and the last slab
TALLEST, SMALLEST = 190.0, 14.0
LEAN = 0.26  # how far a slab's face goes to the right, of its height
RISE = 0.16  # and how far up
GAP = 7.0
LETTER = 6.4  # width of a digit of the words
UNDER = 18.0  # from the foot of the tallest slab to the words


@dataclass(frozen=True)
class Slab:
    """One layer: the polygons of its front, top and side, and its words."""

    kind: str  # "input", "conv", "pool", "dense", "answer"
    part: str
    front: str
    top: str
    side: str
    middle: float  # of the front, from the left
    foot: float
    words: str
    is_named: bool  # whether its shape is written below: there is no room for all


@dataclass(frozen=True)
class Portrait:
    slabs: list[Slab]
    width: int
    height: int


def portrait(layers: list[dict[str, Any]]) -> Portrait | None:
    """Return the picture of a version's layers, or None when they were not written down."""
    shown = [layer for layer in layers if layer["kind"] in SHOWN]
    if not shown:
        return None
    steps = [("input", "", [28, 28, 1])] + [(_kind(layer), layer["part"], layer["output"]) for layer in shown]
    steps[-1] = ("answer", *steps[-1][1:])
    boxes = [_box(output) for _, _, output in steps]
    total = sum(depth + LEAN * tall for depth, tall in boxes) + GAP * (len(boxes) - 1)
    scale = min(1.0, (WIDTH - 2 * MARGIN) / total)
    tallest = scale * max(tall for _, tall in boxes)
    middle = tallest * (0.5 + RISE) + 16
    left = (WIDTH - total * scale) / 2
    slabs: list[Slab] = []
    free_from, last_words = 0.0, ""
    for (kind, part, output), (depth, tall) in zip(steps, boxes, strict=True):
        words, at = "×".join(map(str, output)), left + scale * depth / 2
        half = LETTER * len(words) / 2
        is_named = words != last_words and at - half >= free_from
        if is_named:
            free_from, last_words = at + half + 4, words
        slabs.append(_slab(kind, part, left, middle, scale * depth, scale * tall, words, is_named))
        left += scale * (depth + LEAN * tall + GAP)
    foot = middle + tallest / 2 * (1 + RISE) + UNDER
    return Portrait([replace(slab, foot=round(foot, 1)) for slab in slabs], int(WIDTH), round(foot + 14))


def _kind(layer: dict[str, Any]) -> str:
    if layer["kind"] == "Dense":
        return "dense"
    return "conv" if "Conv" in layer["kind"] else "pool"


def _box(output: list[int]) -> tuple[float, float]:
    """Return depth and height of a slab before it is scaled to the page."""
    if len(output) == 3:
        return 5 + 3 * math.log2(1 + output[2]), max(SMALLEST, TALLEST * output[0] / 28)
    return 9.0, SMALLEST + 15 * math.log2(1 + output[0])


def _slab(
    kind: str, part: str, left: float, middle: float, depth: float, tall: float, words: str, is_named: bool
) -> Slab:
    """Return a slab whose depth looks at us and whose image leans to the right."""
    across, up = LEAN * tall, RISE * tall
    high, low, right = middle - tall / 2 + up / 2, middle + tall / 2 + up / 2, left + depth
    return Slab(
        kind=kind,
        part=part,
        front=_points((left, high), (right, high), (right, low), (left, low)),
        top=_points((left, high), (left + across, high - up), (right + across, high - up), (right, high)),
        side=_points((right, high), (right + across, high - up), (right + across, low - up), (right, low)),
        middle=round(left + depth / 2, 1),
        foot=0.0,
        words=words,
        is_named=is_named,
    )


def _points(*corners: tuple[float, float]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
