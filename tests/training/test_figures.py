"""What a version keeps of itself: layers, mistakes, calibration, the gate's words, and how pages draw them."""

import json
import time
from dataclasses import fields

import numpy as np
import pytest

from tests.training.factories import make_version
from tests.training.measured import answers, drawings_to_test
from training import networks
from training.judging import gatekeeping, layers
from training.judging.comparison import GateRules
from training.judging.evaluation import evaluate, reliability, worst_mistakes
from training.models import ModelVersion, VersionState
from training.pages import charts, confusion, portraits
from training.selection import Selection
from training.versions import cards, registry
from training.versions.predictions import Predictions, on_the_same


def test_layers_are_described_with_their_parts_shapes_and_parameters() -> None:
    network = networks.build("four-conv", 10)
    found = layers.describe(network)
    assert sum(layer["trainable"] + layer["non_trainable"] for layer in found) == 594_922
    first = next(layer for layer in found if layer["kind"] == "Conv2D")
    assert (first["part"], first["output"], first["trainable"]) == ("trunk", [26, 26, 32], 320)
    assert first["settings"] == {"filters": 32, "kernel_size": [3, 3], "activation": "relu"}
    assert (found[-1]["part"], found[-1]["output"]) == ("head", [10])
    assert json.loads(json.dumps(found)) == found


def test_a_frozen_trunk_is_not_trainable() -> None:
    found = layers.describe(networks.transfer(networks.build("small", 10), 2, fine_tune=False))
    assert sum(layer["trainable"] for layer in found if layer["part"] == "trunk") == 0
    assert layers.parameters(networks.transfer(networks.build("small", 10), 2, fine_tune=False)) == {
        "trainable": sum(layer["trainable"] for layer in found),
        "non_trainable": sum(layer["non_trainable"] for layer in found),
    }


def test_reliability_holds_what_is_said_against_what_comes_true() -> None:
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.5, 0.5]])
    bins = reliability(probabilities, np.array([0, 1, 0, 0]))
    assert [(part.count, round(part.certainty, 2), part.accuracy) for part in bins] == [
        (1, 0.5, 1.0),
        (1, 0.6, 1.0),
        (2, 0.9, 0.5),
    ]


def test_the_worst_mistakes_are_the_surest() -> None:
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.45, 0.55], [0.0, 1.0]])
    found = worst_mistakes(probabilities, np.array([1, 0, 0, 1]), ["a", "b", "c", "d"], most=2)
    assert [(mistake.content, mistake.actual, mistake.predicted) for mistake in found] == [("a", 1, 0), ("b", 0, 1)]


def test_the_interval_of_the_loss_holds_the_loss() -> None:
    metrics = evaluate(np.array([[0.9, 0.1], [0.2, 0.8], [0.45, 0.55]]), np.array([0, 1, 0]))
    low, high = metrics.loss_interval
    assert 0 <= low < metrics.loss < high


@pytest.mark.django_db
def test_the_rules_of_the_gate_are_settings(settings) -> None:
    names = [field.name for field in fields(GateRules)]
    for value, name in enumerate(names):
        setattr(settings, f"GATE_{name.upper()}", value + 0.5)
    rules = gatekeeping.rules()
    assert [getattr(rules, name) for name in names] == [value + 0.5 for value in range(len(names))]


@pytest.mark.django_db
def test_a_judgement_keeps_the_flips_as_contents(monkeypatch) -> None:
    test = drawings_to_test()
    monkeypatch.setattr(gatekeeping.artifacts, "read", lambda path, sha256: b"")
    champion = gatekeeping.Answers(answers(test), 0.1)
    monkeypatch.setattr(gatekeeping, "answers_of", lambda tflite, test: champion)
    judgement = gatekeeping.judge(make_version(), gatekeeping.Answers(answers(test, {3: 8}), 0.2), test)
    kept = json.loads(json.dumps(judgement.to_json()))
    assert kept["comparison"]["flips"] == [test.hashes[3]]
    assert (kept["comparison"]["flip_count"], kept["champion"], kept["needs_person"]) == (1, 1, True)


def test_a_version_is_not_slow_because_it_has_to_wait(monkeypatch) -> None:
    class Waiting:
        def __init__(self, tflite: bytes) -> None: ...

        def predict_many(self, images: np.ndarray) -> np.ndarray:
            time.sleep(0.5)
            return np.zeros((len(images), 10), np.float32)

    monkeypatch.setattr(gatekeeping, "LiteRTNetwork", Waiting)
    nothing = np.zeros((2, 28, 28), np.uint8)
    test = Selection(nothing, np.zeros(2, np.uint8), ["", ""], ["", ""], np.zeros(2, bool), [])
    assert gatekeeping.answers_of(b"", test).milliseconds < 100


