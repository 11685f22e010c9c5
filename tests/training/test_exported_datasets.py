"""The files of a dataset version, opened by the libraries that people use for them."""

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from django.core.files.storage import storages

from datasets.models import DatasetVersion, Drawing
from datasets.services import export_now, freeze_version, import_drawings
from tests.datasets.factories import imported_pixels, imported_strokes

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> DatasetVersion:
    """Digits and others in all splits, as strokes and as pixels."""
    splits = ("train", "train", "validation", "test")
    strokes = [imported_strokes(f"s{label}{split}", label, split=split) for label in "37" for split in set(splits)]
    pixels = [imported_pixels(f"p{place}", "not-a-digit", split=split) for place, split in enumerate(splits)]
    import_drawings([*strokes, *pixels])
    return freeze_version()


def exported(version: DatasetVersion, format: str, folder: Path) -> Path:
    export = export_now(version, format)
    path = folder / export.filename
    path.write_bytes(storages["artifacts"].open(export.path).read())
    return path


def unpacked(version: DatasetVersion, format: str, folder: Path) -> Path:
    with zipfile.ZipFile(exported(version, format, folder)) as archive:
        archive.extractall(folder)
    return folder


def pixels_of(split: str, labels: str = "37") -> np.ndarray:
    drawings = Drawing.objects.filter(split=split, final_label__in=list(labels)).order_by("pk")
    rows = [bytes(pixels) for pixels in drawings.values_list("content__normalized", flat=True)]
    return np.frombuffer(b"".join(rows), np.uint8).reshape(-1, 28, 28)


def test_tensorflow_reads_idx_as_it_reads_mnist(version: DatasetVersion, tmp_path: Path) -> None:
    import tensorflow as tf

    folder = unpacked(version, "idx", tmp_path)

    def records(name: str, size: int, header: int) -> np.ndarray:
        file = tf.data.FixedLengthRecordDataset(str(folder / name), size, header, compression_type="GZIP")
        return np.array([np.frombuffer(record, np.uint8) for record in file.as_numpy_iterator()])

    images = records("t10k-images-idx3-ubyte.gz", 784, 16).reshape(-1, 28, 28)
    assert np.array_equal(images, pixels_of("test"))
    assert records("t10k-labels-idx1-ubyte.gz", 1, 8).ravel().tolist() == [3, 7]


def test_keras_reads_the_folders_of_pictures(version: DatasetVersion, tmp_path: Path) -> None:
    import keras

    folder = unpacked(version, "png", tmp_path)
    images = keras.utils.image_dataset_from_directory(
        folder / "train", color_mode="grayscale", image_size=(28, 28), shuffle=False, verbose=False
    )
    assert images.class_names == ["3", "7", "not-a-digit"]
    [(pictures, classes)] = images.as_numpy_iterator()
    assert classes.tolist() == [0, 1, 2, 2]
    assert np.array_equal(pictures[:2, :, :, 0].astype(np.uint8), pixels_of("train"))


def test_pandas_reads_ndjson(version: DatasetVersion, tmp_path: Path) -> None:
    table = pd.read_json(exported(version, "ndjson", tmp_path), lines=True, dtype={"final_label": str})
    assert len(table) == version.size
    assert table.final_label.value_counts().to_dict() == {"not-a-digit": 4, "3": 3, "7": 3}
    assert set(table.split) == {"train", "validation", "test"}
    drawn = table[table.drawing.str.len() > 0]
    assert set(drawn.final_label) == {"3", "7"}
    assert all(len(axis) == len(stroke[0]) for stroke in drawn.drawing.iloc[0] for axis in stroke)


def test_numpy_reads_npz(version: DatasetVersion, tmp_path: Path) -> None:
    with np.load(exported(version, "npz", tmp_path)) as arrays:
        digits = arrays["y_test"] < 10
        assert np.array_equal(arrays["x_test"][digits], pixels_of("test"))
