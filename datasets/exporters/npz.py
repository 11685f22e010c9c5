"""NPZ, for `numpy.load`: `x_train`, `y_train`, `position_train` and so for `validation` and `test`.

`x` is uint8 (n, 28, 28), ink high; `y` is uint8 (n,), 0 to 9, and 10 for what is no digit; `position` is uint32 (n,),
the row of the manifest and of the NDJSON. `labels` names the classes.
"""

import zipfile
from array import array
from typing import BinaryIO

import numpy as np

from datasets.exporters import EPOCH, LABELS, SIDE, SPLITS, Source, class_of

NAME = "npz"
EXTENSION = "npz"
CONTENT_TYPE = "application/octet-stream"


def write(source: Source, file: BinaryIO) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for split in SPLITS:
            _write_split(source, archive, split)
        _write_array(archive, "labels", np.array(LABELS))


def _write_split(source: Source, archive: zipfile.ZipFile, split: str) -> None:
    classes, positions = bytearray(), array("I")
    shape = (source.count((split,), LABELS), SIDE, SIDE)
    with archive.open(_entry(f"x_{split}"), "w", force_zip64=True) as member:
        np.lib.format.write_array_header_1_0(member, {"descr": "|u1", "fortran_order": False, "shape": shape})
        for picture in source.pictures(split, LABELS):
            member.write(picture.pixels)
            classes.append(class_of(picture.label))
            positions.append(picture.position)
    _write_array(archive, f"y_{split}", np.frombuffer(classes, np.uint8))
    _write_array(archive, f"position_{split}", np.frombuffer(positions, np.uint32))


def _write_array(archive: zipfile.ZipFile, name: str, values: np.ndarray) -> None:
    with archive.open(_entry(name), "w", force_zip64=True) as member:
        np.lib.format.write_array(member, values, allow_pickle=False)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(f"{name}.npy", EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
