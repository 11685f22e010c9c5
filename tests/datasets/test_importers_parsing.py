"""Reading public datasets: what becomes of each record, what is skipped, and which split it gets."""

import gzip
import hashlib
import json
import struct
from collections import Counter
from urllib.error import URLError

import numpy as np
import pytest

from datasets.errors import InvalidInput, Unavailable
from datasets.importers import SkippedRecord, mnist, split_by_hash, spread, unipen, unipen_splits
from datasets.preprocessing.strokes import rasterize
from tests.paths import shared_data

# ------------------------------------------------------------------------------------- MNIST


def idx(array: np.ndarray) -> bytes:
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def some_digits(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(count)
    images = rng.integers(1, 256, (count, 28, 28), dtype=np.uint8)
    return images, np.arange(count, dtype=np.uint8) % 10


def write_part(folder, part: str, count: int, *, packed: bool = False) -> tuple[np.ndarray, np.ndarray]:
    images, labels = some_digits(count)
    for name, array in ((f"{part}-images-idx3-ubyte", images), (f"{part}-labels-idx1-ubyte", labels)):
        data = idx(array)
        (folder / (name + (".gz" if packed else ""))).write_bytes(gzip.compress(data) if packed else data)
    return images, labels


@pytest.mark.parametrize("packed", [False, True])
def test_images_are_read_byte_for_byte_with_label_key_and_split(tmp_path, packed):
    images, labels = write_part(tmp_path, "train", 24, packed=packed)
    test_images, test_labels = write_part(tmp_path, "t10k", 6, packed=packed)
    records = list(mnist.read(tmp_path))
    assert mnist.count(tmp_path) == len(records) == 30
    written = np.concatenate([images, test_images])
    assert all(np.array_equal(record.normalized, image) for record, image in zip(records, written, strict=True))
    assert [record.label for record in records] == [str(label) for label in (*labels, *test_labels)]
    assert [record.source_key for record in records[22:26]] == [
        "train-00022",
        "train-00023",
        "t10k-00000",
        "t10k-00001",
    ]
    assert [record.split for record in records] == ["train"] * 22 + ["validation"] * 2 + ["test"] * 6
    assert {(record.source, record.kind, record.writer, record.strokes) for record in records} == {
        ("mnist", "normalized", "", None)
    }


def test_a_limit_takes_records_from_all_over(tmp_path):
    write_part(tmp_path, "train", 36)
    write_part(tmp_path, "t10k", 12)
    records = list(mnist.read(tmp_path, limit=16))
    assert mnist.count(tmp_path, limit=16) == len(records) == 16
    assert {record.split for record in records} == {"train", "validation", "test"}
    assert len({record.source_key for record in records}) == 16
    assert mnist.count(tmp_path, limit=1000) == 48


def test_a_wrong_label_and_a_blank_image_are_skipped_and_named(tmp_path):
    images, labels = some_digits(5)
    labels[1], images[3] = 11, 0
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(images))
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx(labels))
    skipped = [record for record in mnist.read(tmp_path) if isinstance(record, SkippedRecord)]
    assert [record.position for record in skipped] == ["t10k 1", "t10k 3"]
    assert "11" in skipped[0].reason and "blank" in skipped[1].reason


def refused(folder) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        list(mnist.read(folder))
    assert "expected" in caught.value.message and "received" in caught.value.message
    return caught.value


def test_a_folder_without_the_files_is_refused(tmp_path):
    assert refused(tmp_path).code == "missing_files"
    assert refused(tmp_path / "nowhere").code == "missing_files"
    images, _ = some_digits(3)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(images))
    with pytest.raises(InvalidInput, match="train-labels-idx1-ubyte"):
        list(mnist.read(tmp_path))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: b"\0\0\x0d\x03" + data[4:],
        lambda data: data[:4] + b"\xff" * 12 + data[16:],
        lambda data: data[:10],
        lambda data: b"",
        lambda data: gzip.compress(data)[:-20],
        lambda data: b"\x1f\x8b" + data,
    ],
)
def test_a_damaged_file_is_refused(tmp_path, spoil):
    images, _ = write_part(tmp_path, "train", 4)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(spoil(idx(images)))
    assert refused(tmp_path).code == "invalid_file"


def test_files_that_do_not_fit_each_other_are_refused(tmp_path):
    write_part(tmp_path, "train", 4)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(5, dtype=np.uint8)))
    assert refused(tmp_path).code == "invalid_file"
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(np.ones((5, 14, 14), dtype=np.uint8)))
    assert refused(tmp_path).code == "invalid_file"


def test_another_dataset_under_the_names_and_numbers_of_mnist_is_refused(tmp_path):
    write_part(tmp_path, "t10k", 10_000)
    assert "checksum" in refused(tmp_path).message


