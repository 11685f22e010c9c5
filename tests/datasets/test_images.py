"""Pictures from anywhere: what is refused, and that the ink survives colours, light, rules and compression."""

import base64
import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from datasets.errors import InvalidInput, TooLarge, UnsupportedType
from datasets.importers import mnist, unipen
from datasets.preprocessing import images
from datasets.preprocessing.contents import of_image
from datasets.preprocessing.images import MOST_BYTES, decode_data, ink_from_image, rgba_from_image
from datasets.preprocessing.ink import ink_from_rgba
from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import parse_strokes, rasterize
from tests.drawings import drawing
from tests.paths import shared_data
from tests.pngs import blank_png


@pytest.fixture(scope="module")
def ink() -> np.ndarray:
    """A drawn 5: uint8 (280, 280), ink high."""
    return rasterize(parse_strokes(drawing("5", 1)))


def picture(ink, pen=(0, 0, 0), paper=(255, 255, 255), light=1.0) -> np.ndarray:
    """Return uint8 (h, w, 3): `ink` in the colours of pen and paper, seen in `light`, a number or (h, w)."""
    part = ink[:, :, None] / 255
    seen = (np.asarray(paper) * (1 - part) + np.asarray(pen) * part) * np.asarray(light).reshape(*np.shape(light), 1)
    return np.round(seen).clip(0, 255).astype(np.uint8)


def saved(pixels, kind="PNG", **options) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


def falling_light(size: int, angle: float) -> np.ndarray:
    """Return float64 (size, size): light that falls off to a half across the picture."""
    y, x = np.mgrid[0:size, 0:size]
    across = np.cos(angle) * x + np.sin(angle) * y
    return 1 - 0.5 * (across - across.min()) / np.ptp(across)


def ruled(size: int) -> np.ndarray:
    paper = np.full((size, size, 3), 252)
    paper[7::28] = paper[8::28] = (150, 180, 225)
    paper[:, 20:22] = (230, 150, 150)
    return paper


def difference(data: bytes, ink: np.ndarray) -> float:
    """Return how far the picture's normalized image is from that of the ink, in levels a pixel."""
    return float(np.abs(normalize(ink_from_image(data)).astype(int) - normalize(ink)).mean())


def code_of(data: bytes, kind=InvalidInput) -> str:
    with pytest.raises(kind) as caught:
        ink_from_image(data)
    assert type(caught.value) is kind
    assert "expected" in caught.value.message.lower() and "received" in caught.value.message
    return caught.value.code


# ------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize("size", [(20_000, 20_000), (5_001, 5_000), (30_000, 1_000)])
def test_too_many_pixels_are_refused_before_they_are_decoded(size):
    began = time.perf_counter()
    assert code_of(blank_png(*size), TooLarge) == "image_too_large"
    assert time.perf_counter() - began < 1


def test_a_large_webp_is_refused_as_it_takes_four_times_the_memory(ink):
    data = saved(np.zeros((2_000, 4_001, 3), dtype=np.uint8), "WEBP", lossless=True, quality=0, method=0)
    assert code_of(data, TooLarge) == "image_too_large"


def test_too_many_bytes_are_refused(ink):
    assert code_of(saved(picture(ink)) + bytes(MOST_BYTES), TooLarge) == "image_too_large"
    with pytest.raises(TooLarge):
        decode_data("A" * (MOST_BYTES * 3 // 2))


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(50),
        b"BM" + bytes(50),
        b"%PDF-1.7",
        b"II*\x00" + bytes(50),
        b"a",
    ],
)
def test_other_formats_are_not_read(data):
    assert code_of(data, UnsupportedType) == "unsupported_image"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.9])
def test_a_truncated_picture_is_refused(ink, kind, part):
    data = saved(picture(ink), kind)
    assert code_of(data[: max(12, int(len(data) * part))]) == "invalid_image"


