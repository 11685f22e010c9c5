"""`python -m benchmarks [NAME ...]`: all of them, or those that are named. Takes about five minutes.

`dataset=1000000` sets how many drawings it is measured with.
"""

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

from benchmarks import augmentation, browser, dataset, models, predict, site, swaps  # noqa: E402  they import the tables

BENCHMARKS: dict[str, report.Benchmark] = {
    "predict": predict.run,
    "models": models.run,
    "browser": browser.run,
    "swaps": swaps.run,
    "augmentation": augmentation.run,
    "dataset": dataset.run,
}


def main(names: list[str]) -> None:
    sizes = dict(name.split("=", 1) for name in names if "=" in name)
    names = [name.split("=", 1)[0] for name in names]
    if unknown := sorted(set(names) - set(BENCHMARKS)):
        raise SystemExit(f"benchmarks: expected names out of {', '.join(BENCHMARKS)}; received {', '.join(unknown)}")
    logging.disable(logging.INFO)
    site.prepare()
    for name in names or BENCHMARKS:
        started = time.monotonic()
        print(name, flush=True)
        for figure in BENCHMARKS[name](*([int(sizes[name])] if name in sizes else [])):
            print(figure.line())
        print(f"  ({time.monotonic() - started:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
