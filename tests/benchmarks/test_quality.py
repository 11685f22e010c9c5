"""The evaluation of the networks, on drawings made here: what it counts is checked, not what the networks can do."""

import gzip
import json
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality import blind, crowd_sizes, refusal, results, review, shapes, unseen_symbols, while_drawing
from benchmarks.quality.__main__ import main
from benchmarks.quality.accuracy import of_digits
from benchmarks.quality.bench import Bench, Part, Subject
from benchmarks.quality.drawings import Drawings, drawings_of
from benchmarks.quality.made_up import KINDS, of_made_up
from benchmarks.quality.matrix import Matrix, svg_of_matrix
from benchmarks.quality.photographs import STYLES, uploaded
from benchmarks.quality.redrawing import placed, seen
from datasets.importers import ImportedDrawing, unipen
from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import parse_strokes, rasterize
from tests.drawings import drawing
from tests.training.pictures import drawn
from training.pages.charts import Series, line_chart

SPLITS = json.loads(unipen.SPLITS.read_text())
WRITERS = {split: next(iter(groups.values()))[0] for split, groups in SPLITS.items()}


def records(labels: str, split: str = "test") -> list[ImportedDrawing]:
    return [
        ImportedDrawing(
            source="unipen",
            source_key=f"digits-{index:05}",
            writer=f"writer {index % 3}",
            label=label,
            split=split,
            kind="strokes",
            strokes=parse_strokes(drawing(label, index)),
        )
        for index, label in enumerate(labels)
    ]


class Reader:
    """Reads every drawing as what `answers` says, with a certainty."""

    def __init__(self, answers: list[int], certainty: list[float]) -> None:
        self.answers, self.certainty = answers, certainty

    def predict_many(self, images: np.ndarray) -> np.ndarray:
        spread = np.repeat((1 - np.array(self.certainty))[:, None] / 9, 10, axis=1)
        spread[np.arange(len(images)), self.answers] = self.certainty
        return spread


def test_what_was_read_blind_replaces_labels_and_unreadable_drawings_are_left_out_but_ambiguous_ones_stay():
    digits = drawings_of(records("12345"))
    read = {
        "digits-00000": "7",
        "digits-00001": review.UNREADABLE,
        "digits-00002": review.AMBIGUOUS,
        "digits-00003": review.NO_DIGIT,
    }
    after = review.after_review(digits, read)
    assert after.classes.tolist() == [7, 3, 5]
    assert [record.source_key for record in after.records] == ["digits-00000", "digits-00002", "digits-00004"]