def test_damaged_bytes_never_raise_anything_but_our_errors(ink):
    rng = np.random.default_rng(0)
    for kind in ("PNG", "JPEG", "WEBP"):
        data, refused = saved(picture(ink), kind), 0
        for _ in range(40):
            damaged = bytearray(data)
            for place in rng.integers(12, len(data), 8):
                damaged[place] = rng.integers(0, 256)
            try:
                rgba_from_image(bytes(damaged))
            except InvalidInput as error:
                assert error.code == "invalid_image"
                refused += 1
        assert refused, "the damage is felt"


def test_a_failure_leaves_the_decoder_free_for_the_next(ink):
    code_of(saved(picture(ink))[:300])
    finished = threading.Event()
    threading.Thread(target=lambda: (ink_from_image(saved(picture(ink))), finished.set()), daemon=True).start()
    assert finished.wait(10)


@pytest.mark.parametrize("read", [ink_from_image, rgba_from_image, of_image])
@pytest.mark.parametrize("step", ["_reduced", "ink_from_rgba"])
def test_one_picture_is_read_at_a_time_whatever_for(monkeypatch, ink, read, step):
    act, inside, most = getattr(images, step), [], []

    def watched(*args):
        inside.append(1)
        time.sleep(0.05)  # for others to come in
        most.append(len(inside))
        inside.pop()
        return act(*args)

    monkeypatch.setattr(images, step, watched)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(read, [saved(picture(ink))] * 4))
    assert most == ([] if read is rgba_from_image and step == "ink_from_rgba" else [1] * 4)


def test_a_picture_of_a_few_pixels_is_refused():
    assert code_of(saved(np.zeros((7, 40), dtype=np.uint8))) == "invalid_image"


@pytest.mark.parametrize(
    "text", ["", "no base64!", "QUJD\nQUJD", "QUJ", "data:image/png;base64,", "data:image/png,QUJD"]
)
def test_text_that_is_no_base64_is_refused(text):
    with pytest.raises(InvalidInput) as caught:
        decode_data(text)
    assert caught.value.code == "invalid_image"


@pytest.mark.parametrize("text", [None, 7, ["QUJD"]])
def test_what_is_not_even_text_is_refused(text):
    with pytest.raises(InvalidInput) as caught:
        decode_data(text)
    assert caught.value.code == "invalid_image"


def test_base64_and_data_urls_are_read_and_other_media_types_are_not():
    text = base64.b64encode(b"some bytes").decode()
    assert decode_data(text) == decode_data(f"data:image/png;base64,{text}") == b"some bytes"
    with pytest.raises(UnsupportedType) as caught:
        decode_data(f"data:image/svg+xml;base64,{text}")
    assert caught.value.code == "unsupported_image"


# ------------------------------------------------------------------------------------- blank


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((200, 300, 3), 255),
        np.full((200, 300, 3), (30, 90, 60)),
        np.full((28, 28), 0),
        np.full((280, 280, 3), 240) * falling_light(280, 0.7)[:, :, None],
        np.full((200, 200, 3), 225) + np.random.default_rng(1).normal(0, 4, (200, 200, 3)),
        np.concatenate([np.zeros((50, 50, 3)), np.zeros((50, 50, 1))], axis=2),
    ],
    ids=["white", "colour", "small and black", "falling light", "grain", "transparent"],
)
def test_paper_alone_is_blank(pixels):
    assert code_of(saved(np.round(pixels).clip(0, 255).astype(np.uint8))) == "blank_drawing"


# ------------------------------------------------------------------------------------- read


def test_black_on_white_gives_the_ink_back_to_the_byte(ink):
    assert np.array_equal(ink_from_image(saved(picture(ink))), ink)
    assert np.array_equal(ink_from_image(saved(255 - ink)), ink)


@pytest.mark.parametrize(
    ("pen", "paper"),
    [
        ((255, 255, 255), (0, 0, 0)),
        ((240, 240, 225), (20, 50, 40)),
        ((200, 30, 40), (40, 160, 60)),
        ((30, 30, 160), (245, 240, 220)),
        ((255, 230, 0), (255, 255, 255)),
    ],
    ids=["white on black", "chalk", "red on green", "blue on cream", "yellow on white"],
)
@pytest.mark.parametrize(("kind", "most"), [("PNG", 0.1), ("WEBP", 5), ("JPEG", 5)])
def test_the_colours_do_not_matter(ink, pen, paper, kind, most):
    options = {"quality": 90, "subsampling": 0} if kind == "JPEG" else {"quality": 90} if kind == "WEBP" else {}
    assert difference(saved(picture(ink, pen, paper), kind, **options), ink) < most


