"""A small crowd and nobody's MNIST: what 1,010 drawings are enough for, and one person's own 900.

The crowd are UNIPEN's people: 101 drawings of each digit, spread over those whose drawings are for training, a tenth of
the people kept for validation. "Other people" are all drawings of the people whose drawings are for testing.
"""

import itertools
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from benchmarks.report import Figure
from datasets.importers import ImportedDrawing, unipen
from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import rasterize
from tests.paths import shared_data
from training import networks
from training.augmenting.configuration import RunConfig
from training.augmenting.shards import expand
from training.judging.litert import LiteRTNetwork
from training.learning.export import export
from training.learning.feeding import Labelled
from training.learning.fitting import fit
from training.pipeline import fit_settings
from training.selection import Selection

OF_EACH_DIGIT = 101
ARCHITECTURE = "light"
AIM = 0.965  # of the older system, on other people, augmented to as many
CONFIG = RunConfig(epochs=4, copies=65)  # 910 drawings and their copies are 60,060 images


def run() -> list[Figure]:
    digits = _digits()
    crowd = _crowd([drawing for drawing in digits if drawing.split == "train"])
    held = {writer for place, writer in enumerate(sorted({drawing.writer for drawing in crowd})) if place % 10 == 9}
    ours, made = _fitted(
        [drawing for drawing in crowd if drawing.writer not in held],
        [drawing for drawing in crowd if drawing.writer in held],
    )
    strangers = [drawing for drawing in digits if drawing.split == "test"]
    complete = [drawing for drawing in strangers if drawing.collection != "ibm"]
    hand = _largest_hand(digits)
    train = list(itertools.chain.from_iterable(hand[:8]))
    validation, test = hand[8:]
    own = _accuracy(_fitted(train, validation)[0], test)
    from_crowd = f"{len(crowd)} drawings by a crowd, augmented to {made:,}"
    return [
        Figure(f"{from_crowd}, on other people", _accuracy(ours, strangers), "", at_least=AIM),
        Figure("the same without the collection `ibm`, where strokes are missing", _accuracy(ours, complete), ""),
        Figure(f"one person's own {len(train)} drawings, on {len(test)} others of hers (same hand)", own, ""),
    ]


def _digits() -> list[ImportedDrawing]:
    """Return UNIPEN's digits, which stand before everything else in its files."""
    records = unipen.read(shared_data("unipen"))
    found = itertools.takewhile(lambda record: getattr(record, "label", "0").isdigit(), records)
    return [record for record in found if isinstance(record, ImportedDrawing)]


def _crowd(drawings: Sequence[ImportedDrawing]) -> list[ImportedDrawing]:
    """Return 101 of each digit, from as many people as there are: one of each, then a second, and so on."""
    chosen = []
    for digit in map(str, range(10)):
        by_writer = defaultdict(list)
        for drawing in drawings:
            if drawing.label == digit:
                by_writer[drawing.writer].append(drawing)
        turns = itertools.zip_longest(*(by_writer[writer] for writer in sorted(by_writer)))
        in_turn = [drawing for turn in turns for drawing in turn if drawing is not None]
        chosen += in_turn[:OF_EACH_DIGIT]
    return chosen


def _largest_hand(drawings: Sequence[ImportedDrawing]) -> list[list[ImportedDrawing]]:
    """Return the drawings of the person who has drawn most, in ten parts of equal mixture."""
    by_writer = defaultdict(list)
    for drawing in drawings:
        by_writer[drawing.writer].append(drawing)
    most = sorted(max(by_writer.values(), key=len), key=lambda drawing: drawing.label)
    return [most[place::10] for place in range(10)]


def _fitted(train: Sequence[ImportedDrawing], validation: Sequence[ImportedDrawing]) -> tuple[LiteRTNetwork, int]:
    """Augment, fit and export as a run does; return what would ship, and on how many images it was trained."""
    drawings = _selection(train)
    made = expand(drawings, CONFIG, 0)
    network = networks.build(ARCHITECTURE, 10, seed=CONFIG.seed)
    held_out = _labelled(validation)
    fit(network, (made.images, made.classes), held_out, fit_settings(CONFIG))
    return LiteRTNetwork(export(network, held_out[0]).tflite_bytes), len(made.images)


def _labelled(drawings: Sequence[ImportedDrawing]) -> Labelled:
    images = np.array([normalize(rasterize(drawing.strokes)) for drawing in drawings])
    return images, np.array([int(drawing.label) for drawing in drawings], np.uint8)


def _selection(drawings: Sequence[ImportedDrawing]) -> Selection:
    images, classes = _labelled(drawings)
    return Selection(
        images=images,
        classes=classes,
        hashes=[],
        sources=[drawing.source for drawing in drawings],
        same_hand=np.zeros(len(drawings), bool),
        strokes=[drawing.strokes for drawing in drawings],
    )


def _accuracy(network: LiteRTNetwork, drawings: Sequence[ImportedDrawing]) -> float:
    images, classes = _labelled(drawings)
    return float((network.predict_many(images).argmax(axis=1) == classes).mean())
