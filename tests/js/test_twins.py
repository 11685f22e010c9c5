"""The preprocessing in JavaScript gives the same bytes as in Python, run by Node."""

import json
import subprocess
from pathlib import Path

from datasets.labels import ACCEPTED_FROM
from datasets.preprocessing.normalization import PREPROCESSING_VERSION
from tests import twins
from tests.drawings import SHAPES, drawing
from tests.node import node
from tests.paths import ROOT

TWINS = ROOT / "static" / "js" / "preprocessing"


def differences(cases: list[twins.Case], folder: Path) -> str:
    file = folder / "cases.json"
    file.write_text(json.dumps(cases))
    program = ROOT / "tests" / "js" / "twins.mjs"
    done = subprocess.run([node(), program, file, TWINS], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_drawings_of_all_kinds_are_read_alike(tmp_path: Path) -> None:
    drawn = [drawing(label, variant, pen=4 + 9 * variant) for label in SHAPES for variant in range(4)]
    taps = [twins.tap(pen, slip) for pen in (0.5, 4, 18, 40) for slip in (0, 0.3, 0.5, 0.6, 2)]
    cases = [twins.of_strokes(payload) for payload in [*drawn, *taps, *map(twins.random_strokes, range(150))]]
    assert sum("error" in case["expected"] for case in cases) > 5  # blank ones are among them
    assert sum(len(case["expected"].get("symbols", [])) > 1 for case in cases) > 10
    assert 10 < sum(True in case["expected"].get("dots", []) for case in cases) < len(cases) - 50
    assert differences(cases, tmp_path) == ""


def test_pictures_of_all_kinds_are_read_alike(tmp_path: Path) -> None:
    cases = [twins.of_picture(twins.upload(seed)) for seed in range(60)]
    assert sum("ink" in case["expected"] for case in cases) > 40
    assert differences(cases, tmp_path) == ""


def test_both_take_a_drawing_for_a_digit_from_the_same_probability_on() -> None:
    assert f"ACCEPTED_FROM = {ACCEPTED_FROM};" in (ROOT / "static/js/engine/reading.js").read_text()


def test_both_name_the_same_version() -> None:
    assert f"PREPROCESSING_VERSION = {PREPROCESSING_VERSION};" in (TWINS / "normalization.js").read_text()
