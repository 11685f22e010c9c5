"""Symbols: one figure in several strokes is one, two figures side by side are two."""

import gzip
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from datasets.errors import InvalidInput
from datasets.importers import unipen
from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import Stroke, Strokes, parse_strokes, rasterize, transform
from datasets.preprocessing.symbols import Box, find_symbols, label_pieces, separate_symbols
from tests.drawings import drawing
from tests.paths import shared_data


def strokes_of(*paths, pen=18, width=280, height=280) -> Strokes:
    return Strokes(width, height, tuple(Stroke(tuple(path), pen) for path in paths))


def side_by_side(one: Strokes, other: Strokes, gap: float, height: int = 120) -> np.ndarray:
    """Return the ink of two drawings, each `height` pixels high, `gap` heights of paper between them."""
    pen = height // 10
    placed, x = [], 10.0
    for strokes in (one, other):
        points = np.array([point[:2] for stroke in strokes.strokes for point in stroke.points])
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        scale = (height - pen) / max(bottom - top, 1)
        moved = transform(strokes, ((scale, 0, x + pen / 2 - left * scale), (0, scale, 60 - top * scale)))
        placed += [Stroke(stroke.points, pen) for stroke in moved.strokes]
        x += (right - left) * scale + pen + gap * height
    return rasterize(Strokes(int(x) + 10, 240, tuple(placed)))


@pytest.mark.parametrize("label", [*"0123456789"])
@pytest.mark.parametrize("variant", range(6))
def test_a_digit_is_one_symbol_in_however_many_strokes(label, variant):
    assert len(find_symbols(rasterize(parse_strokes(drawing(label, variant))))) == 1


@pytest.mark.parametrize(
    "paths",
    [
        [[(60, 40), (50, 130), (170, 130)], [(150, 60), (150, 240)]],  # a 4 whose strokes cross
        [[(60, 40), (50, 130), (130, 130)], [(165, 60), (165, 240)]],  # an open 4 whose strokes do not touch
        [[(80, 60), (80, 120), (150, 140), (150, 210), (70, 230)], [(104, 50), (190, 50)]],  # a 5, its bar apart
        [[(60, 60), (180, 60), (110, 240)], [(90, 150), (180, 150)]],  # a crossed 7
        [[(80, 60), (160, 90), (110, 130)], [(112, 158), (170, 190), (80, 240)]],  # a 3 in halves
        [[(140, 60), (140, 75)], [(140, 110), (140, 240)]],  # the letter i
        [[(60, 120), (200, 120)], [(60, 180), (200, 180)]],  # an equals sign
    ],
)
def test_pieces_close_together_or_above_one_another_are_one_symbol(paths):
    assert len(find_symbols(rasterize(strokes_of(*paths)))) == 1


@pytest.mark.parametrize("pair", ["57", "10", "11", "44", "38", "96"])
def test_two_digits_a_quarter_of_their_height_apart_are_two_symbols(pair):
    ink = side_by_side(*(parse_strokes(drawing(label, 0)) for label in pair), gap=0.25)
    left, right = find_symbols(ink)
    assert left.x + left.width < right.x


def test_three_digits_come_from_left_to_right():
    paths = [[(230, 60), (230, 160)], [(30, 60), (30, 160)], [(130, 60), (130, 160)]]
    boxes = find_symbols(rasterize(strokes_of(*paths, pen=10)))
    assert boxes == [Box(25, 55, 10, 110), Box(125, 55, 10, 110), Box(225, 55, 10, 110)]


def test_a_speck_of_dust_is_no_symbol_and_not_in_its_ink():
    figure = rasterize(strokes_of([(80, 60), (160, 60), (100, 230)]))
    dusty = figure.copy()
    dusty[5:9, 5:9] = 255
    assert find_symbols(dusty) == find_symbols(figure)
    ((_, own),) = separate_symbols(dusty)
    assert np.array_equal(normalize(own), normalize(figure))


def test_a_single_symbol_is_normalized_as_the_whole_is():
    for label in "0123456789":
        ink = rasterize(parse_strokes(drawing(label, 1)))
        ((_, own),) = separate_symbols(ink)
        assert np.array_equal(normalize(own), normalize(ink))


def test_leaning_neighbours_keep_their_ink_apart():
    one, other = [(60, 200), (130, 40)], [(130, 200), (200, 40)]
    ink = rasterize(strokes_of(one, other, pen=12))
    (first, own), (second, _) = separate_symbols(ink)
    assert first.x + first.width > second.x  # the boxes overlap
    assert np.array_equal(normalize(own), normalize(rasterize(strokes_of(one, pen=12))))


def test_paper_has_no_symbols():
    with pytest.raises(InvalidInput) as caught:
        find_symbols(np.zeros((40, 40), dtype=np.uint8))
    assert caught.value.code == "blank_drawing"


def test_noise_all_over_is_answered_quickly_and_within_bounds():
    ink = np.random.default_rng(0).integers(0, 2, (1024, 1024), dtype=np.uint8) * 255
    assert 1 <= len(find_symbols(ink)) <= 64
    dots = np.zeros((960, 960), dtype=np.uint8)
    dots[::30, ::30] = 255  # a thousand symbols of the same size
    assert len(find_symbols(dots)) == 64


@settings(deadline=None)
@given(st.integers(0, 100), st.integers(0, 100))
def test_where_the_symbols_stand_does_not_matter(x, y):
    ink = side_by_side(parse_strokes(drawing("5", 0)), parse_strokes(drawing("7", 1)), gap=0.25)
    moved = find_symbols(np.pad(ink, ((y, 0), (x, 0))))
    assert moved == [Box(box.x + x, box.y + y, box.width, box.height) for box in find_symbols(ink)]


def pieces_by_flooding(occupied: np.ndarray) -> np.ndarray:
    """Number the pieces in reading order of their first cell, one cell at a time."""
    labels = np.zeros(occupied.shape, dtype=int)
    for start in map(tuple, np.argwhere(occupied)):
        if labels[start]:
            continue
        number, todo = labels.max() + 1, [start]
        while todo:
            row, column = todo.pop()
            inside = 0 <= row < occupied.shape[0] and 0 <= column < occupied.shape[1]
            if inside and occupied[row, column] and not labels[row, column]:
                labels[row, column] = number
                todo += [(row + dy, column + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    return labels


@settings(deadline=None)
@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12)))
def test_pieces_are_what_flooding_finds(occupied):
    labels, count = label_pieces(occupied)
    assert np.array_equal(labels, pieces_by_flooding(occupied))
    assert count == labels.max()


def unipen_digits(count: int) -> list[Strokes]:
    folder = shared_data("unipen")
    with gzip.open(folder / "digits.jsonl.gz", "rt") as file:
        lines = file.readlines()
    chosen = np.random.default_rng(1).choice(len(lines), count, replace=False)
    return [unipen.on_canvas(json.loads(lines[place])["strokes"]) for place in chosen]


def test_digits_of_many_people_are_one_symbol_and_pairs_are_two():
    digits = unipen_digits(600)
    singles = [len(find_symbols(rasterize(strokes))) for strokes in digits]
    assert singles.count(1) >= 0.995 * len(singles)
    pairs = [len(find_symbols(side_by_side(a, b, gap=0.25))) for a, b in zip(digits[::2], digits[1::2], strict=True)]
    assert pairs.count(2) >= 0.95 * len(pairs)