@pytest.mark.parametrize("angle", [0.0, 1.0, 2.2, 4.0])
@pytest.mark.parametrize(
    ("pen", "paper"), [((30, 30, 90), (250, 250, 240)), ((235, 235, 220), (60, 70, 65))], ids=["dark", "light"]
)
def test_light_that_falls_to_a_half_does_not_matter(ink, angle, pen, paper):
    pixels = picture(ink, pen, paper, falling_light(280, angle))
    assert difference(saved(pixels, "JPEG", quality=85), ink) < 5


def test_a_shadow_over_half_of_the_paper_is_no_ink(ink):
    y, x = np.mgrid[0:280, 0:280]
    light = 1 - 0.4 / (1 + np.exp(-(x + 0.5 * y - 200) / 8)) - 0.1 * (x / 280 - 0.5) ** 2
    pixels = picture(ink, (30, 30, 90), (250, 250, 240), light)
    grain = np.random.default_rng(3).normal(0, 3, pixels.shape)
    data = saved((pixels + grain).clip(0, 255).astype(np.uint8), "JPEG", quality=85)
    assert difference(data, ink) < 10


@pytest.mark.parametrize("pen", [(30, 30, 120), (10, 10, 10), (90, 90, 95)])
def test_the_lines_of_ruled_paper_are_no_ink(pen):
    differences = []
    for label in "0123456789":
        ink = rasterize(parse_strokes(drawing(label, 1)))
        data = saved(picture(ink, pen, ruled(280)), "JPEG", quality=85)
        found = ink_from_image(data)
        assert not found[:, :40].any() and (found > 0).sum() < 1.1 * (ink > 0).sum()
        differences.append(difference(data, ink))
    assert np.median(differences) < 2
    assert max(differences) < 15  # where a line at the end of a stroke moves the crop by a pixel


def test_thin_strokes_in_a_large_photograph_survive():
    large = drawing("7", 0, pen=7)
    large = {
        "width": 2048,
        "height": 2048,
        "strokes": [
            {**stroke, "points": [[x * 7, y * 7, t] for x, y, t in stroke["points"]]} for stroke in large["strokes"]
        ],
    }
    ink = rasterize(parse_strokes(large))
    data = saved(picture(ink, (40, 40, 110), (235, 232, 225), falling_light(2048, 0.5)), "JPEG", quality=85)
    assert max(ink_from_image(data).shape) <= 1024
    assert difference(data, ink) < 2


def test_a_picture_of_mnist_size_is_read_in_both_polarities():
    image = normalize(rasterize(parse_strokes(drawing("3", 0))))
    for pixels in (image, 255 - image):
        assert difference(saved(pixels), image) < 1.5


def test_a_picture_cut_out_close_to_a_thick_digit_is_not_inverted():
    strokes = parse_strokes(drawing("0", 0, pen=44))
    ink = rasterize(strokes)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert (cut > 127).mean() > 0.5
    assert difference(saved(255 - cut), ink) < 3


def test_dust_is_no_ink(ink):
    pixels = picture(ink)
    pixels[4:7, 4:7] = pixels[270:273, 8:10] = 0
    assert np.array_equal(ink_from_image(saved(pixels)), ink)


def test_specks_beside_each_other_are_dust_as_well():
    line = {"points": [[140, 40], [140, 240]], "pen": 12, "erase": False}
    ink = rasterize(parse_strokes({"width": 280, "height": 280, "strokes": [line]}))
    pixels = picture(ink)
    pixels[4:7, 4:7] = pixels[4:7, 13:16] = 0
    assert np.array_equal(ink_from_image(saved(pixels)), ink)


