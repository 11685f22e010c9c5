"""The picture of a network: its layers as slabs, as tall as their image and as deep as they have channels.

Only numbers come from here; a template makes SVG of them.
"""

import math
from dataclasses import dataclass
from typing import Any

SHOWN = {"Conv2D", "SeparableConv2D", "DepthwiseConv2D", "MaxPooling2D", "AveragePooling2D", "Dense"} | {
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "Flatten",
}
WIDTH, HEIGHT = 480.0, 300.0
MIDDLE = 146.0  # of the slabs, from above
TALLEST, SMALLEST = 150.0, 10.0
LEAN = 0.42  # how far a slab's depth goes up and to the right
GAP = 10.0


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
    width: int = int(WIDTH)
    height: int = int(HEIGHT)


def portrait(layers: list[dict[str, Any]]) -> Portrait | None:
    """Return the picture of a version's layers, or None when they were not written down."""
    shown = [layer for layer in layers if layer["kind"] in SHOWN]
    if not shown:
        return None
    sizes = [("input", "", [28, 28, 1])] + [(_kind(layer), layer["part"], layer["output"]) for layer in shown]
    sizes[-1] = ("answer", *sizes[-1][1:])
    boxes = [_box(kind, output) for kind, _, output in sizes]
    total = sum(depth + LEAN * tall for depth, tall in boxes) + GAP * (len(boxes) - 1)
    scale = min(1.0, (WIDTH - 24) / total)
    left = (WIDTH - total * scale) / 2
    slabs: list[Slab] = []
    named_until = -math.inf
    for (kind, part, output), (depth, tall) in zip(sizes, boxes, strict=True):
        middle = left + scale * depth / 2
        words = "×".join(map(str, output))
        is_named = middle - 3.4 * len(words) > named_until
        named_until = middle + 3.4 * len(words) if is_named else named_until
        slabs.append(_slab(kind, part, left, scale * depth, scale * tall if scale < 1 else tall, words, is_named))
        left += scale * (depth + LEAN * tall + GAP)
    return Portrait(slabs)


def _kind(layer: dict[str, Any]) -> str:
    if layer["kind"] == "Dense":
        return "dense"
    return "conv" if "Conv" in layer["kind"] else "pool"


def _box(kind: str, output: list[int]) -> tuple[float, float]:
    """Return depth and height of a slab before it is scaled to the page."""
    if len(output) == 3:
        return 4 + 3.2 * math.log2(1 + output[2]), max(SMALLEST, TALLEST * output[0] / 28)
    return 7.0, SMALLEST + 14 * math.log2(1 + output[0])


def _slab(kind: str, part: str, left: float, depth: float, tall: float, words: str, is_named: bool) -> Slab:
    """A slab lies with its face to the right: its front is as wide as it has channels."""
    lean = LEAN * min(tall, TALLEST)
    across, up = lean * 0.8, lean * 0.55
    low, high = MIDDLE + tall / 2 + up / 2, MIDDLE - tall / 2 + up / 2
    right = left + depth
    return Slab(
        kind=kind,
        part=part,
        front=_points((left, high), (right, high), (right, low), (left, low)),
        top=_points((left, high), (left + across, high - up), (right + across, high - up), (right, high)),
        side=_points((right, high), (right + across, high - up), (right + across, low - up), (right, low)),
        middle=round(left + depth / 2, 1),
        foot=round(low + 16, 1),
        words=words,
        is_named=is_named,
    )


def _points(*corners: tuple[float, float]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
