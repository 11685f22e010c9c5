"""Strokes: what is refused, what is kept in which form, and which ink comes out."""

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.errors import InvalidInput, TooLarge
from datasets.preprocessing.strokes import Stroke, Strokes, parse_strokes, rasterize, transform
from tests.drawings import drawing


def payload(*points, pen=18, width=280, height=280, **more):
    """Return one stroke through the points."""
    return {"width": width, "height": height, "strokes": [{"points": list(points), "pen": pen, **more}]}


def code_of(value) -> str:
    with pytest.raises(InvalidInput) as caught:
        parse_strokes(value)
    assert "expected" in caught.value.message and "received" in caught.value.message
    return caught.value.code


tenths = st.integers(-500, 2000).map(lambda n: n / 10)
timed_points = st.lists(st.tuples(tenths, tenths, st.integers(0, 10**6)).map(list), min_size=1, max_size=8)
drawings = st.lists(timed_points, min_size=1, max_size=4).map(
    lambda strokes: {
        "width": 150,
        "height": 120,
        "strokes": [{"points": [[50, 50, 0]], "pen": 3}, *({"points": points, "pen": 5.5} for points in strokes)],
    }
)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["width", "height", "strokes", "points", "pen", "erase", "x"]), inner)
    ),
    max_leaves=30,
)


def test_lengths_are_kept_to_a_tenth_and_times_in_whole_milliseconds():
    strokes = parse_strokes(payload([10.04, 20.05, 0.4], [30.0, 40, 16.5], pen=18.26))
    assert strokes.to_json() == {
        "width": 280,
        "height": 280,
        "strokes": [{"points": [[10, 20.1, 0], [30, 40, 17]], "pen": 18.3, "erase": False}],
    }
    assert all(type(value) is int for value in strokes.to_json()["strokes"][0]["points"][1])


@settings(deadline=None)
@given(drawings)
def test_the_canonical_form_is_read_as_it_was_written(value):
    strokes = parse_strokes(value)
    again = parse_strokes(json.loads(json.dumps(strokes.to_json())))
    assert again == strokes
    assert again.content_hash() == strokes.content_hash()


@settings(deadline=None)
@given(drawings)
def test_our_own_rows_are_read_as_the_drawing_that_was_written(value):
    strokes = parse_strokes(value)
    assert Strokes.from_json(json.loads(json.dumps(strokes.to_json()))) == strokes


def test_our_own_rows_are_read_whatever_the_limits_are_today(monkeypatch):
    strokes = parse_strokes(payload([10, 10, 0], [200, 200, 9]))
    monkeypatch.setattr("datasets.preprocessing.strokes.MOST_POINTS", 1)
    assert code_of(strokes.to_json()) == "too_many_points"
    assert Strokes.from_json(strokes.to_json()) == strokes


def test_the_same_picture_has_the_same_hash_however_it_was_timed_or_written():
    one = parse_strokes(payload([10, 20, 0], [30, 40, 16]))
    assert one.content_hash() == parse_strokes(payload([10, 20, 5], [30, 40, 90])).content_hash()
    assert one.content_hash() == parse_strokes(payload([10.0, 20], [30, 40.01], erase=False)).content_hash()
    assert len(one.content_hash()) == 64


@pytest.mark.parametrize(
    "other",
    [
        payload([10, 20], [30, 40.1]),
        payload([10, 20], [30, 40], pen=17),
        payload([10, 20], [30, 40], width=281),
        payload([30, 40], [10, 20]),
    ],
)
def test_another_picture_has_another_hash(other):
    assert parse_strokes(other).content_hash() != parse_strokes(payload([10, 20], [30, 40])).content_hash()


@settings(deadline=None)
@given(any_json)
def test_whatever_arrives_is_read_or_refused_by_our_own_error(value):
    try:
        parse_strokes(value)
    except InvalidInput:
        return
    rasterize(parse_strokes(value))