def test_what_was_read_as_a_digit_without_being_one_stands_apart(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(review, "readings", lambda: {"doodles-00001": "0", "doodles-00002": review.AMBIGUOUS})
    doodles = of_made_up("doodles").at(np.arange(4))
    sets = refusal.reviewed({"doodles": doodles, "scribbles": of_made_up("scribbles").at(np.arange(2))})
    keys = {name: [record.source_key for record in drawings.records] for name, drawings in sets.items()}
    assert keys == {
        "doodles, after review": ["doodles-00000", "doodles-00002", "doodles-00003"],
        "doodles read as digits in the review (not counted)": ["doodles-00001"],
        "scribbles, after review": ["scribbles-00000", "scribbles-00001"],
    }


def test_digit_or_not_is_reviewed_on_all_that_it_has_to_tell_apart(public_data: Path, tmp_path: Path):
    everything = blind.pool(Bench(public_data), "digit-or-not")
    assert {record.source_key.partition("-")[0] for record in everything.records} == {"digits", "uppercase", *KINDS}
    answers = (everything.classes >= 0).astype(int)
    answers[[3, 30]] = 1 - answers[[3, 30]]
    subject = Subject("", tmp_path)
    vars(subject)["network"] = Reader(answers.tolist(), [0.9] * len(answers))
    assert blind.disputed(everything, [subject], "digit-or-not").tolist() == [3, 30]


def test_wrong_answers_are_named_and_those_above_99_percent_counted():
    figures = of_digits(Reader([1, 7, 0], [0.9, 0.995, 0.6]), drawings_of(records("123")))
    assert (figures["n"], figures["wrong"], figures["wrong_above_99"]) == (3, 2, 1)
    assert figures["mistakes"][0] == {"key": "digits-00001", "label": 2, "answer": 7, "certainty": 0.995}


def test_disputed_drawings_are_shown_among_as_many_others_and_none_twice():
    shown = blind.with_others(np.array([3, 5, 8]), total=50)
    assert len(shown) == len(set(shown.tolist())) == 6
    assert {3, 5, 8} < set(shown.tolist())


@pytest.mark.parametrize("line", ["3 7", "0 7", "1 seven", "one 7", "1", "1 not"])
def test_a_verdict_on_nothing_or_of_another_word_is_refused(line):
    with pytest.raises(ValueError, match="received"):
        blind.taken(line, ["digits-00001", "digits-00002"])


def test_verdicts_are_taken_by_their_number():
    verdicts = "2 7\n\n1 unreadable\n3 not a digit\n"
    assert blind.taken(verdicts, ["a", "b", "c"]) == {"b": "7", "a": "unreadable", "c": "not a digit"}


def test_what_was_reviewed_is_of_drawings_and_readings_that_there_are():
    assert set(review.readings().values()) <= set(review.READINGS)
    assert {key.partition("-")[0] for key in review.readings()} <= {*unipen.FILES, *KINDS}


def test_a_drawing_is_placed_with_its_size_its_pen_and_its_centre():
    ink = rasterize(placed(drawn(1)[8], size=100, pen=10, place=(90, 190)))
    rows, columns = np.nonzero(ink > 127)
    assert np.ptp(rows) + 1 == pytest.approx(110, abs=2)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(90, abs=2)
    assert (rows.min() + rows.max()) / 2 == pytest.approx(190, abs=2)


def test_a_drawing_lies_when_it_is_turned_by_a_right_angle():
    ink = rasterize(placed(drawn(1)[1], size=100, pen=10, degrees=90))
    rows, columns = np.nonzero(ink)
    assert np.ptp(columns) > 3 * np.ptp(rows)


@pytest.mark.parametrize("style", STYLES)
def test_a_picture_of_a_drawing_looks_like_it_after_the_upload(style):
    strokes = drawn(1)[3]
    picture, expected = (
        image.reshape(7, 4, 7, 4).mean(axis=(1, 3)).ravel()  # thin lines may lie a pixel beside each other
        for image in (uploaded(strokes, style, seed=1), seen(placed(strokes, size=180, pen=18)))
    )
    assert picture @ expected / np.linalg.norm(picture) / np.linalg.norm(expected) > 0.8


def test_small_crowds_have_as_many_people_as_large_ones():
    made = drawings_of(records("1111112222"))
    order = crowd_sizes.in_turns(made)
    assert sorted(order.tolist()) == list(range(10))
    first = {(made.records[place].writer, made.records[place].label) for place in order[:6]}
    assert len(first) == 6, "everybody's first of each digit comes first"


def test_every_symbol_is_held_out_once_with_both_cases_of_a_letter_together():
    folds = unseen_symbols.folds_of(list("aAbBcCdDxyzXYZ+-*/"))
    assert sorted(symbol for fold in folds for symbol in fold) == sorted("aAbBcCdDxyzXYZ+-*/")
    assert all(("a" in fold) == ("A" in fold) for fold in folds)


def test_folds_join_those_that_were_measured_earlier_in_the_same_way():
    def figures(epochs: int, **folds: str) -> dict:
        return {"epochs": epochs, "copies": 2, "of": 6, "folds": {name[1:]: fold for name, fold in folds.items()}}

    earlier = figures(1, _1="old", _2="old")
    assert unseen_symbols.joined(earlier, figures(1, _10="new", _2="new")) == figures(1, _1="old", _2="new", _10="new")
    assert unseen_symbols.joined(earlier, figures(2, _3="new")) == figures(2, _3="new")


def test_a_part_that_was_not_run_keeps_its_figures(tmp_path: Path):
    def part(name: str) -> Part:
        chart = line_chart("a < b", [Series("one", [(0, 0.5), (1, 1)])], x_name="x", y_name="y")
        return Part(
            name, name.title(), lambda bench: {}, lambda figures: f"{figures['x']}", lambda _: {"a < plot": chart}
        )

    measured = {"date": "2026-01-01", "machine": "one", "command": "make", "seconds": 1}
    for name, figures in (("first", {"x": 1}), ("second", {"x": [2, 3]}), ("first", {"x": 4})):
        results.keep(tmp_path, part(name), figures, **measured)
    results.show(tmp_path, [part("first"), part("second"), part("never run")])
    assert {name: row["figures"]["x"] for name, row in results.read(tmp_path).items()} == {"first": 4, "second": [2, 3]}
    text = (tmp_path / "quality.md").read_text()
    assert "## First" in text and "never run" not in text.lower()
    assert "a &lt; plot" in (tmp_path / "a-plot.svg").read_text()


@pytest.fixture
def public_data(tmp_path: Path) -> Path:
    """Return a folder like that of the public data: a few drawings for each split."""
    (tmp_path / "unipen").mkdir()
    lines = {"digits": "0123456789", "uppercase": "AXO", "symbols": "."}
    for name, symbols in lines.items():
        rows = [
            _unipen(symbol, writer, variant) for writer in WRITERS.values() for symbol in symbols for variant in (1, 2)
        ]
        (tmp_path / "unipen" / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "mnist").mkdir()
    for part, count in (("train", 60), ("t10k", 20)):
        labels = np.arange(count, dtype=np.uint8) % 10
        images = np.array(
            [normalize(rasterize(parse_strokes(drawing(str(label), i)))) for i, label in enumerate(labels)]
        )
        _idx(tmp_path / "mnist" / f"{part}-images-idx3-ubyte.gz", images)
        _idx(tmp_path / "mnist" / f"{part}-labels-idx1-ubyte.gz", labels)
    return tmp_path


def _unipen(symbol: str, writer: str, variant: int) -> dict:
    strokes = [
        [point[:2] for point in stroke["points"]]
        for stroke in drawing(symbol if symbol.isdigit() else "8", variant)["strokes"]
    ]
    return {"label": symbol, "source": "apa", "writer": writer, "strokes": strokes}


def _idx(path: Path, values: np.ndarray) -> None:
    head = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    path.write_bytes(gzip.compress(head + values.tobytes()))


def test_the_command_measures_what_is_named_and_writes_it_down(public_data: Path, tmp_path: Path, capsys):
    kept = tmp_path / "results"
    main(["accuracy", "refusal", "mistakes", "--data", str(public_data), "--results", str(kept)])
    figures = results.read(kept)
    assert set(figures) == {"accuracy", "refusal", "mistakes"}
    sets = figures["accuracy"]["figures"]["networks"]["starter version"]
    assert (sets["MNIST test"]["n"], sets["UNIPEN test people"]["n"]) == (20, 20)
    shares = figures["refusal"]["figures"]["starter version"]["shares"]
    assert {name: shares[name]["n"] for name in ("letters and symbols", "look-alikes (not counted)")} == {
        "letters and symbols": 4, "look-alikes (not counted)": 2,
    }  # fmt: skip
    assert str(public_data) not in (kept / "quality.json").read_text()
    assert "Digit or not" in capsys.readouterr().out


def test_architectures_are_trained_with_each_seed_and_tested_on_every_set(public_data: Path, tmp_path: Path):
    def trained(*options: str) -> dict:
        main(["architectures", "--data", str(public_data), "--results", str(tmp_path / "results"), *options])
        return results.read(tmp_path / "results")["architectures"]["figures"]["rows"]

    alike = ["--epochs", "2", "--copies", "1"]
    (runs,) = trained("--architectures", "dense", "--seeds", "1,2", *alike).values()
    assert [run["seed"] for run in runs] == [1, 2]
    assert set(runs[0]["right"]) == set(Bench(public_data).test_sets())
    assert runs[0]["parameters"] == 118_282
    rows = trained("--architectures", "codelab,dense", "--seeds", "3", *alike)
    assert {name: [run["seed"] for run in runs] for name, runs in rows.items()} == {"dense": [1, 2, 3], "codelab": [3]}
    assert set(trained("--architectures", "codelab", "--epochs", "1", "--seeds", "1")) == {"codelab"}, "not alike"


def test_a_part_that_there_is_not_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["acuracy"])
    assert "received acuracy" in capsys.readouterr().err


