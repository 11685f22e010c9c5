"""Taking public datasets in."""

import io
from dataclasses import replace

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from datasets.importers import ImportedDrawing, SkippedRecord
from datasets.models import Contributor, Drawing, DrawingContent
from datasets.preprocessing import contents
from datasets.preprocessing.normalization import PREPROCESSING_VERSION, normalize
from datasets.preprocessing.strokes import rasterize
from datasets.services import import_drawings
from datasets.services import importing as importing_module
from tests.datasets.factories import imported_pixels, imported_strokes, strokes_of
from tests.paths import shared_data

pytestmark = pytest.mark.django_db


def test_an_imported_drawing_is_approved_under_the_label_and_split_of_its_source() -> None:
    report = import_drawings([imported_strokes("a", "3", split="test", ambiguous=True)])
    drawing = Drawing.objects.get()
    assert (report.created, report.already_there, report.skipped) == (1, 0, [])
    assert (drawing.status, drawing.claimed_label, drawing.final_label) == ("approved", "3", "3")
    assert (drawing.source, drawing.source_key, drawing.split, drawing.kind) == ("pens", "a", "test", "strokes")
    assert drawing.ambiguous and drawing.decided_at is not None


def test_an_imported_drawing_can_wait_for_a_moderator() -> None:
    import_drawings([imported_strokes("a")], status="pending")
    drawing = Drawing.objects.get()
    assert (drawing.status, drawing.final_label, drawing.decided_at) == ("pending", "", None)


def test_strokes_are_kept_with_the_28x28_that_normalization_makes_of_them() -> None:
    record = imported_strokes("a", "5")
    import_drawings([record])
    content = DrawingContent.objects.get()
    assert content.strokes == record.strokes.to_json()
    assert bytes(content.normalized) == normalize(rasterize(record.strokes)).tobytes()
    assert content.preprocessing_version == PREPROCESSING_VERSION
    assert Drawing.objects.get().content_hash == record.strokes.content_hash()


def test_published_pixels_stay_byte_for_byte() -> None:
    record = imported_pixels("a")
    import_drawings([record])
    assert bytes(DrawingContent.objects.get().normalized) == record.normalized.tobytes()


def test_a_writer_is_one_contributor_in_the_split_of_his_drawings() -> None:
    import_drawings([imported_strokes("a", split="test"), imported_strokes("b", split="test")])
    import_drawings([imported_strokes("c", split="test"), imported_strokes("d", writer="bob")])
    assert list(Contributor.objects.order_by("key").values_list("key", "kind", "split")) == [
        ("ada", "writer", "test"),
        ("bob", "writer", "train"),
    ]
    assert Drawing.objects.filter(contributor__key="ada").count() == 3


def test_drawings_of_unknown_writers_share_a_contributor_without_a_split() -> None:
    import_drawings([imported_pixels("a", split="train"), imported_pixels("b", split="test")])
    assert Contributor.objects.get().split == ""
    assert set(Drawing.objects.values_list("split", flat=True)) == {"train", "test"}


def test_a_second_import_adds_nothing_and_changes_nothing() -> None:
    records = [imported_strokes("a"), imported_pixels("b"), imported_pixels("c")]
    import_drawings(records)
    Drawing.objects.filter(source_key="b").update(final_label="1")
    report = import_drawings([*records, imported_pixels("d")])
    assert (report.created, report.already_there) == (1, 3)
    assert Drawing.objects.count() == DrawingContent.objects.count() == 4
    assert Drawing.objects.get(source_key="b").final_label == "1"


def test_a_record_that_comes_twice_is_created_once() -> None:
    report = import_drawings([imported_pixels("a"), imported_pixels("a")])
    assert (report.created, report.already_there) == (1, 1)
    assert DrawingContent.objects.count() == 1


def test_bad_records_are_named_and_do_not_stop_the_others() -> None:
    speck = imported_strokes("speck", strokes=strokes_of("1"))
    eraser = speck.strokes.strokes[0].__class__(points=((140.0, 140.0),), pen=280.0 * 3, erase=True)
    blank = speck.strokes.__class__(280, 280, (*speck.strokes.strokes, eraser))
    records = [
        SkippedRecord("line 1", "no label"),
        imported_strokes("blank", strokes=blank),
        imported_strokes("good"),
    ]
    report = import_drawings(records)
    assert report.created == 1
    assert [record.position for record in report.skipped] == ["line 1", "blank"]
    assert "blank" in report.skipped[1].reason


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\udce9.png"])
@pytest.mark.parametrize("field", ["source", "source_key", "writer", "prompt"])
def test_a_text_that_no_database_takes_is_skipped_and_named(field: str, text: str) -> None:
    bad = replace(imported_pixels("a"), **{field: text})
    report = import_drawings([imported_pixels("b"), bad, imported_pixels("c")])
    assert report.created == 2
    [skipped] = report.skipped
    assert field in skipped.reason
    assert repr(text) in skipped.reason


