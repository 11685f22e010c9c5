"""Cases for the JavaScript twins of the preprocessing, with what Python makes of them."""

import hashlib
from base64 import b64encode
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datasets.errors import InvalidInput
from datasets.preprocessing.dots import is_dot
from datasets.preprocessing.ink import ink_from_rgba
from datasets.preprocessing.normalization import crop_box, normalize, separate_symbols
from datasets.preprocessing.strokes import Strokes, parse_strokes, rasterize
from tests.drawings import drawing
from training.augmenting.dotted import dotted

Case = dict[str, Any]


def of_strokes(payload: dict[str, Any]) -> Case:
    """Return a case of what the API calls `strokes`."""
    strokes: Strokes = parse_strokes(payload, check_ink=False)
    return {"given": payload, "expected": _found(lambda: rasterize(strokes), strokes.widest_pen)}


def of_picture(rgba: NDArray[np.uint8]) -> Case:
    """Return a case of a picture, uint8 (h, w, 4)."""
    height, width, _ = rgba.shape
    given = {"rgba": b64encode(rgba.tobytes()).decode(), "width": width, "height": height}
    return {"given": given, "expected": _found(lambda: ink_from_rgba(rgba), None)}


def _found(read: Any, pen: float | None) -> dict[str, Any]:
    try:
        ink = read()
        symbols = separate_symbols(ink)
        return {
            "ink": _digest(ink),
            "pixels": normalize(ink).tobytes().hex(),
            "box": _sides(crop_box(ink)),
            "symbols": [[_sides(box), _digest(own)] for box, own in symbols],
            "dots": [is_dot(ink, box, pen) for box, _ in symbols],
        }
    except InvalidInput as error:
        return {"error": error.code}


def _sides(box: Any) -> list[int]:
    return [box.x, box.y, box.width, box.height]


def _digest(image: NDArray[np.uint8]) -> str:
    return hashlib.sha256(np.ascontiguousarray(image).tobytes()).hexdigest()[:16]


def random_strokes(seed: int) -> dict[str, Any]:
    """Return strokes of all kinds: dots, lines beyond the edge, thin and broad pens, erasers, odd canvases."""
    random = np.random.default_rng([3, seed])
    width, height = (280, 280) if seed % 2 else random.integers(16, 500, 2).tolist()
    size = np.array([width, height])
    strokes = []
    for _ in range(random.integers(1, 7)):
        points = random.uniform(-0.3 * size, 1.3 * size, (random.integers(1, 9), 2)).round(random.integers(0, 4))
        pen = min(random.choice([0.1, 0.7, 1, 3.3, 18, 40, 120]), max(width, height))
        strokes.append({"points": points.tolist(), "pen": float(pen), "erase": bool(random.random() < 0.25)})
    return {"width": width, "height": height, "strokes": strokes}


def tap(pen: float, slip: float) -> dict[str, Any]:
    """Return what a finger leaves that comes down once, and slips by so many pens before it is lifted."""
    points = [[140, 140], [140 + slip * pen, 140 + slip * pen / 2]]
    return {"width": 280, "height": 280, "strokes": [{"points": points, "pen": pen, "erase": False}]}


def upload(seed: int, longest: int = 300) -> NDArray[np.uint8]:
    """Return uint8 (h, w, 4): a drawing as somebody may have painted or photographed it; or mere noise."""
    random = np.random.default_rng([5, seed])
    height, width = random.integers(8, longest, 2).tolist()
    if seed % 10 == 0:
        return random.integers(0, 256, (height, width, 4), dtype=np.uint8)
    part = _drawn(seed, height, width)[:, :, None] / 255
    paper, pen = random.uniform(0, 255, (2, 3))
    if seed % 10 == 1:  # nothing but the pen is opaque
        return np.dstack([np.broadcast_to(np.round(pen), (height, width, 3)), 255 * part]).astype(np.uint8)
    y, x = np.mgrid[0:height, 0:width]
    ground = np.broadcast_to(paper, (height, width, 3)).copy()
    if seed % 3 == 0:
        ground[:: max(4, height // 9)] *= 0.7  # ruled
    light = 1 - random.uniform(0, 0.6) * x / width - random.uniform(0, 0.3) * (y > height / 2) * (seed % 4 == 2)
    grain = random.normal(0, [0, 2, 6][seed % 3], (height, width, 3))
    seen = (ground * (1 - part) + pen * part) * light[:, :, None] + grain
    alpha = np.full((height, width), 255 if seed % 4 else 200)
    return np.dstack([seen.clip(0, 255), alpha]).astype(np.uint8)


def _drawn(seed: int, height: int, width: int) -> NDArray[np.uint8]:
    """Return uint8 (height, width): the ink of a drawing, stretched to that size."""
    label = [*"0123456789", "not-a-digit"][seed % 11]
    strokes = parse_strokes(drawing(label, seed, pen=6 + seed % 20))
    ink = rasterize(dotted(strokes, 1.5) if seed % 4 == 3 else strokes)
    rows, columns = np.arange(height) * 280 // height, np.arange(width) * 280 // width
    return ink[rows[:, None], columns]