def test_some_drawings_are_the_same_for_one_seed():
    made = drawings_of(records("0123456789"))
    some = made.some(4)
    assert len(some) == 4 and isinstance(some, Drawings)
    assert some.classes.tolist() == made.some(4).classes.tolist()


def test_answers_that_change_while_somebody_draws_are_counted():
    answers = np.array([[1, 7, 1], [7, 7, 1], [1, 7, 1], [7, 7, 1]])  # after each share, of three sevens
    sevens = np.full(3, 7)
    assert while_drawing.changes(answers).tolist() == [3, 0, 0]
    assert while_drawing.first_right(answers, sevens).tolist() == [1, 0, 4]
    assert while_drawing.settled(answers, sevens).tolist() == [3, 0, 4]


def of_lines(*lines: list[tuple[int, int]]):
    strokes = [{"points": [list(point) for point in line], "pen": 8} for line in lines]
    return parse_strokes({"width": 280, "height": 280, "strokes": strokes})


SEVEN, ZERO = [(60, 40), (200, 40), (120, 240)], [(140, 40), (80, 140), (140, 240), (200, 140), (142, 41)]
ARM, DOWN = [(140, 40), (60, 160), (220, 160)], [(150, 40), (150, 240)]
NINE = [(180, 70), (120, 40), (100, 90), (180, 80)]


