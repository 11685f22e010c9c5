from dataclasses import replace

import numpy as np
import pytest

from datasets.errors import InvalidInput
from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import Stroke, Strokes, rasterize
from tests.training.pictures import digits, drawn
from training.augmenting.augmentation import Augmentation, augment_images, augment_strokes
from training.augmenting.dotted import dotted
from training.augmenting.elastic import KNOTS, shares
from training.augmenting.simplification import simplified
from training.augmenting.unfinished import without_end

# Of the first copies of `digits(1)` and `drawn(1)`, two of each, under the usual settings and a seed of 3.
SUMS_OF_IMAGES = [25444, 33638, 12057, 12923, 34600, 28041]
SUMS_OF_STROKES = [13069, 14422, 10120, 19711, 47830, 36378]

NONE = Augmentation(rotation=0, zoom=0, shear=0, shift=0, stroke_width=0, pen_low=1, pen_high=1)


def centre_of_mass(image):
    mass = image.astype(float)
    return (mass.sum(axis=0) @ np.arange(28) / mass.sum(), mass.sum(axis=1) @ np.arange(28) / mass.sum())


def points_in(drawings):
    return sum(len(stroke.points) for drawing in drawings for stroke in drawing.strokes)


def spread(image):
    """Return the standard deviations of the ink across and down, and their correlation."""
    y, x = np.nonzero(image > 127)
    return x.std(), y.std(), np.corrcoef(x, y)[0, 1]


def box():
    image = np.zeros((28, 28), np.uint8)
    image[9:20, 12:17] = 255  # 5 wide, 11 high, centred on 14
    return image


def test_settings_of_nothing_change_nothing():
    images, _ = digits(2)
    assert np.array_equal(augment_images(images, copies=1, seed=1, settings=NONE), images)


def test_copies_of_one_image_stand_together():
    images, _ = digits(1)
    copies = augment_images(images, copies=3, seed=1, settings=NONE)
    assert np.array_equal(copies, np.repeat(images, 3, axis=0))
    assert copies.dtype == np.uint8


