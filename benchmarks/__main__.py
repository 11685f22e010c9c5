"""`python -m benchmarks [NAME ...]`: all of them, or those that are named. Takes about three minutes."""

import logging
import os
import sys
import time

import django

from benchmarks import report
from tests import services

print(f"On {report.machine()}\n", flush=True)
services.start()  # before Django reads its settings; they end with this process
os.environ["DJANGO_SETTINGS_MODULE"] = "digitsite.settings"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
django.setup()

from benchmarks import augmentation, models, predict, site, swaps  # noqa: E402  they import the tables

BENCHMARKS: dict[str, report.Benchmark] = {
    "predict": predict.run,
    "models": models.run,
    "swaps": swaps.run,
    "augmentation": augmentation.run,
}


def main(names: list[str]) -> None:
    if unknown := sorted(set(names) - set(BENCHMARKS)):
        raise SystemExit(f"benchmarks: expected names out of {', '.join(BENCHMARKS)}; received {', '.join(unknown)}")
    logging.disable(logging.INFO)
    site.prepare()
    for name in names or BENCHMARKS:
        started = time.monotonic()
        print(name, flush=True)
        for figure in BENCHMARKS[name]():
            print(figure.line())
        print(f"  ({time.monotonic() - started:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