@pytest.mark.django_db
def test_what_became_of_a_version() -> None:

    passed_over, once, live, held = [make_version() for _ in range(4)]
    registry.publish(once, reason="first")
    registry.publish(live, reason="better")
    make_version("digit-or-not")
    states = {v.pk: v.state for v in ModelVersion.objects.with_state()}
    assert states[live.pk] == VersionState.LIVE
    assert states[once.pk] == VersionState.ONCE_LIVE
    assert states[passed_over.pk] == VersionState.PASSED_OVER
    assert states[held.pk] == VersionState.PASSED_OVER, "it was registered before the last publication"
    assert VersionState.HELD in states.values(), "of the other network nothing was published since"


def test_predictions_on_the_same_drawings_come_in_one_order() -> None:
    def some(names: str, classes: list[int]) -> Predictions:
        contents = np.array([name.encode().ljust(32) for name in names], "V32")
        return Predictions(contents, np.array(classes, np.uint8), np.eye(3, dtype=np.float16)[classes])

    first, second = on_the_same(some("abcd", [0, 1, 2, 0]), some("dxbc", [0, 1, 1, 0]))
    assert [c.tobytes()[:1] for c in first.contents] == [c.tobytes()[:1] for c in second.contents] == [b"b", b"d"]
    assert first.classes.tolist() == second.classes.tolist() == [1, 0], "c is of two classes: it was relabelled"


def test_predictions_are_found_by_the_names_of_their_drawings() -> None:
    hashes = [f"{n:064x}" for n in (7, 3, 5)]
    contents = np.array([list(bytes.fromhex(text)) for text in hashes], np.uint8).view("V32").ravel()
    predictions = Predictions(contents, np.array([0, 1, 2], np.uint8), np.eye(3, dtype=np.float16))
    assert predictions.named([hashes[2], "f" * 64, hashes[0]]).tolist() == [0, 2]
    assert predictions.named([]).tolist() == []


def test_a_card_counts_in_good_english() -> None:
    figures = {"classes": ["a", "b"], "confusion": [[5, 1], [2, 5]], "n": 13}
    assert cards._fails(figures) == "## Where it fails most\n- b read as a: 2 times\n- a read as b: 1 time"


def test_a_card_is_html_without_the_html_in_it() -> None:
    table = "| a | b |\n| --- | --- |\n| 1 | <b onclick=x>2</b> |"
    html = cards.rendered(f"# digits\n\n## Made of\n\n{table}\n\n[x](javascript:alert(1))")
    assert html.startswith("<h3>Made of</h3>"), "the page has a title"
    assert "<table>" in html
    assert "<b" not in html and "href" not in html


def test_axes_have_round_steps_that_cover_the_values() -> None:
    assert charts.steps(0.0571, 0.264) == [0.05, 0.1, 0.15, 0.2, 0.25, 0.3]
    assert charts.steps(0.77, 1.0) == [0.75, 0.8, 0.85, 0.9, 0.95, 1.0]
    assert charts.steps(3, 3) == [3]


def test_a_plot_lies_inside_its_axes_and_brings_its_figures() -> None:
    series = charts.Series("accuracy", [(1, 0.9), (2, 0.95), (4, 0.99)], [(0.88, 0.92), (0.94, 0.96), (0.98, 1.0)])
    chart = charts.line_chart("a", [series], x_name="epoch", y_name="accuracy")
    marks = chart.lines[0].marks
    third = pytest.approx(chart.left + (chart.right - chart.left) / 3, abs=0.1)
    assert [mark.x for mark in marks] == [chart.left, third, chart.right]
    assert all(chart.top <= mark.high <= mark.y <= mark.low <= chart.bottom for mark in marks)
    assert chart.heads == ["epoch", "accuracy"]
    assert chart.rows == [["1", "0.9"], ["2", "0.95"], ["4", "0.99"]]
    assert charts.line_chart("a", [charts.Series("b", [])], x_name="", y_name="") is None


def test_mistakes_are_shaded_by_their_number_and_right_answers_by_their_share() -> None:
    figures = {"classes": ["not-a-digit", "digit"], "confusion": [[98, 2], [40, 60]]}
    first, second = confusion.matrix_of(figures, chosen=(1, 0)).rows
    assert [cell.shade for cell in first.cells] == [5, 2]
    assert [cell.shade for cell in second.cells] == [6, 2]
    assert (first.recall, second.cells[0].is_chosen) == (0.98, True)
    assert confusion.matrix_of({}) is None


def test_a_portrait_stays_in_its_frame_whatever_the_network() -> None:
    for name in ("light", "four-conv", "dense", "codelab", "small"):
        picture = portraits.portrait(layers.describe(networks.build(name, 10)))
        xs = [float(p.split(",")[0]) for slab in picture.slabs for p in slab.side.split()]
        ys = [float(p.split(",")[1]) for slab in picture.slabs for p in slab.side.split()]
        assert min(xs) >= 0 and max(xs) <= picture.width and min(ys) >= 0 and max(ys) <= picture.height
        assert (picture.slabs[0].kind, picture.slabs[-1].kind) == ("input", "answer")
    assert portraits.portrait([]) is None
