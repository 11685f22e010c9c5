"""Normalization: integer arithmetic that repeats anywhere, and a centre of mass where MNIST has it."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from datasets.errors import InvalidInput
from datasets.importers import mnist
from datasets.preprocessing.normalization import crop_box, encode_png, normalize
from datasets.preprocessing.strokes import parse_strokes, rasterize
from tests.drawings import drawing
from tests.paths import shared_data

inks = arrays(
    np.uint8,
    array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40),
    elements=st.sampled_from([0, 0, 0, 40, 255]),
).filter(lambda ink: ink.max() > 32)


def normalized_by_the_formula(ink: np.ndarray) -> np.ndarray:
    """Normalize with Python's integers, one pixel at a time, as the browser does."""
    box = crop_box(ink)
    crop = ink[box.y : box.y + box.height, box.x : box.x + box.width].tolist()
    h, w = len(crop), len(crop[0])
    longest = max(h, w)
    nh, nw = max(1, (40 * h + longest) // (2 * longest)), max(1, (40 * w + longest) // (2 * longest))
    small = [[0] * nw for _ in range(nh)]
    for i in range(nh):
        for j in range(nw):
            total = 0
            for y in range(h):
                down = max(0, min((i + 1) * h, (y + 1) * nh) - max(i * h, y * nh))
                for x in range(w):
                    total += crop[y][x] * down * max(0, min((j + 1) * w, (x + 1) * nw) - max(j * w, x * nw))
            small[i][j] = (2 * total + h * w) // (2 * h * w)
    mass = sum(map(sum, small))
    sx = sum(x * value for row in small for x, value in enumerate(row))
    sy = sum(y * sum(row) for y, row in enumerate(small))
    left = min(max((2 * (14 * mass - sx) + mass) // (2 * mass), 0), 28 - nw)
    top = min(max((2 * (14 * mass - sy) + mass) // (2 * mass), 0), 28 - nh)
    image = np.zeros((28, 28), dtype=np.uint8)
    image[top : top + nh, left : left + nw] = small
    return image


def centre_of_mass(image: np.ndarray) -> tuple[float, float]:
    """Return the mean column and row, in pixel indices."""
    mass = image.astype(float)
    columns, rows = np.arange(image.shape[1]), np.arange(image.shape[0])
    return (mass.sum(axis=0) @ columns) / mass.sum(), (mass.sum(axis=1) @ rows) / mass.sum()


@settings(deadline=None, max_examples=60)
@given(inks)
def test_normalization_is_what_the_formula_says_to_the_bit(ink):
    assert np.array_equal(normalize(ink), normalized_by_the_formula(ink))


@settings(deadline=None)
@given(inks, st.tuples(*[st.integers(0, 30)] * 4))
def test_where_the_symbol_stands_does_not_matter(ink, margins):
    top, bottom, left, right = margins
    elsewhere = np.pad(ink, ((top, bottom), (left, right)))
    assert np.array_equal(normalize(elsewhere), normalize(ink))


@settings(deadline=None)
@given(inks, st.integers(2, 5))
def test_a_whole_enlargement_does_not_matter(ink, factor):
    assert np.array_equal(normalize(np.kron(ink, np.ones((factor, factor), dtype=np.uint8))), normalize(ink))


@settings(deadline=None)
@given(inks)
def test_the_long_side_is_at_most_twenty_pixels(ink):
    image = normalize(ink)
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    assert image.shape == (28, 28) and image.dtype == np.uint8
    assert rows[-1] - rows[0] < 20 and columns[-1] - columns[0] < 20


@pytest.mark.parametrize("label", [*"0123456789"])
def test_a_drawing_has_its_centre_of_mass_at_fourteen(label):
    image = normalize(rasterize(parse_strokes(drawing(label, 3))))
    assert all(abs(place - 14) <= 0.5 for place in centre_of_mass(image))


def test_the_largest_canvas_does_not_overflow():
    assert normalize(np.full((2048, 2048), 255, dtype=np.uint8))[5:25, 5:25].min() == 255


@pytest.mark.parametrize("ink", [np.zeros((50, 50), dtype=np.uint8), np.full((50, 50), 32, dtype=np.uint8)])
def test_what_is_too_faint_is_blank(ink):
    with pytest.raises(InvalidInput) as caught:
        normalize(ink)
    assert caught.value.code == "blank_drawing"


def test_two_specks_far_apart_that_vanish_in_the_average_are_blank():
    ink = np.zeros((1000, 1000), dtype=np.uint8)
    ink[0, 0] = ink[-1, -1] = 255
    with pytest.raises(InvalidInput):
        normalize(ink)


def test_a_png_gives_the_pixels_back():
    image = normalize(rasterize(parse_strokes(drawing("8", 1))))
    with Image.open(io.BytesIO(encode_png(image))) as picture:
        assert picture.mode == "L"
        assert np.array_equal(np.asarray(picture), image)


def test_an_enlarged_mnist_digit_comes_back_centred_and_like_itself():
    differences = []
    for place, record in enumerate(mnist.read(shared_data("mnist"), limit=200)):
        large = Image.fromarray(record.normalized).resize((200, 200), Image.Resampling.BILINEAR)
        canvas = np.zeros((280, 280), dtype=np.uint8)
        top, left = place % 80, place * 7 % 80
        canvas[top : top + 200, left : left + 200] = np.asarray(large)
        image = normalize(canvas)
        assert all(abs(centre - 14) <= 0.5 for centre in centre_of_mass(image))
        differences.append(np.abs(image.astype(int) - record.normalized).mean())
    assert np.mean(differences) < 10  # of 255; two different digits differ by 42 on average
