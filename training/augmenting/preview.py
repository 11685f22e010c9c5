"""A sheet of augmented samples: what a run would make of some drawings, before anybody starts it. No TensorFlow."""

import numpy as np
import numpy.typing as npt
from django.db.models import Q

from datasets.labels import DIGITS, Label
from datasets.models import Drawing
from datasets.preprocessing.normalization import SIDE, encode_png
from training.augmenting.augmentation import augment_images, augment_strokes
from training.augmenting.configuration import RunConfig
from training.selection import redrawable

COPIES = 9  # on a sheet, whatever the run will make
SCALE = 2  # screen pixels for each of 28
GAP = 6
MARGIN = 12  # behind the original, so that it stands apart

Images = npt.NDArray[np.uint8]


def sheet(drawings: list[Drawing], config: RunConfig) -> bytes:
    """Return a PNG with a row for each drawing: the original, then copies under the settings. Dark ink on white."""
    rows = [_row(drawing, config, index) for index, drawing in enumerate(drawings)]
    cell = SIDE * SCALE + GAP
    paper = np.zeros((max(1, len(rows)) * cell + GAP, (COPIES + 1) * cell + GAP + MARGIN), np.uint8)
    for top, row in enumerate(rows):
        for left, image in enumerate(row):
            y, x = GAP + top * cell, GAP + left * cell + (MARGIN if left else 0)
            paper[y : y + SIDE * SCALE, x : x + SIDE * SCALE] = image.repeat(SCALE, 0).repeat(SCALE, 1)
    return encode_png(255 - paper)


def samples(sources: list[str], labels: int = 6) -> list[Drawing]:
    """Return the newest approved drawing of each of some labels, evenly chosen out of all eleven.

    As far as there are both, every other one is an image without strokes: those are altered in another way.
    """
    wanted = [*DIGITS, Label.NOT_A_DIGIT.value]
    chosen = [wanted[place] for place in np.linspace(0, len(wanted) - 1, labels).round().astype(int)]
    approved = Drawing.objects.public().approved().from_sources(sources).select_related("content").order_by("-id")
    drawn = Q(kind=Drawing.Kind.STROKES)
    found = [
        approved.filter(~drawn if place % 2 else drawn, final_label=label).first()
        or approved.filter(final_label=label).first()
        for place, label in enumerate(chosen)
    ]
    return [drawing for drawing in found if drawing is not None]


def _row(drawing: Drawing, config: RunConfig, index: int) -> Images:
    """Return the drawing and its copies, uint8 (1 + COPIES, 28, 28)."""
    original = np.frombuffer(bytes(drawing.content.normalized), np.uint8).reshape(1, SIDE, SIDE)
    seed, settings = (config.seed, index), config.augmentation
    strokes = redrawable(drawing.content.strokes)
    if strokes:
        copies = augment_strokes([strokes], copies=COPIES, seed=seed, settings=settings)
    else:
        copies = augment_images(original, copies=COPIES, seed=seed, settings=settings)
    return np.concatenate([original, copies])
