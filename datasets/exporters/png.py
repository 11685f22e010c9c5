"""PNG folders in a zip: `train/7/00000042.png`, light ink on a dark ground as MNIST has it, 28x28.

Unpacked, `keras.utils.image_dataset_from_directory` and `torchvision.datasets.ImageFolder` read each split. The name of
a file is the drawing's row in the manifest.
"""

import io
from typing import BinaryIO

from PIL import Image

from datasets.exporters import LABELS, SIDE, SPLITS, Source
from datasets.exporters.archive import Archive

NAME = "png"
EXTENSION = "png.zip"
CONTENT_TYPE = "application/zip"


def write(source: Source, file: BinaryIO) -> None:
    with Archive(file) as archive:
        archive.add("README.md", source.card.encode())
        for split in SPLITS:
            for picture in source.pictures(split, LABELS):
                archive.add(f"{split}/{picture.label}/{picture.position:08}.png", encoded(picture.pixels))


def encoded(pixels: bytes) -> bytes:
    """Return 784 bytes as a PNG; `normalization.encode_png` is quicker, and three times as large."""
    file = io.BytesIO()
    Image.frombytes("L", (SIDE, SIDE), pixels).save(file, "PNG")
    return file.getvalue()
