"""`python -m benchmarks [NAME ...]`: all of them, or those that are named. Takes about five minutes.

`dataset=1000000` sets how many drawings it is measured with, `deep=10000` with how many digits. `crowd`, `five-minutes`
and `deep` train for minutes or hours, each alone on a quiet machine: they run only when they are named.
"""

import logging
import os
import sys
import time

import django

from benchmarks import report
from tests import services

print(f"On {report.machine()}\n", flush=True)
services.start(durable=True)  # before Django reads its settings; they end with this process
os.environ["DJANGO_SETTINGS_MODULE"] = "digitsite.settings"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
django.setup()

from benchmarks import (  # noqa: E402  they need tables
    as_drawn,
    augmentation,
    browser,
    crowd,
    dataset,
    deep,
    five_minutes,
    models,
    predict,
    site,
    swaps,
    training_steps,
)

BENCHMARKS: dict[str, report.Benchmark] = {
    "predict": predict.run,
    "models": models.run,
    "browser": browser.run,
    "swaps": swaps.run,
    "augmentation": augmentation.run,
    "training-steps": training_steps.run,
    "dataset": dataset.run,
}
WHEN_NAMED: dict[str, report.Benchmark] = {
    "as-drawn": as_drawn.run,
    "crowd": crowd.run,
    "deep": deep.run,
    "five-minutes": five_minutes.run,
}


def main(names: list[str]) -> None:
    sizes = dict(name.split("=", 1) for name in names if "=" in name)
    names = [name.split("=", 1)[0] for name in names]
    known = {**BENCHMARKS, **WHEN_NAMED}
    if unknown := sorted(set(names) - set(known)):
        raise SystemExit(f"benchmarks: expected names out of {', '.join(known)}; received {', '.join(unknown)}")
    logging.disable(logging.INFO)
    site.prepare()
    for name in names or BENCHMARKS:
        started = time.monotonic()
        print(name, flush=True)
        for figure in known[name](*([int(sizes[name])] if name in sizes else [])):
            print(figure.line(), flush=True)
        print(f"  ({time.monotonic() - started:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
