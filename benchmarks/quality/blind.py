"""A blind review of labels: `python -m benchmarks.quality.blind sheets FOLDER`, then `... blind take FOLDER`.

The first writes sheets of drawings on which any network and the label disagree, and as many others on which all agree,
shuffled, numbered, without label or answer: UNIPEN's test people's digits for the digits networks; with
`--role digit-or-not` their letters, symbols and what is made up as well. Write what you read into `verdicts.txt`, a
line for each: "12 7", "13 not a digit", "14 unreadable", "15 ambiguous". The second takes the verdicts over into
`reviewed.json`; what was reviewed before stays as it was.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.quality.bench import Bench, Subject, starter
from benchmarks.quality.drawings import Drawings, of_unipen, together
from benchmarks.quality.made_up import KINDS, of_made_up
from benchmarks.quality.refusal import CLEAR, others_of
from benchmarks.quality.review import READINGS, REVIEWED, readings
from benchmarks.quality.sheets import write_sheets
from datasets.preprocessing.strokes import rasterize
from tests.paths import DATA
from training.models import Network
from training.selection import class_of

KEY, VERDICTS = "key.json", "verdicts.txt"
SEED = 20


def pool(bench: Bench, role: str) -> Drawings:
    """Return what is reviewed for one network: digits, and for digit-or-not all that it has to tell from them."""
    if role == Network.DIGITS:
        return bench.people()
    others = others_of(of_unipen(bench.folder, "test", digits=False))[CLEAR]
    return together(bench.people(), others, *map(of_made_up, KINDS))


def disputed(drawings: Drawings, subjects: list[Subject], role: str) -> np.ndarray:
    """Return the places of drawings that any network reads as something else than their label says."""
    classes = [class_of(role, record.label) for record in drawings.records]
    wrong = [subject.network.predict_many(drawings.images).argmax(axis=1) != classes for subject in subjects]
    return np.flatnonzero(np.any(wrong, axis=0))


def with_others(places: np.ndarray, total: int, seed: int = SEED) -> np.ndarray:
    """Return the places among as many undisputed ones, shuffled: that a drawing is shown says nothing about it."""
    generator = np.random.default_rng(seed)
    others = np.setdiff1d(np.arange(total), places)
    return generator.permutation(np.concatenate([places, generator.permutation(others)[: len(places)]]))


def write(folder: Path, drawings: Drawings, subjects: list[Subject], role: str) -> list[Path]:
    """Write the sheets of what was not reviewed yet, and the key that says which drawing has which number."""
    pending = drawings.where(lambda record: record.source_key not in readings())
    shown = pending.at(with_others(disputed(pending, subjects, role), len(pending)))
    tiles = [(rasterize(record.strokes), str(number)) for number, record in enumerate(shown.records, 1)]
    paths = write_sheets(tiles, folder, "blind")
    (folder / KEY).write_text(json.dumps([record.source_key for record in shown.records]))
    return paths


def taken(verdicts: str, keys: list[str]) -> dict[str, str]:
    """Return readings by key, out of lines of a number and what was read; raises `ValueError` naming a wrong line."""
    found = {}
    for line in filter(None, map(str.strip, verdicts.splitlines())):
        number, _, reading = line.partition(" ")
        if not number.isdigit() or not 1 <= int(number) <= len(keys) or reading not in READINGS:
            raise ValueError(f"expected a number up to {len(keys)} and one of {', '.join(READINGS)}; received {line!r}")
        found[keys[int(number) - 1]] = reading
    return found


def take(folder: Path) -> int:
    """Add the verdicts in `folder` to those that are committed; returns how many are new."""
    new = taken((folder / VERDICTS).read_text(), json.loads((folder / KEY).read_text()))
    everything = dict(sorted({**new, **readings()}.items()))
    about = "what one reader read, blind, in drawings of UNIPEN's test people or made up, by their key (see blind.py)"
    REVIEWED.write_text(json.dumps({"about": about, "readings": everything}, indent=0) + "\n", encoding="utf-8")
    return len(everything) - len(readings())


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.quality.blind", description=__doc__)
    parser.add_argument("step", choices=("sheets", "take"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, default=DATA, help="a folder with unipen/")
    parser.add_argument("--role", choices=Network.values, default=Network.DIGITS)
    parser.add_argument("--network", action="append", type=Path, default=[], metavar="FILE.tflite")
    chosen = parser.parse_args(words)
    if chosen.step == "take":
        print(f"{take(chosen.folder)} new readings in {REVIEWED.name}")
        return
    bench = Bench(chosen.data)
    subjects = [starter(chosen.role), *(Subject(path.name, path) for path in chosen.network)]
    for path in write(chosen.folder, pool(bench, chosen.role), subjects, chosen.role):
        print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
