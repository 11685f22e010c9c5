"""The PNG that we write ourselves."""

import io

import numpy as np
import pytest
from PIL import Image

from datasets.preprocessing.normalization import encode_png


@pytest.mark.parametrize("shape", [(28, 28), (1, 1), (3, 500), (700, 900)])
@pytest.mark.parametrize("kind", ["blank", "noise", "gradient"])
def test_any_reader_gets_the_same_pixels_back(shape: tuple[int, int], kind: str) -> None:
    images = {
        "blank": np.zeros(shape, np.uint8),
        "noise": np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8),
        "gradient": np.arange(shape[0] * shape[1], dtype=np.uint8).reshape(shape),
    }
    with Image.open(io.BytesIO(encode_png(images[kind]))) as image:
        image.verify()
    with Image.open(io.BytesIO(encode_png(images[kind]))) as image:
        assert (image.format, image.mode) == ("PNG", "L")
        assert np.array_equal(np.asarray(image), images[kind])


def test_a_part_of_a_larger_image_is_written_as_it_looks() -> None:
    image = np.arange(100 * 100, dtype=np.uint8).reshape(100, 100)[10:38, 20:48]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(encode_png(image)))), image)
