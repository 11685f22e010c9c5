"""The deep architecture, of 19 million parameters, on MNIST: five epochs, tested and printed after each. Takes hours.

The digits as they are, without copies: at this size each epoch counts. `deep=10000` trains on so many of them only, in
a fraction of the time. A GPU is used when there is one.
"""

import time
from collections.abc import Iterator

from benchmarks import digits
from benchmarks.report import Figure
from training import networks
from training.learning.fitting import FitSettings
from training.pipeline import processors

MOST_WRONG = 200  # of 10,000: 98% are right
SETTINGS = FitSettings(epochs=5, learning_rate=1e-3, seed=1)


def run(count: int = 55_000) -> Iterator[Figure]:
    """Measure, trained on so many digits."""
    data, began = digits.load(), time.monotonic()
    images, classes = data["train"]
    network = networks.build("deep", 10, seed=SETTINGS.seed)
    print(f"  {network.count_params():,} parameters, {count:,} digits, on {processors()}", flush=True)
    found: list[int] = []

    def show(epoch: int, passed: float, wrong: int) -> None:
        found.append(wrong)
        print(Figure(f"after epoch {epoch}, {passed:.0f} min: wrong of 10,000", wrong, "digits").line(), flush=True)

    digits.fit_and_show(network, (images[:count], classes[:count]), data, SETTINGS, show, began=began)
    yield Figure("the deep one after its last epoch: wrong of 10,000", found[-1], "digits", at_most=MOST_WRONG)