@pytest.mark.parametrize(
    ("label", "lines", "shape"),
    [
        ("7", [SEVEN], "plain"),
        ("7", [SEVEN, [(100, 140), (200, 135)]], "crossed"),
        ("7", [SEVEN[:2], SEVEN[1:]], "plain"),
        ("1", [[(150, 40), (140, 240)]], "a line"),
        ("1", [[(80, 110), (150, 40), (150, 240)]], "with a flag or a foot"),
        ("1", [[(150, 40), (150, 240)], [(100, 240), (200, 240)]], "with a flag or a foot"),
        ("0", [ZERO], "plain"),
        ("0", [ZERO[:3], ZERO[2:]], "plain"),
        ("0", [ZERO, [(210, 50), (70, 230)]], "slashed"),
        ("4", [ARM, DOWN], "closed"),
        ("4", [[(70, 40), *ARM[1:]], DOWN], "open"),
        ("9", [[*NINE, (175, 240)]], "tail straight down"),
        ("9", [[*NINE, (175, 200), (105, 240)]], "tail hooked to the left"),
    ],
)
def test_shapes_follow_from_the_strokes(label, lines, shape):
    assert shapes.shape_of(label, of_lines(*lines)) == shape


def test_a_single_mistake_among_thousands_has_its_colour_and_number_in_the_matrix():
    svg = svg_of_matrix(Matrix("of two", ["no", "yes"], [[980, 1], [0, 1200]]))
    assert ">of two</text>" in svg and svg.count("<rect") == 1 + 4
    assert re.findall(r">(\d+)</text>", svg) == ["980", "1", "1200"]
    (depth,) = re.findall(r"rgba\(179,38,30,(0\.[1-9]\d*)\)", svg)
    assert float(depth) == pytest.approx(np.log1p(1) / np.log1p(1200), abs=0.01)