def picture_of(label: str, compress_level: int = 6) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(255 - rasterize(strokes_of(label))).save(buffer, "PNG", compress_level=compress_level)
    return buffer.getvalue()


@pytest.mark.parametrize("parallel_from", [1, 500])
def test_another_drawing_under_a_known_key_is_skipped_and_named(
    monkeypatch: pytest.MonkeyPatch, parallel_from: int
) -> None:
    def of_set(label: str) -> list[ImportedDrawing]:
        return [
            imported_strokes("train/1", source="set", strokes=strokes_of(label)),
            imported_pixels("train/2", source="set", normalized=normalize(rasterize(strokes_of(label)))),
            imported_pixels("train/3", source="set", kind="image", normalized=None, image=picture_of(label)),
            imported_strokes(f"{label}/4", source="set", strokes=strokes_of(label)),
        ]

    monkeypatch.setattr(importing_module, "PARALLEL_FROM", parallel_from)
    assert import_drawings(of_set("3")).created == 4
    again = import_drawings(of_set("3"))
    assert (again.created, again.already_there, again.skipped) == (0, 4, [])
    other = import_drawings(of_set("8"))
    assert (other.created, other.already_there) == (1, 0)
    assert {record.position for record in other.skipped} == {"train/1", "train/2", "train/3"}
    assert all("--source" in record.reason for record in other.skipped)
    assert import_drawings([replace(drawing, source="other") for drawing in of_set("8")]).created == 4


def test_a_drawing_under_a_known_key_is_another_when_it_is_of_another_kind() -> None:
    import_drawings([imported_strokes("a", source="set")])
    report = import_drawings([imported_pixels("a", source="set")])
    assert (report.created, report.already_there, len(report.skipped)) == (0, 0, 1)


def test_a_picture_is_known_by_its_pixels_however_they_are_packed() -> None:
    picture = imported_pixels("a", kind="image", normalized=None, image=picture_of("3"))
    import_drawings([picture])
    Drawing.objects.update(content_hash="0" * 64)
    DrawingContent.objects.update(image=picture_of("3", compress_level=0))
    report = import_drawings([picture])
    assert (report.already_there, report.skipped) == (1, [])


def test_a_drawing_that_comes_with_its_id_is_there_already_in_whatever_form() -> None:
    import_drawings([imported_strokes("a", source="set")])
    known = Drawing.objects.get()
    report = import_drawings([imported_pixels("a", source="set", public_id=known.public_id)])
    assert (report.already_there, report.skipped) == (1, [])


def test_progress_counts_every_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing_module, "BATCH", 2)
    steps: list[int] = []
    records = [SkippedRecord("1", "bad"), *(imported_pixels(key) for key in "abcd")]
    import_drawings(records, on_progress=steps.append)
    assert steps == [2, 2, 1]


def test_other_processes_compute_the_same_contents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing_module, "PARALLEL_FROM", 4)
    records = [imported_strokes(f"{label}", f"{label}") for label in range(6)]
    import_drawings([*records[:3], imported_pixels("p", source="pens"), *records[3:]])
    for record in records:
        content = DrawingContent.objects.get(drawing__source_key=record.source_key)
        assert bytes(content.normalized) == contents.of_strokes(record.strokes).normalized
    assert DrawingContent.objects.get(drawing__source_key="p").strokes is None


def test_the_command_imports_a_folder_and_says_what_it_did() -> None:
    output = io.StringIO()
    call_command("import_drawings", "mnist", shared_data("mnist"), limit=50, verbosity=0, stdout=output)
    assert "50 imported, 0 were there already, 0 skipped" in output.getvalue()
    assert set(Drawing.objects.values_list("source", "status")) == {("mnist", "approved")}
    images = np.frombuffer(b"".join(map(bytes, DrawingContent.objects.values_list("normalized", flat=True))), np.uint8)
    assert images.size == 50 * 784


def test_the_command_gives_all_drawings_one_label_when_told_so() -> None:
    folder = shared_data("unipen")
    call_command("import_drawings", "unipen", folder, limit=12, label="not-a-digit", status="pending", verbosity=0)
    assert set(Drawing.objects.values_list("claimed_label", "status")) == {("not-a-digit", "pending")}
    assert Drawing.objects.count() == 12


def test_the_command_says_which_files_it_expects(tmp_path) -> None:
    with pytest.raises(CommandError, match=r"unipen.*no path"):
        call_command("import_drawings", "unipen")
    with pytest.raises(CommandError, match="No MNIST files"):
        call_command("import_drawings", "mnist", tmp_path)