@settings(deadline=None)
@given(drawings, st.sampled_from([None, True, "7", [], {}, math.nan, math.inf, 10**400, -(10**400)]), st.data())
def test_one_wrong_value_anywhere_is_refused(value, wrong, data):
    stroke = data.draw(st.sampled_from(value["strokes"]))
    place = data.draw(st.sampled_from(["width", "height", "pen", "erase", "x", "t", "points"]))
    if place in ("width", "height"):
        value[place] = wrong
    elif place in ("pen", "erase", "points"):
        stroke[place] = wrong if not (place == "erase" and wrong is True) else "yes"
    else:
        stroke["points"][0][{"x": 0, "t": 2}[place]] = wrong
    if place == "t" and wrong == -(10**400):
        return  # before the first point: held at 0, however early
    with pytest.raises(InvalidInput):
        parse_strokes(value)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"width": 280, "height": 280},
        payload([1, 2], colour="red"),
        {**payload([1, 2]), "unit": "px"},
        payload(),
        payload([1]),
        payload([1, 2, 3, 4]),
        payload([1, True]),
        payload([1, 2], pen=0),
        payload([1, 2], pen=0.04),
        payload([1, 2], pen=281),
        payload([1, 2], width=15),
        payload([1, 2], width=2049),
        payload([1, 2], width=280.5),
        payload([1, 2], erase=1),
        payload([1, 2, 0], [3, 4]),
        payload([1, 2, 2**31]),
    ],
)
def test_a_drawing_that_is_no_drawing_is_refused(value):
    assert code_of(value) == "invalid_strokes"


def test_times_that_run_backwards_are_held():
    value = payload([1, 1, -5], [2, 2, 40], [3, 3, 30])
    value["strokes"].append({"points": [[9, 9, 20], [9, 9, 50]], "pen": 4})
    times = [point[2] for stroke in parse_strokes(value).strokes for point in stroke.points]
    assert times == [0, 40, 40, 40, 50]


def test_a_message_never_repeats_a_long_input():
    with pytest.raises(InvalidInput) as caught:
        parse_strokes(payload("x" * 10**6))
    assert len(caught.value.message) < 300


def test_too_many_points_are_refused_before_they_are_looked_at():
    value = payload(*[["not looked at"]] * 10_001)
    with pytest.raises(TooLarge) as caught:
        parse_strokes(value)
    assert caught.value.code == "too_many_points"
    assert "10000" in caught.value.message and "10001" in caught.value.message


def test_ten_thousand_short_points_are_taken_and_long_ones_are_too_large():
    assert len(parse_strokes(payload(*[[7, 8]] * 10_000)).strokes[0].points) == 10_000
    long = payload(*[[100.1 + i % 2, 200.2, 100_000 + i] for i in range(10_000)])
    with pytest.raises(TooLarge) as caught:
        parse_strokes(long)
    assert caught.value.code == "strokes_too_large"


