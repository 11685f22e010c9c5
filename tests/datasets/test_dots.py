"""Slips of the finger are refused; the smallest symbol that somebody meant is not."""

import gzip
import math

import numpy as np
import pytest

from datasets.errors import InvalidInput
from datasets.preprocessing import contents
from datasets.preprocessing.dots import is_dot
from datasets.preprocessing.normalization import encode_png, find_symbols
from datasets.preprocessing.strokes import Strokes, parse_strokes, rasterize
from tests import drawings
from tests.paths import shared_data


def line(length: float, *, pen: float = 18, angle: float = 90) -> Strokes:
    """Return a straight line by one movement of the pen."""
    x, y = (140 + length * turn(math.radians(angle)) for turn in (math.cos, math.sin))
    return parse_strokes({"width": 280, "height": 280, "strokes": [{"points": [[140, 140], [x, y]], "pen": pen}]})


def picture_of(strokes: Strokes) -> bytes:
    return encode_png(255 - rasterize(strokes))


def code_of(strokes: Strokes, kind: str) -> str:
    """Return with which code a drawing is refused, or nothing."""
    try:
        if kind == "strokes":
            contents.of_strokes(strokes, single=True)
        else:
            contents.of_image(picture_of(strokes), single=True)
    except InvalidInput as error:
        return error.code
    return ""


@pytest.mark.parametrize("kind", ["strokes", "image"])
@pytest.mark.parametrize("pen", [10, 18, 40])
@pytest.mark.parametrize("slip", [0, 0.1, 0.3])
def test_a_tap_is_a_dot_also_when_the_finger_slips(kind: str, pen: float, slip: float) -> None:
    assert code_of(line(slip * pen, pen=pen), kind) == "single_dot"


@pytest.mark.parametrize("kind", ["strokes", "image"])
@pytest.mark.parametrize("pen", [4, 10, 18])
@pytest.mark.parametrize("angle", [0, 45, 90, 120])
def test_a_dash_and_a_tiny_one_are_no_dots(kind: str, pen: float, angle: float) -> None:
    assert code_of(line(1.5 * pen, pen=pen, angle=angle), kind) == ""


def test_many_taps_on_one_place_are_a_dot() -> None:
    taps = [{"points": [[140 + n, 140]], "pen": 18} for n in range(5)]
    assert code_of(parse_strokes({"width": 280, "height": 280, "strokes": taps}), "strokes") == "single_dot"


def test_a_tiny_symbol_under_which_something_thick_was_erased_is_no_dot() -> None:
    thick = [{"points": [[40, 40], [240, 40]], "pen": 40}, {"points": [[40, 40], [240, 40]], "pen": 80, "erase": True}]
    tiny = [{"points": [[140, 140], [130, 165], [165, 165]], "pen": 4}, {"points": [[155, 155], [155, 180]], "pen": 4}]
    assert code_of(parse_strokes({"width": 280, "height": 280, "strokes": thick + tiny}), "strokes") == ""


@pytest.mark.parametrize("kind", ["strokes", "image"])
def test_no_symbol_is_taken_for_a_dot(kind: str) -> None:
    for label in drawings.SHAPES:
        for variant in range(4):
            assert code_of(parse_strokes(drawings.drawing(label, variant)), kind) == ""


def test_handwritten_digits_with_thick_pens_are_no_dots() -> None:
    with gzip.open(shared_data("mnist", "t10k-images-idx3-ubyte.gz")) as file:
        digits = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)[:2000]
    boxes = [(digit, find_symbols(digit)) for digit in digits]
    dots = sum(is_dot(digit, symbols[0]) for digit, symbols in boxes if len(symbols) == 1)
    assert dots <= 1
