"""What a network is trained on, read from the rows."""

import pytest

from datasets.models import DrawingContent
from datasets.preprocessing.strokes import parse_strokes
from datasets.services import freeze_version
from tests.drawings import drawing
from tests.training.factories import make_drawing
from training import selection

pytestmark = pytest.mark.django_db


def test_strokes_are_read_with_the_drawings_that_have_them_whatever_the_limits_are_today(monkeypatch) -> None:
    strokes = parse_strokes(drawing("5", 0))
    drawn, _ = make_drawing("5"), make_drawing("6")
    DrawingContent.objects.filter(drawing=drawn).update(strokes=strokes.to_json())
    monkeypatch.setattr("datasets.preprocessing.strokes.MOST_POINTS", 1)
    items = selection.items_for(freeze_version(), "digits", "train")
    assert selection.load(items, "digits", with_strokes=True).strokes == [strokes, None]


def test_a_drawing_that_hides_ink_is_altered_as_an_image() -> None:
    line = {"points": [[40, 40], [240, 240]], "pen": 18, "erase": False}
    beyond = {"points": [[-60, 40], [-60, 200]], "pen": 18, "erase": False}
    canvas = {"width": 280, "height": 280}
    drawn = selection.redrawable({**canvas, "strokes": [line, line]})
    assert drawn is not None and len(drawn.strokes) == 2
    assert selection.redrawable({**canvas, "strokes": [line, beyond]}) is None
    assert selection.redrawable({**canvas, "strokes": [line, {**line, "erase": True}]}) is None
    assert selection.redrawable(None) is None
