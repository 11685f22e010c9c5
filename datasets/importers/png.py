"""Pictures in folders by label: `7/any name.png`, or `train/7/any name.png`; PNG, JPEG and WebP.

A picture of 28x28 is taken as normalized already, light on dark as MNIST has it or dark on light; one that is larger is
kept, and its ink found as for an upload: black on nothing, white on black, a photograph of paper.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from datasets.errors import InvalidInput
from datasets.importers import NOT_A_DIGIT, ImportedDrawing, SkippedRecord, split_by_hash, spread
from datasets.preprocessing.images import MOST_BYTES, outline_of_image, rgba_from_image

SOURCE = "png"
ENDINGS = {".png", ".jpg", ".jpeg", ".webp"}
SPLITS = {"train": "train", "training": "train", "validation": "validation", "val": "validation", "test": "test"}
NOT_DIGITS = {NOT_A_DIGIT, "not_a_digit", "nan", "none", "other", "x"}
LONGEST_KEY = 80


def read(path: Path, *, limit: int | None = None) -> Iterator[ImportedDrawing | SkippedRecord]:
    """Yield the pictures below `path`; `limit` takes so many, evenly spread. Raises InvalidInput without any."""
    files = _files(path)
    for place in spread(len(files), limit):
        yield _read(path, files[place])


def count(path: Path, *, limit: int | None = None) -> int:
    """Return how many records `read` will yield."""
    total = len(_files(path))
    return total if limit is None else min(total, limit)


def ink_of_28(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return uint8 (28, 28), ink high, of a picture uint8 (28, 28, 4) that was normalized elsewhere.

    What is opaque on a transparent ground is the ink; else the ink is what is unlike the border.
    """
    alpha = rgba[:, :, 3]
    edge = np.ones((28, 28), bool)
    edge[1:-1, 1:-1] = False
    if np.median(alpha[edge]) < 128:
        return alpha
    grey = (rgba[:, :, :3].astype(np.uint16) @ np.array([77, 151, 28], np.uint16) >> 8).astype(np.uint8)
    return 255 - grey if np.median(grey[edge]) > 127 else grey


def _files(path: Path) -> list[Path]:
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in ENDINGS and file.is_file())
    if not found:
        raise InvalidInput(
            "missing_files",
            f"No pictures: expected a folder with folders named 0 to 9 or {NOT_A_DIGIT}, with files that end in "
            f"{', '.join(sorted(ENDINGS))}; received {path}.",
        )
    return found


def _read(root: Path, file: Path) -> ImportedDrawing | SkippedRecord:
    name = file.relative_to(root).as_posix()
    try:
        return _drawing(name, _label(name), file)
    except InvalidInput as error:
        return SkippedRecord(name, error.message)
    except OSError as error:
        return SkippedRecord(name, f"expected a readable file, received: {error.strerror or error}")


def _drawing(name: str, label: str, file: Path) -> ImportedDrawing:
    key = name if len(name) <= LONGEST_KEY else hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()
    folders = [part.lower() for part in name.split("/")[:-1]]
    split = next((SPLITS[part] for part in folders if part in SPLITS), None) or split_by_hash(SOURCE, key)
    with file.open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    drawing = ImportedDrawing(SOURCE, key, "", label, split, "image", image=data, symbol=label)
    if outline_of_image(data)[:2] != (28, 28):
        return drawing
    ink = ink_of_28(rgba_from_image(data))
    if not ink.any():
        raise InvalidInput("blank_drawing", "expected ink, received a blank picture")
    return ImportedDrawing(SOURCE, key, "", label, split, "normalized", normalized=ink, symbol=label)


def _label(name: str) -> str:
    """Return the label that the innermost folder has as its name, or nothing."""
    folder = name.split("/")[-2].lower() if "/" in name else ""
    return folder if folder in set("0123456789") else NOT_A_DIGIT if folder in NOT_DIGITS else ""