def test_a_download_takes_the_first_intact_copy_and_keeps_what_is_there(tmp_path, monkeypatch):
    files = {f"{name}.gz": gzip.compress(name.encode()) for name in mnist.CHECKSUMS}
    monkeypatch.setattr(mnist, "CHECKSUMS", {name: _sha256(name.encode()) for name in mnist.CHECKSUMS})
    asked = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        if address.startswith(mnist.MIRRORS[0]):
            if "images" in address:
                raise URLError("no route")
            return files[address.rsplit("/", 1)[1]][:-3]
        return files[address.rsplit("/", 1)[1]]

    assert mnist.download(tmp_path / "mnist", fetch=fetch) == tmp_path / "mnist"
    assert {path.name: path.read_bytes() for path in (tmp_path / "mnist").iterdir()} == files
    assert len(asked) == 8
    mnist.download(tmp_path / "mnist", fetch=fetch)
    assert len(asked) == 8  # all four were there


def test_a_download_that_fails_says_what_each_mirror_answered(tmp_path):
    def fetch(address: str) -> bytes:
        if address.startswith(mnist.MIRRORS[0]):
            raise URLError("no route")
        return b"<html>please log in</html>"

    with pytest.raises(Unavailable) as caught:
        mnist.download(tmp_path, fetch=fetch)
    assert "no route" in caught.value.message and "another checksum" in caught.value.message
    assert all(mirror in caught.value.message for mirror in mnist.MIRRORS)
    assert not list(tmp_path.iterdir())


def test_downloads_come_by_https_only():
    assert all(mirror.startswith("https://") for mirror in mnist.MIRRORS)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_the_original_mnist_is_read_whole():
    splits = Counter(record.split for record in mnist.read(shared_data("mnist")))
    assert splits == {"train": 55_000, "validation": 5_000, "test": 10_000}


# ------------------------------------------------------------------------------------- UNIPEN


def line(label="7", writer="aa498c932e", source="ibm", strokes=(((0, 0), (100, 0), (40, 255)),)) -> str:
    return json.dumps({"label": label, "source": source, "writer": writer, "strokes": strokes})


def write_lines(folder, name: str, *lines: str, packed: bool = True):
    text = "".join(f"{each}\n" for each in lines)
    if packed:
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    else:
        (folder / f"{name}.jsonl").write_text(text)


@pytest.mark.parametrize("packed", [False, True])
def test_pen_drawings_are_scaled_onto_the_canvas(tmp_path, packed):
    write_lines(tmp_path, "digits", line(), packed=packed)
    (record,) = unipen.read(tmp_path)
    (stroke,) = record.strokes.strokes
    assert (record.strokes.width, record.strokes.height, stroke.pen, stroke.erase) == (280, 280, 18, False)
    assert stroke.points == ((100.8, 40), (179.2, 40), (132.2, 240))
    assert (record.source, record.source_key, record.kind) == ("unipen", "digits-00001", "strokes")
    assert (record.label, record.symbol, record.writer, record.collection) == ("7", "7", "aa498c932e", "ibm")
    assert rasterize(record.strokes).max() == 255


def test_letters_and_symbols_are_no_digits_and_the_unclear_ones_say_so(tmp_path):
    write_lines(tmp_path, "uppercase", *(line(letter) for letter in "AOZ"))
    write_lines(tmp_path, "lowercase", *(line(letter) for letter in "alq"))
    write_lines(tmp_path, "symbols", *(line(symbol) for symbol in "+|."))
    records = list(unipen.read(tmp_path))
    assert {record.label for record in records} == {"not-a-digit"}
    assert "".join(record.symbol for record in records if record.ambiguous) == "OZlq|."
    assert unipen.count(tmp_path) == 9


@pytest.mark.parametrize(
    ("strokes", "is_line"),
    [
        ([[[100, 0], [100, 255]]], True),
        ([[[0, 255], [120, 130], [250, 0]]], True),  # a slash, drawn upwards
        ([[[0, 0], [255, 60]]], False),  # it lies
        ([[[0, 100], [255, 100]]], False),
        ([[[60, 0], [0, 130], [60, 255]]], False),  # a bracket
        ([[[100, 0], [100, 255]], [[40, 100], [160, 100]]], False),  # a plus
        ([[[5, 5]]], False),
    ],
)
def test_what_is_but_an_upright_line_cannot_be_told_from_a_one(tmp_path, strokes, is_line):
    write_lines(tmp_path, "lowercase", line("t", strokes=strokes))
    write_lines(tmp_path, "digits", line("1", strokes=strokes))
    one, letter = unipen.read(tmp_path)
    assert (one.ambiguous, letter.ambiguous) == (False, is_line)


def test_a_seven_is_never_ambiguous(tmp_path):
    write_lines(tmp_path, "digits", *(line(digit) for digit in "0123456789"))
    assert not any(record.ambiguous for record in unipen.read(tmp_path))


def test_a_dot_of_one_point_is_a_drawing(tmp_path):
    write_lines(tmp_path, "symbols", line(".", strokes=[[[5, 5]]]))
    (record,) = unipen.read(tmp_path)
    assert record.strokes.strokes[0].points == ((140, 140),)