def test_the_same_seed_gives_the_same_copies_and_another_shard_others():
    images, _ = digits(2)
    first, again, other = (
        augment_images(images, copies=2, seed=seed, settings=Augmentation()) for seed in ((7, 0), (7, 0), (7, 1))
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_same_seed_gives_the_same_redrawn_copies_and_another_shard_others():
    first, again, other = (
        augment_strokes(drawn(1), copies=2, seed=seed, settings=Augmentation()) for seed in ((7, 0), (7, 0), (7, 1))
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first[0], first[1])


def test_rotation_turns_about_the_centre():
    turned = augment_images(box()[None], copies=50, seed=1, settings=replace(NONE, rotation=90))
    centres = np.array([centre_of_mass(image) for image in turned])
    assert np.abs(centres - 14).max() < 0.1
    assert turned.sum(axis=(1, 2)) / box().sum() == pytest.approx(np.ones(50), rel=0.05)
    widths = [spread(image)[0] for image in turned]
    assert min(widths) < 1.8 and max(widths) > 2.8  # upright, lying


def test_zoom_stays_within_its_bounds():
    zoomed = augment_images(box()[None], copies=200, seed=1, settings=replace(NONE, zoom=0.2))
    area = zoomed.sum(axis=(1, 2)) / box().sum()
    assert 0.62 < area.min() < 0.75
    assert 1.3 < area.max() < 1.47


def test_shear_leans_to_both_sides():
    leaning = augment_images(box()[None], copies=50, seed=1, settings=replace(NONE, shear=0.5))
    correlations = [spread(image)[2] for image in leaning]
    assert min(correlations) < -0.5 and max(correlations) > 0.5


def test_shift_moves_by_at_most_its_pixels():
    moved = augment_images(box()[None], copies=200, seed=1, settings=replace(NONE, shift=2.5))
    offsets = np.array([centre_of_mass(image) for image in moved]) - 14
    assert 2.2 < np.abs(offsets).max() <= 2.51
    assert abs(offsets.mean()) < 0.3


def test_strokes_of_images_grow_and_shrink_by_up_to_their_pixels():
    original = (box() / 255).sum(axis=1)[14]  # 5 pixels wide
    copies = augment_images(box()[None], copies=200, seed=1, settings=replace(NONE, stroke_width=1.2))
    widths = (copies / 255).sum(axis=2)[:, 14]
    assert original - 1.21 < widths.min() < original - 1
    assert original + 1 < widths.max() < original + 1.21
    assert copies.max() == 255


def test_images_are_the_same_as_ever_where_strokes_keep_their_width():
    images, _ = digits(1)
    settings = Augmentation(stroke_width=0)
    with_width = augment_images(images, copies=2, seed=3, settings=replace(settings, stroke_width=1e-9))
    assert np.array_equal(augment_images(images, copies=2, seed=3, settings=settings), with_width)


def test_ink_that_leaves_the_image_does_not_come_back_on_the_other_side():
    edge = np.zeros((1, 28, 28), np.uint8)
    edge[:, :, 26:] = 255
    moved = augment_images(edge, copies=50, seed=1, settings=replace(NONE, shift=8))
    assert moved[:, :, :18].max() == 0


def test_redrawing_with_settings_of_nothing_is_nearly_the_drawing():
    images, _ = digits(2)
    redrawn = augment_strokes(drawn(2), copies=1, seed=1, settings=NONE)
    assert np.abs(redrawn.astype(int) - images).mean() < 0.2 * images.mean()
    assert redrawn.mean() == pytest.approx(images.mean(), rel=0.05)


def test_pens_grow_and_shrink():
    thin = augment_strokes(drawn(1), copies=1, seed=1, settings=replace(NONE, pen_low=0.4))
    thick = augment_strokes(drawn(1), copies=1, seed=1, settings=replace(NONE, pen_high=2.5))
    plain, _ = digits(1)
    assert thin.mean() < plain.mean() < thick.mean()


def test_redrawn_copies_show_different_pen_widths_of_one_drawing():
    copies = augment_strokes(drawn(1)[:1], copies=40, seed=1, settings=replace(NONE, pen_low=0.5, pen_high=2))
    ink = copies.astype(float).sum(axis=(1, 2))
    assert ink.max() > 2 * ink.min()


def test_redrawn_copies_are_moved_by_whole_pixels():
    plain = augment_strokes(drawn(1)[:1], copies=1, seed=1, settings=NONE)[0]
    moved = augment_strokes(drawn(1)[:1], copies=30, seed=1, settings=replace(NONE, shift=2))
    places = {(x, y) for x in range(-2, 3) for y in range(-2, 3)}
    found = {place for image in moved for place in places if np.array_equal(np.roll(plain, place[::-1], (0, 1)), image)}
    assert len(found) > 5
    assert all(any(np.array_equal(np.roll(plain, p[::-1], (0, 1)), image) for p in places) for image in moved)


@pytest.mark.parametrize("pen", [0.1, 18, 280])
def test_a_dot_can_be_redrawn_whatever_its_pen(pen):
    dot = Strokes(280, 280, (Stroke(((140.0, 140.0),), pen),))
    copies = augment_strokes([dot], copies=3, seed=1, settings=Augmentation())
    assert all(image.max() == 255 for image in copies)


def test_no_drawings_give_no_copies():
    assert augment_strokes([], copies=3, seed=1, settings=Augmentation()).shape == (0, 28, 28)
    assert augment_images(np.zeros((0, 28, 28), np.uint8), copies=3, seed=1, settings=NONE).shape == (0, 28, 28)


def test_simplified_strokes_look_the_same_with_fewer_points():
    simple = [simplified(strokes) for strokes in drawn(1)]
    assert points_in(simple) < 0.8 * points_in(drawn(1))
    for plain, image in zip(simple, digits(1)[0], strict=True):
        assert np.abs(normalize(rasterize(plain)).astype(int) - image).mean() < 5


def test_the_points_of_a_straight_line_are_not_needed_but_its_ends_are():
    points = tuple((10.0 + 5 * i, 20.0 + 5 * i, 12 * i) for i in range(40))
    (stroke,) = simplified(Strokes(280, 280, (Stroke(points, 10),))).strokes
    assert stroke.points == (points[0], points[-1])


def test_a_closed_stroke_keeps_its_corners():
    corners = ((10.0, 10.0), (90.0, 10.0), (90.0, 90.0), (10.0, 90.0), (10.0, 10.0))
    (stroke,) = simplified(Strokes(100, 100, (Stroke(corners, 5),))).strokes
    assert stroke.points == corners


def test_settings_survive_json():
    settings = Augmentation(rotation=30, pen_low=0.7)
    assert Augmentation.from_json(settings.to_json()) == settings
    assert Augmentation.from_json({"rotation": 30, "pen_low": 0.7}) == settings


@pytest.mark.parametrize("data", [{"rotation": 400}, {"zoom": -0.1}, {"pen_high": 0.5}, {"tilt": 3}])
def test_settings_out_of_bounds_or_unknown_are_refused(data):
    with pytest.raises(InvalidInput, match="expected"):
        Augmentation.from_json(data)


def test_elastic_copies_keep_their_ink_about_and_are_bent_by_up_to_their_pixels():
    bar = np.zeros((28, 28), np.uint8)
    bar[4:24, 13:16] = 255
    bent = augment_images(bar[None], copies=60, seed=1, settings=replace(NONE, elastic=2.0))
    middles = (bent.astype(float) @ np.arange(28))[:, 5:23] / bent.sum(axis=2)[:, 5:23]  # of each row
    assert 0.5 < np.abs(middles - 14).max() <= 4.0  # a pull and the mean that is taken from it
    assert np.ptp(middles, axis=1).mean() > 0.5, "bent, not moved as a whole"
    assert bent.sum(axis=(1, 2)) / bar.sum() == pytest.approx(np.ones(60), rel=0.35)


def test_elastic_copies_of_strokes_are_bent_as_well():
    plain = augment_strokes(drawn(1), copies=1, seed=1, settings=NONE)
    bent = augment_strokes(drawn(1), copies=1, seed=1, settings=replace(NONE, elastic=2.0))
    differences = np.abs(bent.astype(int) - plain).mean(axis=(1, 2))
    assert (differences > 2).all() and differences.max() < 60


def test_the_pull_at_a_knot_moves_it_and_no_other():
    knots = np.array([(column, row) for row in range(KNOTS) for column in range(KNOTS)]) / (KNOTS - 1)
    assert shares(knots) == pytest.approx(np.eye(KNOTS * KNOTS), abs=1e-9)
    assert shares(np.random.default_rng(1).random((50, 2))).sum(axis=1) == pytest.approx(np.ones(50))


@pytest.mark.parametrize("extra", [{}, {"elastic": 1e-9}])
def test_what_is_switched_off_changes_no_copy(extra):
    settings = replace(Augmentation(), **extra)
    images = augment_images(digits(1)[0], copies=2, seed=3, settings=settings)
    redrawn = augment_strokes(drawn(1), copies=2, seed=3, settings=settings)
    for copies, sums in ((images, SUMS_OF_IMAGES), (redrawn, SUMS_OF_STROKES)):
        found = copies.reshape(len(copies), -1).sum(axis=1, dtype=int)
        assert found[: len(sums)] == pytest.approx(sums, abs=8), "ink of copies as they were before"


def test_an_unfinished_drawing_lacks_the_end_of_its_way():
    line = Strokes(
        100, 100, (Stroke(((10, 10, 0), (50, 10, 40), (90, 10, 80)), 8), Stroke(((10, 50, 90), (30, 50, 99)), 8))
    )
    assert without_end(line, 0.1).strokes[1].points[-1] == pytest.approx((20, 50, 94.5))
    (only,) = without_end(line, 0.4).strokes
    assert only.points == ((10, 10, 0), (50, 10, 40), pytest.approx((70, 10, 60)))
    assert without_end(line, 0.0) == line
    assert len(without_end(line, 1.0).strokes[0].points) == 1


def test_only_a_share_of_the_copies_is_unfinished():
    settings = replace(NONE, unfinished=0.5)
    whole = augment_strokes(drawn(1)[:1], copies=1, seed=1, settings=NONE)
    copies = augment_strokes(drawn(1)[:1], copies=60, seed=1, settings=settings)
    unfinished = (copies != whole).any(axis=(1, 2)).mean()
    assert 0.3 < unfinished < 0.7


def test_dots_are_so_many_pens_apart():
    line = Strokes(100, 100, (Stroke(((10, 10, 0), (50, 10, 40), (90, 10, 80)), 8),))
    dots = dotted(line, 2.5).strokes
    assert [dot.points for dot in dots] == [((x, 10, x - 10),) for x in (10, 30, 50, 70, 90)]
    assert {dot.pen for dot in dots} == {8}


def test_only_a_share_of_the_copies_is_dotted_and_those_have_less_ink():
    whole = augment_strokes(drawn(1)[:1], copies=1, seed=1, settings=NONE)
    copies = augment_strokes(drawn(1)[:1], copies=60, seed=1, settings=replace(NONE, dotted=0.5))
    changed = (copies != whole).any(axis=(1, 2))
    assert 0.3 < changed.mean() < 0.7
    assert (copies[changed].sum(axis=(1, 2)) < whole.sum()).all()