def test_strokes_that_would_take_seconds_to_rasterize_are_refused():
    wide = payload(*[[2047 * (i % 2), 2047 * (i // 2 % 2)] for i in range(100)], width=2048, height=2048)
    with pytest.raises(TooLarge) as caught:
        parse_strokes(wide)
    assert caught.value.code == "strokes_too_large"
    corner = {"points": [[0, 2040], [0, 0], [2040, 0]], "pen": 2}
    with pytest.raises(TooLarge):  # each segment is thin, but the box of the stroke is the canvas
        parse_strokes({"width": 2048, "height": 2048, "strokes": [corner] * 100})


def test_points_just_outside_are_kept_and_clipped():
    strokes = parse_strokes(payload([-280, 140], [560, 140], pen=10))
    assert strokes.strokes[0].points == ((-280, 140), (560, 140))
    ink = rasterize(strokes)
    assert ink.shape == (280, 280)
    assert (ink[136:144] == 255).all()


@pytest.mark.parametrize("point", [[-280.1, 5], [560.1, 5], [5, -280.1], [5, 561], [10**400, 5]])
def test_points_beyond_one_canvas_are_refused(point):
    assert code_of(payload([5, 5], point)) == "outside_canvas"


@pytest.mark.parametrize(
    "value",
    [
        {"width": 280, "height": 280, "strokes": []},
        payload([-100, -100], [-50, -90]),
        payload([50, 50], pen=0.1),  # its dot reaches the centre of no pixel
        payload([50, 50], erase=True),
        {
            "width": 100,
            "height": 100,
            "strokes": [{"points": [[50, 50]], "pen": 10}, {"points": [[50, 50]], "pen": 20, "erase": True}],
        },
    ],
)
def test_a_drawing_that_leaves_no_ink_is_blank(value):
    assert code_of(value) == "blank_drawing"


def test_a_thin_line_between_points_outside_still_leaves_ink():
    assert rasterize(parse_strokes(payload([-5, 100], [285, 100], pen=0.6))).max() > 32


# ------------------------------------------------------------------------------------- ink


def ink_by_the_formula(strokes: Strokes) -> np.ndarray:
    """Rasterize pixel by pixel in plain Python, as the browser does, without boxes."""
    ink = np.zeros((strokes.height, strokes.width), dtype=np.uint8)
    for stroke in strokes.strokes:
        path = [point[:2] for point in stroke.points]
        segments = list(itertools.pairwise(path)) or [(path[0], path[0])]
        for row in range(strokes.height):
            for column in range(strokes.width):
                most = 0
                for (ax, ay), (bx, by) in segments:
                    dx, dy = bx - ax, by - ay
                    square = dx * dx + dy * dy
                    px, py = (column + 0.5) - ax, (row + 0.5) - ay
                    t = min(max((px * dx + py * dy) / square, 0.0), 1.0) if square > 0 else 0.0
                    ex, ey = px - t * dx, py - t * dy
                    distance = math.sqrt(ex * ex + ey * ey)
                    coverage = min(max((stroke.pen / 2 + 0.5) - distance, 0.0), 1.0)
                    most = max(most, math.floor(255 * coverage + 0.5))
                before = int(ink[row, column])
                ink[row, column] = min(before, 255 - most) if stroke.erase else max(before, most)
    return ink


places = st.tuples(st.floats(-20, 50), st.floats(-20, 40))
small_strokes = st.builds(
    Stroke, points=st.lists(places, min_size=1, max_size=4).map(tuple), pen=st.floats(0.1, 20), erase=st.booleans()
)


@settings(deadline=None)
@given(st.lists(small_strokes, max_size=3))
def test_ink_is_what_the_formula_says_to_the_bit(strokes):
    small = Strokes(24, 16, tuple(strokes))
    assert np.array_equal(rasterize(small), ink_by_the_formula(small))


def test_the_ink_of_a_dot_is_a_disc_with_a_soft_edge():
    ink = rasterize(Strokes(20, 20, (Stroke(((10.5, 10.5),), pen=9),)))
    assert ink[10, 10] == 255 and ink[10, 14] == 255
    assert ink[10, 15] == 0
    assert 0 < ink[13, 13] < 255
    assert np.array_equal(ink, ink.T)


def test_erasing_takes_away_what_came_before_and_not_what_comes_after():
    line = Stroke(((5.5, 10.5), (25.5, 10.5)), pen=7)
    rub = Stroke(((15.5, 10.5),), pen=11, erase=True)
    erased = rasterize(Strokes(32, 20, (line, rub)))
    assert erased[10, 15] == 0 and erased[10, 5] == 255
    assert np.array_equal(rasterize(Strokes(32, 20, (line, rub, line))), rasterize(Strokes(32, 20, (line,))))


def test_a_shift_by_whole_units_shifts_the_ink():
    strokes = Strokes(80, 60, (Stroke(((10.25, 12.5), (30.75, 25.125)), pen=6.5),))
    moved = rasterize(transform(strokes, ((1, 0, 17), (0, 1, 9))))
    assert np.array_equal(moved[9:, 17:], rasterize(strokes)[:-9, :-17])


def test_thirty_six_rotations_lose_nothing():
    strokes = parse_strokes(drawing("5", 0))
    cos, sin = math.cos(math.pi / 18), math.sin(math.pi / 18)
    turn = ((cos, -sin, 140 - 140 * cos + 140 * sin), (sin, cos, 140 - 140 * sin - 140 * cos))
    turned = strokes
    for _ in range(36):
        turned = transform(turned, turn)
    assert turned.to_json() == strokes.to_json()


def test_a_transform_keeps_times_and_canvas_and_scales_the_pen():
    strokes = parse_strokes(payload([10, 20, 0], [30, 40, 16], pen=10))
    moved = transform(strokes, ((2, 0, 1), (0, 3, -1)), pen_scale=1.5)
    assert moved.strokes[0] == Stroke(((21, 59, 0), (61, 119, 16)), pen=15)
    assert (moved.width, moved.height) == (280, 280)