def test_dust_inside_a_digit_is_no_ink_either():
    ink = rasterize(parse_strokes(drawing("0", 1)))
    pixels = picture(ink)
    middle = [int(places.mean()) for places in np.nonzero(ink)]
    assert not ink[middle[0] - 12 : middle[0] + 12, middle[1] - 12 : middle[1] + 12].any()
    pixels[middle[0] : middle[0] + 3, middle[1] : middle[1] + 3] = 0
    assert np.array_equal(ink_from_image(saved(pixels)), ink)


def test_a_dotted_line_keeps_its_lone_dots_beside_a_long_one():
    """Where dots touch, or a line has gaps, lone dots are shorter than a tenth of the longest piece."""
    line = {"points": [[40, 40], [40, 240]], "pen": 9, "erase": False}
    dots = [{"points": [[x, 240]], "pen": 9, "erase": False} for x in range(54, 240, 14)]  # a chain of them
    ink = rasterize(parse_strokes({"width": 280, "height": 280, "strokes": [line, *dots]}))
    assert np.array_equal(ink_from_image(saved(picture(ink))), ink)


def test_transparent_paper_is_white_and_white_ink_on_nothing_is_seen(ink):
    for colour in (0, 255):
        rgba = np.dstack([np.full((*ink.shape, 3), colour, dtype=np.uint8), ink])
        assert np.array_equal(ink_from_image(saved(rgba)), ink)


def test_the_hidden_colour_of_transparent_paper_is_no_ink(ink):
    rgba = np.dstack([np.zeros((*ink.shape, 3), dtype=np.uint8), ink])
    rgba[:, :140, :3][ink[:, :140] == 0] = 255
    assert np.array_equal(ink_from_image(saved(rgba)), ink)


@pytest.mark.parametrize(("orientation", "turn"), [(3, 2), (6, 3), (8, 1)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photograph_is_turned_as_its_camera_says(ink, orientation, turn, kind):
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = ink_from_image(saved(picture(ink[:200]), kind, exif=exif))
    expected = np.rot90(ink[:200], turn)
    assert found.shape == expected.shape
    assert np.abs(found.astype(int) - expected).mean() < 2


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(ink, mode):
    grey = Image.fromarray(255 - ink)
    wide = Image.fromarray((255 - ink).astype(np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    buffer = io.BytesIO()
    wide.save(buffer, "PNG")
    assert difference(buffer.getvalue(), ink) < (6 if mode == "1" else 0.5)


def test_a_large_picture_is_reduced_by_whole_pixels():
    pixels = np.full((1500, 3000), 255, dtype=np.uint8)
    pixels[600:900, 1200:1500] = 0
    rgba = rgba_from_image(saved(pixels))
    assert rgba.shape == (500, 1000, 4)
    assert np.array_equal(rgba[:, :, 0], pixels[1::3, 1::3])


def test_ink_is_the_same_for_the_same_pixels_every_time(ink):
    rgba = rgba_from_image(saved(picture(ink, (30, 30, 90), (250, 250, 240), falling_light(280, 1.0)), "JPEG"))
    assert np.array_equal(ink_from_rgba(rgba), ink_from_rgba(rgba.copy()))


# ------------------------------------------------------------------------------------- many people


def test_digits_of_many_people_survive_colour_light_and_compression():
    records = [r for r in unipen.read(shared_data("unipen"), limit=320) if r.label != "not-a-digit"]
    rng = np.random.default_rng(0)
    differences = []
    for record in records:
        ink = rasterize(record.strokes)
        dark, bright = rng.integers(0, 90, 3), rng.integers(190, 256, 3)
        pen, paper = (dark, bright) if rng.random() < 0.5 else (bright, dark)
        differences.append(difference(saved(picture(ink, pen, paper)), ink))
        light = falling_light(280, rng.uniform(0, 6.28))
        data = saved(picture(ink, (40, 40, 90), (240, 235, 225), light), "JPEG", quality=80)
        differences.append(difference(data, ink))
    assert len(differences) > 50
    assert np.mean(differences) < 1


def test_mnist_digits_saved_as_pictures_come_back():
    differences = []
    for place, record in enumerate(mnist.read(shared_data("mnist"), limit=100)):
        pixels = record.normalized if place % 2 else 255 - record.normalized
        differences.append(difference(saved(pixels), record.normalized))
    assert np.mean(differences) < 1