def test_bad_lines_are_skipped_and_named_and_the_rest_is_read(tmp_path):
    bad = [
        "not json",
        "[]",
        "{}",
        line("12"),
        line("A"),
        line(writer=None),
        line(strokes=[]),
        line(strokes=[[]]),
        line(strokes=[[[1]]]),
        line(strokes=[[["a", "b"]]]),
        line(strokes=[[[float("nan"), 1], [2, 3]]]),
        line(strokes=[[[1, 2]] * 10_001]),
        "[" * 100_000,
    ]
    write_lines(tmp_path, "digits", line("1"), *bad, line("2"))
    records = list(unipen.read(tmp_path))
    assert [getattr(record, "label", None) for record in records] == ["1", *[None] * len(bad), "2"]
    assert [record.position for record in records[1:-1]] == [f"digits line {2 + place}" for place in range(len(bad))]
    assert all(record.reason for record in records[1:-1])


def test_a_file_that_breaks_off_is_one_skipped_record_and_the_next_file_is_read(tmp_path):
    write_lines(tmp_path, "digits", *[line(writer=f"writer {place}") for place in range(500)])
    whole = (tmp_path / "digits.jsonl.gz").read_bytes()
    (tmp_path / "digits.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    write_lines(tmp_path, "uppercase", line("A"))
    records = list(unipen.read(tmp_path))
    assert [record.symbol for record in records if not isinstance(record, SkippedRecord)][-1] == "A"
    (skipped,) = [record for record in records if isinstance(record, SkippedRecord)]
    assert "digits.jsonl.gz after line" in skipped.position


def test_a_limit_takes_drawings_from_all_files(tmp_path):
    write_lines(tmp_path, "digits", *[line()] * 40)
    write_lines(tmp_path, "symbols", *[line("+")] * 40)
    records = list(unipen.read(tmp_path, limit=4))
    assert [record.source_key for record in records] == [
        "digits-00001",
        "digits-00021",
        "symbols-00001",
        "symbols-00021",
    ]
    assert unipen.count(tmp_path, limit=4) == 4


def test_a_folder_without_pen_drawings_is_refused(tmp_path):
    with pytest.raises(InvalidInput) as caught:
        list(unipen.read(tmp_path))
    assert caught.value.code == "missing_files"


# ------------------------------------------------------------------------------------- splits


def test_few_records_stand_for_all():
    assert list(spread(5, None)) == list(spread(5, 9)) == [0, 1, 2, 3, 4]
    assert list(spread(100, 4)) == [0, 25, 50, 75]
    assert list(spread(3, 0)) == []


def test_an_unknown_writer_gets_his_split_by_a_hash_that_never_changes():
    splits = [split_by_hash("unipen", f"writer {place}") for place in range(2000)]
    assert splits[:8] == ["validation", "train", "train", "train", "train", "train", "train", "train"]
    shares = {split: count / 2000 for split, count in Counter(splits).items()}
    assert shares == pytest.approx({"train": 0.8, "validation": 0.1, "test": 0.1}, abs=0.03)
    assert unipen.split_of("writer 7") == split_by_hash("unipen", "writer 7")


def test_the_table_has_each_writer_once_in_shares_of_70_10_and_20():
    table = json.loads(unipen.SPLITS.read_text())
    writers = {split: [writer for group in groups.values() for writer in group] for split, groups in table.items()}
    everybody = [writer for group in writers.values() for writer in group]
    assert len(everybody) == len(set(everybody)) > 200
    shares = {split: len(group) / len(everybody) for split, group in writers.items()}
    assert shares == pytest.approx({"train": 0.7, "validation": 0.1, "test": 0.2}, abs=0.01)
    assert all(unipen.split_of(writer) == split for split, group in writers.items() for writer in group)


def test_writers_are_balanced_over_the_splits():
    rng = np.random.default_rng(0)
    features = np.hstack([np.ones((150, 1)), rng.poisson(20, (150, 10)), rng.random((150, 3)) < 0.3]).astype(float)
    chosen = unipen_splits.balance(features)
    for index, share in enumerate(unipen_splits.SHARES.values()):
        assert features[chosen == index].sum(axis=0) / features.sum(axis=0) == pytest.approx(share, abs=0.02)


def test_the_committed_table_is_what_the_files_give(tmp_path, monkeypatch):
    folder = shared_data("unipen")
    monkeypatch.setattr(unipen_splits, "SPLITS", tmp_path / "table.json")
    monkeypatch.setattr("sys.argv", ["unipen_splits", str(folder)])
    unipen_splits.main()
    assert (tmp_path / "table.json").read_text() == unipen.SPLITS.read_text()


def test_every_split_of_the_pen_digits_has_each_digit_in_like_shares():
    counts = Counter()
    with gzip.open(shared_data("unipen") / "digits.jsonl.gz", "rt") as file:
        for record in map(json.loads, file):
            counts[unipen.split_of(record["writer"]), record["label"]] += 1
    for digit in "0123456789":
        of_digit = {split: counts[split, digit] for split in ("train", "validation", "test")}
        shares = {split: count / sum(of_digit.values()) for split, count in of_digit.items()}
        assert shares == pytest.approx({"train": 0.7, "validation": 0.1, "test": 0.2}, abs=0.01)
