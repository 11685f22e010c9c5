"""Quick, Draw!, folders of pictures, any IDX files, and our own NDJSON: what is read, what is skipped and why."""

import gzip
import io
import json
import os
import struct
import uuid
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from PIL import Image, ImageDraw

from datasets.errors import InvalidInput
from datasets.importers import ImportedDrawing, SkippedRecord, idx, ndjson, png, quickdraw
from datasets.models import Contributor, Drawing, DrawingContent
from datasets.preprocessing.normalization import normalize
from datasets.preprocessing.strokes import rasterize
from datasets.services import export_now, freeze_version, import_drawings
from tests.datasets.factories import (
    HIDDEN,
    hiding_strokes,
    imported_pixels,
    imported_strokes,
    make_approved,
    strokes_of,
)

# ------------------------------------------------------------------------------------- Quick, Draw!


def doodle(word: str = "star", key: str | None = "4504", *, times: bool = True, **fields: Any) -> str:
    stroke = [[10.4, 90, 50], [10, 10, 80], [0, 40, 95]]
    drawing = [stroke if times else stroke[:2]]
    return json.dumps({"word": word, "key_id": key, "recognized": True, "drawing": drawing} | fields)


def written(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    text = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    return path


def read(importer: Any, path: Path, **options: Any) -> tuple[list[ImportedDrawing], list[SkippedRecord]]:
    records = list(importer.read(path, **options))
    return [r for r in records if isinstance(r, ImportedDrawing)], [r for r in records if isinstance(r, SkippedRecord)]


def test_a_raw_doodle_keeps_its_times_and_is_brought_onto_the_canvas(tmp_path: Path) -> None:
    [drawing], _ = read(quickdraw, written(tmp_path, "star.ndjson", doodle()))
    [stroke] = drawing.strokes.strokes
    assert [t for _, _, t in stroke.points] == [0, 40, 95]
    assert max(x for x, _, _ in stroke.points) - min(x for x, _, _ in stroke.points) == pytest.approx(200, abs=0.2)
    assert (drawing.source, drawing.source_key, drawing.label, drawing.symbol) == (
        "quickdraw",
        "4504",
        "not-a-digit",
        "star",
    )


def test_a_simplified_doodle_has_no_times(tmp_path: Path) -> None:
    [drawing], _ = read(quickdraw, written(tmp_path, "star.ndjson.gz", doodle(times=False)))
    assert {len(point) for point in drawing.strokes.strokes[0].points} == {2}


def test_words_that_name_digits_are_digits_and_a_circle_cannot_be_told_from_one(tmp_path: Path) -> None:
    drawings, _ = read(quickdraw, written(tmp_path, "a.ndjson", doodle("seven"), doodle("4"), doodle("circle")))
    assert [(d.label, d.ambiguous) for d in drawings] == [("7", False), ("4", False), ("not-a-digit", True)]


def test_a_folder_of_doodles_is_read_file_by_file_and_bad_lines_are_named(tmp_path: Path) -> None:
    written(tmp_path, "b.ndjson", doodle(key=None), "not json", doodle(drawing=[[[1, 2], [3]]]), doodle(drawing=[]))
    written(tmp_path, "a.ndjson.gz", doodle("cat", "1"), doodle(word=7), "[]")
    drawings, skipped = read(quickdraw, tmp_path)
    assert [drawing.source_key for drawing in drawings] == ["1", "b-0000001"]
    assert [record.position for record in skipped] == ["a line 2", "a line 3", "b line 2", "b line 3", "b line 4"]
    assert "2, 1" in skipped[3].reason
    assert quickdraw.count(tmp_path) == 7 and len(list(quickdraw.read(tmp_path, limit=3))) == 3
    with pytest.raises(InvalidInput, match="Quick, Draw!"):
        read(quickdraw, tmp_path / "nowhere")


# ------------------------------------------------------------------------------------- pictures in folders


def seven(side: int, mode: str) -> Image.Image:
    """Draw a 7: `black on white`, `white on black`, or `black on nothing`."""
    ink, paper = {"black on white": (0, 255), "white on black": (255, 0), "black on nothing": (0, 0)}[mode]
    shape = "RGBA" if mode == "black on nothing" else "L"
    picture = Image.new(shape, (side, side), (0, 0, 0, 0) if shape == "RGBA" else paper)
    points = [(side * x, side * y) for x, y in ((0.3, 0.2), (0.7, 0.2), (0.45, 0.8))]
    ImageDraw.Draw(picture).line(points, (0, 0, 0, 255) if shape == "RGBA" else ink, max(2, side // 12))
    return picture


def saved(picture: Image.Image, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)
    return path


MODES = ("black on white", "white on black", "black on nothing")


@pytest.mark.parametrize("mode", MODES)
def test_a_picture_of_28_is_taken_as_normalized_whatever_its_colours(tmp_path: Path, mode: str) -> None:
    saved(seven(28, mode), tmp_path / "7" / "a.png")
    [drawing], _ = read(png, tmp_path)
    expected = np.asarray(seven(28, "white on black"))
    assert (drawing.kind, drawing.label) == ("normalized", "7")
    assert np.array_equal(drawing.normalized, expected)


@pytest.mark.django_db
def test_large_pictures_are_kept_and_give_the_same_28_whatever_their_colours(tmp_path: Path) -> None:
    for mode in MODES:
        saved(seven(256, mode), tmp_path / "7" / f"{mode}.png")
    call_command("import_drawings", "png", tmp_path, verbosity=0)
    contents = DrawingContent.objects.select_related("drawing")
    assert {content.drawing.kind for content in contents} == {"image"}
    assert len({bytes(content.normalized) for content in contents}) == 1
    assert all(bytes(content.image).startswith(b"\x89PNG") for content in contents)


def test_folders_name_labels_and_splits_and_the_rest_has_no_label(tmp_path: Path) -> None:
    for name in ("test/3/a.png", "train/nan/b.png", "val/9/c.PNG", "cats/d.png", "e.png"):
        saved(seven(28, "white on black"), tmp_path / name)
    (tmp_path / "3").mkdir()
    (tmp_path / "3" / "broken.png").write_bytes(b"no picture")
    drawings, skipped = read(png, tmp_path)
    found = {drawing.source_key: (drawing.label, drawing.split) for drawing in drawings}
    assert found["test/3/a.png"] == ("3", "test")
    assert found["train/nan/b.png"] == ("not-a-digit", "train")
    assert found["val/9/c.PNG"] == ("9", "validation")
    assert found["cats/d.png"][0] == found["e.png"][0] == ""
    assert [record.position for record in skipped] == ["3/broken.png"]


@pytest.mark.django_db
def test_what_has_no_label_is_skipped_and_named_unless_all_get_one(tmp_path: Path) -> None:
    saved(seven(28, "white on black"), tmp_path / "cats" / "a.png")
    output = io.StringIO()
    call_command("import_drawings", "png", tmp_path, verbosity=0, stdout=output)
    assert "1 skipped" in output.getvalue() and "cats/a.png" in output.getvalue()
    call_command("import_drawings", "png", tmp_path, label="not-a-digit", source="cats", verbosity=0)
    assert Drawing.objects.get().source == "cats"
    with pytest.raises(CommandError, match="30 characters"):
        call_command("import_drawings", "png", tmp_path, source="x" * 31, verbosity=0)


@pytest.mark.django_db
def test_a_name_in_no_known_writing_is_skipped_and_named_and_stops_nothing(tmp_path: Path) -> None:
    for name in ("7/a.png", os.fsdecode(b"7/caf\xe9.png"), os.fsdecode(b"train/7/caf\xe9.png")):
        saved(seven(28, "white on black"), tmp_path / name)
    output = io.StringIO()
    call_command("import_drawings", "png", tmp_path, verbosity=0, stdout=output)
    assert "1 imported, 0 were there already, 2 skipped" in output.getvalue()
    assert r"7/caf\udce9.png" in output.getvalue().encode().decode()


@pytest.mark.django_db
def test_a_photograph_with_others_behind_it_stops_nothing(tmp_path: Path) -> None:
    paper = seven(100, "black on white")
    for name, others in (("a.jpg", []), ("b.jpg", [seven(100, "white on black")]), ("c.jpg", [])):
        path = tmp_path / "7" / name
        path.parent.mkdir(exist_ok=True)
        paper.save(path, "MPO", save_all=True, append_images=others)
    call_command("import_drawings", "png", tmp_path, verbosity=0)
    assert Drawing.objects.count() == 3
    assert Drawing.objects.values("content_hash").distinct().count() == 1


# ------------------------------------------------------------------------------------- IDX


def write_idx(path: Path, array: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def test_any_pair_of_idx_files_is_read_with_its_splits(tmp_path: Path) -> None:
    images = np.random.default_rng(1).integers(1, 256, (24, 28, 28), dtype=np.uint8)
    write_idx(tmp_path / "emnist-digits-train-images-idx3-ubyte.gz", images)
    write_idx(tmp_path / "emnist-digits-train-labels-idx1-ubyte", np.arange(24, dtype=np.uint8) % 12)
    write_idx(tmp_path / "more" / "t10k-images.idx3-ubyte", images[:2])
    write_idx(tmp_path / "more" / "t10k-labels.idx1-ubyte", np.array([4, 10], np.uint8))
    drawings, skipped = read(idx, tmp_path)
    assert (len(drawings), skipped, idx.count(tmp_path)) == (26, [], 26)
    assert np.array_equal(drawings[5].normalized, images[5])
    assert [d.label for d in drawings[9:12]] == ["9", "not-a-digit", ""]
    assert [d.split for d in drawings[21:]] == ["train", "validation", "validation", "test", "test"]
    assert drawings[-1].source_key == "more/t10k-0000001"


def test_idx_pictures_of_another_size_are_normalized(tmp_path: Path) -> None:
    write_idx(tmp_path / "x-images-idx3-ubyte", np.asarray(seven(64, "white on black"))[None])
    write_idx(tmp_path / "x-labels-idx1-ubyte", np.array([7], np.uint8))
    [drawing], _ = read(idx, tmp_path / "x-images-idx3-ubyte")
    assert drawing.kind == "image" and Image.open(io.BytesIO(drawing.image)).size == (64, 64)


def test_idx_pictures_without_fitting_labels_are_refused(tmp_path: Path) -> None:
    write_idx(tmp_path / "x-images-idx3-ubyte", np.ones((2, 28, 28), np.uint8))
    with pytest.raises(InvalidInput, match="labels"):
        read(idx, tmp_path)
    write_idx(tmp_path / "x-labels-idx1-ubyte", np.array([7], np.uint8))
    with pytest.raises(InvalidInput, match="received 1"):
        read(idx, tmp_path)


# ------------------------------------------------------------------------------------- our own


FACTS = (
    "public_id", "source", "source_key", "kind", "claimed_label", "final_label", "prompt", "device", "split",
    "same_hand", "ambiguous", "votes_count", "content_hash", "content__strokes", "content__normalized", "status",
)  # fmt: skip


def facts() -> list[tuple[Any, ...]]:
    rows = Drawing.objects.order_by("public_id").values_list(*FACTS)
    return [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in rows]


def drawn_with_times() -> Any:
    strokes = strokes_of("4").to_json()
    for place, stroke in enumerate(strokes["strokes"]):
        stroke["points"] = [[x, y, 100 * place + i] for i, (x, y, *_) in enumerate(stroke["points"])]
    return strokes


def exported(folder: Path, format: str) -> Path:
    export = export_now(freeze_version(), format)
    path = folder / export.filename
    path.write_bytes(storages["artifacts"].open(export.path).read())
    return path


@pytest.mark.django_db
def test_what_was_exported_comes_back_into_an_empty_database_as_it_was(tmp_path: Path) -> None:
    import_drawings([imported_strokes("a", "3", split="test"), imported_pixels("b", "not-a-digit", ambiguous=True)])
    given = make_approved("4", claimed_label="9", final_label="4", split="validation", same_hand=True, kind="strokes")
    given.content.strokes = drawn_with_times()
    [timed] = [record.strokes for record in [*ndjson_records(tmp_path, given)]]
    given.content.normalized = normalize(rasterize(timed)).tobytes()
    given.content.save()
    known = {"content_hash": timed.content_hash(), "device": "pen", "prompt": "9", "votes_count": 3}
    Drawing.objects.filter(pk=given.pk).update(**known)
    path = exported(tmp_path, "ndjson")
    before = facts()
    people = Drawing.objects.values("contributor").distinct().count()
    Drawing.objects.all().delete()
    Contributor.objects.all().delete()
    output = io.StringIO()
    call_command("import_drawings", "ndjson", path, verbosity=0, stdout=output)
    assert "3 imported, 0 were there already, 0 skipped" in output.getvalue()
    assert facts() == before
    assert Drawing.objects.values("contributor").distinct().count() == people
    call_command("import_drawings", "ndjson", path, verbosity=0, stdout=output)
    assert "0 imported, 3 were there already, 0 skipped" in output.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_hides_something_comes_back_as_its_picture(tmp_path: Path, hidden: str) -> None:
    import_drawings([imported_strokes("a", "3", strokes=hiding_strokes(hidden, "3"))])
    picture = bytes(Drawing.objects.get().content.normalized)
    [drawing] = read(ndjson, exported(tmp_path, "ndjson"))[0]
    assert (drawing.kind, drawing.strokes, drawing.label) == ("normalized", None, "3")
    assert drawing.normalized.tobytes() == picture


def ndjson_records(folder: Path, drawing: Drawing) -> list[ImportedDrawing]:
    """Read the drawing as it will be published: what the strokes are, as our importer understands them."""
    content = drawing.content.strokes
    line = {
        "key_id": str(drawing.public_id),
        "drawing": [[list(axis) for axis in zip(*stroke["points"], strict=True)] for stroke in content["strokes"]],
        "pen": [stroke["pen"] for stroke in content["strokes"]],
        "erase": [stroke["erase"] for stroke in content["strokes"]],
        "width": content["width"],
        "height": content["height"],
        "device": "pen",
        "split": "validation",
        "claimed_label": "9",
        "final_label": "4",
    }
    return read(ndjson, written(folder, "one.ndjson", json.dumps(line)))[0]


@pytest.mark.django_db
def test_bad_lines_of_our_own_are_skipped_and_named(tmp_path: Path) -> None:
    make_approved()
    [line] = gzip.decompress(exported(tmp_path, "ndjson").read_bytes()).decode().splitlines()
    good = json.loads(line)
    bad = [
        {"key_id": "7"},
        {"key_id": 7},
        {"final_label": "eleven"},
        {"split": "holdout"},
        {"pixels": "AAAA"},
        {"device": "foot"},
        {"prompt": "x" * 21},
        {"votes": -1},
        {"source": "x" * 31},
        {"drawing": [[[1, 2], [1, 2]]], "pen": [], "erase": [], "width": 280, "height": 280},
    ]
    path = written(tmp_path, "bad.ndjson", *(json.dumps(good | change) for change in bad))
    drawings, skipped = read(ndjson, path)
    assert drawings == []
    assert [record.position for record in skipped] == [f"bad line {number}" for number in range(1, len(bad) + 1)]


@pytest.mark.django_db
def test_lines_with_texts_that_no_database_takes_stop_nothing(tmp_path: Path) -> None:
    make_approved()
    [line] = gzip.decompress(exported(tmp_path, "ndjson").read_bytes()).decode().splitlines()
    ids = {"key_id": str(uuid.uuid4()), "source_key": "b"}
    changes = [{"source_key": "a\0b"}, {"contributor": "\ud800"}, {"source": "\ud800"}, ids]
    ours = written(tmp_path, "ours.ndjson", *(json.dumps(json.loads(line) | change) for change in changes))
    doodles = written(tmp_path, "star.ndjson", doodle(key="a\0b"), doodle(key="\ud800"), doodle())
    for format, path in (("ndjson", ours), ("quickdraw", doodles)):
        output = io.StringIO()
        call_command("import_drawings", format, path, verbosity=0, stdout=output)
        assert "1 imported" in output.getvalue().encode().decode()


@pytest.mark.django_db
@pytest.mark.parametrize("format", ["png", "idx"])
def test_our_own_pictures_come_back_with_labels_and_splits(tmp_path: Path, format: str) -> None:
    import_drawings(
        [
            imported_pixels("a", "3", split="test"),
            imported_pixels("b", "not-a-digit", split="train"),
            imported_pixels("c", "5", split="train"),
        ]
    )
    expected = set(Drawing.objects.values_list("content_hash", "final_label", "split"))
    with zipfile.ZipFile(exported(tmp_path, format)) as archive:
        archive.extractall(tmp_path / "unpacked")
    Drawing.objects.all().delete()
    call_command("import_drawings", format, tmp_path / "unpacked", verbosity=0)
    assert set(Drawing.objects.values_list("content_hash", "final_label", "split")) == expected
