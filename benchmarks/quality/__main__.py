"""`make bench-quality` (`python -m benchmarks.quality [PART ...]`): how well the networks read unseen people.

Without names, all parts that train nothing: minutes. Those that train take hours each, and run when they are named;
what they measure joins what was measured in the same way before.
"""

import argparse
import logging
import sys
import time
from datetime import date
from pathlib import Path

from benchmarks import report
from benchmarks.quality import (
    accuracy,
    architectures,
    baselines,
    crowd_sizes,
    mistakes,
    refusal,
    results,
    robustness,
    shapes,
    speed,
    unseen_symbols,
    while_drawing,
)
from benchmarks.quality.bench import Bench, Subject, starter
from tests.paths import DATA
from training.models import Network

MODULES = (
    accuracy, shapes, robustness, while_drawing, refusal, speed, mistakes,
    baselines, architectures, crowd_sizes, unseen_symbols,
)  # fmt: skip
PARTS = [module.PART for module in MODULES]
RESULTS = Path(__file__).parent.parent / "results"


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.quality", description=__doc__)
    names = [part.name for part in PARTS]
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"out of {', '.join(names)}")
    parser.add_argument("--data", type=Path, default=DATA, help="a folder with mnist/ and unipen/")
    parser.add_argument("--digits", action="append", type=_subject, default=[], metavar="NAME=FILE.tflite")
    parser.add_argument("--digit-or-not", action="append", type=_subject, default=[], metavar="NAME=FILE.tflite")
    parser.add_argument("--most", type=int, help="drawings (crowd-sizes: sizes) at most, for a quick look")
    parser.add_argument("--architectures", default="light,wide,compact,four-conv,small,codelab,crowd,dense")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--folds", default="1,2,3,4,5,6", help="of unseen-symbols")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--copies", type=int, default=7)
    parser.add_argument("--mistakes", type=Path, help="a folder for sheets of all mistakes")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures go")
    chosen = parser.parse_args(words)
    if unknown := sorted(set(chosen.parts) - set(names)):
        parser.error(f"expected parts out of {', '.join(names)}; received {', '.join(unknown)}")
    return chosen


def _subject(text: str) -> Subject:
    name, equals, path = text.partition("=")
    if not equals or not Path(path).is_file():
        raise argparse.ArgumentTypeError(f"expected NAME=FILE.tflite; received {text!r}")
    return Subject(name, Path(path))


def bench_of(chosen: argparse.Namespace) -> Bench:
    return Bench(
        folder=chosen.data,
        digits=[starter(Network.DIGITS), *chosen.digits],
        digit_or_not=[starter(Network.DIGIT_OR_NOT), *chosen.digit_or_not],
        most=chosen.most,
        architectures=tuple(chosen.architectures.split(",")),
        seeds=tuple(int(seed) for seed in chosen.seeds.split(",")),
        folds=tuple(int(fold) for fold in chosen.folds.split(",")),
        epochs=chosen.epochs,
        copies=chosen.copies,
        mistakes=chosen.mistakes,
    )


def main(words: list[str]) -> None:
    chosen = arguments(words)
    if not chosen.data.is_dir():
        raise SystemExit(f"no folder {chosen.data}: set DIGITSITE_DATA to the one that holds mnist/ and unipen/")
    logging.disable(logging.INFO)
    bench, machine = bench_of(chosen), report.machine()
    print(f"On {machine}\n", flush=True)
    for part in PARTS:
        if part.name in chosen.parts or (not chosen.parts and not part.trains):
            began = time.monotonic()
            figures = part.measure(bench)
            seconds = round(time.monotonic() - began)
            print(f"## {part.title} ({seconds} s)\n\n{part.table(figures)}\n", flush=True)
            command = _command(chosen, words, part.name)
            results.keep(
                chosen.results, part, figures, date=str(date.today()), machine=machine, command=command, seconds=seconds
            )
    results.show(chosen.results, PARTS)


def _command(chosen: argparse.Namespace, words: list[str], part: str) -> str:
    """Return what measures this part again; folders of one machine are left out."""
    options = [word for word in words if word not in chosen.parts]
    hidden = {str(path) for path in (chosen.data, chosen.mistakes, chosen.results) if path}
    kept = [word for word in options if word not in hidden and word not in ("--data", "--mistakes", "--results")]
    kept = [f"{word.partition('=')[0]}=..." if word.endswith(".tflite") else word for word in kept]
    return f"make bench-quality ARGS={' '.join([part, *kept])!r}" if kept else f"make bench-quality ARGS={part}"


if __name__ == "__main__":
    main(sys.argv[1:])
