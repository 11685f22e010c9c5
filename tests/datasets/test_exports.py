"""Dataset versions as files: what is in them, that they are built once, and that nothing deleted stays in them."""

import base64
import gzip
import hashlib
import io
import json
import threading
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection

from datasets import services
from datasets.exporters.archive import Archive
from datasets.frozen import pseudonym
from datasets.importers import mnist
from datasets.locks import EXPORTING
from datasets.models import Contributor, DatasetExport, DatasetVersion, Drawing
from datasets.services import (
    build_export,
    building,
    export_now,
    exporting,
    freeze_version,
    import_drawings,
    request_export,
)
from tests.datasets.factories import (
    HIDDEN,
    hiding_strokes,
    imported_pixels,
    imported_strokes,
    make_approved,
    make_contributor,
    strokes_of,
)
from tests.datasets.locks import wait_until_nobody_holds_an_advisory_lock
from tests.paths import shared_data

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the exports that are handed to a worker."""
    handed: list[int] = []
    monkeypatch.setattr(exporting, "_send", handed.append)
    return handed


def exported(version: DatasetVersion, format: str) -> io.BytesIO:
    export = export_now(version, format)
    content = storages["artifacts"].open(export.path).read()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (export.size, export.sha256)
    return io.BytesIO(content)


def lines_of(file: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(file.read()).splitlines()]


def some_version() -> DatasetVersion:
    """Freeze digits in all splits, something that is no digit, strokes and pixels."""
    import_drawings(
        [
            imported_strokes("a", "3", split="train"),
            imported_pixels("b", "5", split="test"),
            imported_strokes("c", "8", split="validation", writer="bob"),
            imported_pixels("d", "not-a-digit", split="train"),
            imported_strokes("e", "1", split="train"),
        ]
    )
    return freeze_version()


def pixels_of(key: str) -> np.ndarray:
    pixels = Drawing.objects.get(source_key=key).content.normalized
    return np.frombuffer(bytes(pixels), np.uint8).reshape(28, 28)


def idx_arrays(file: io.BytesIO) -> dict[str, np.ndarray]:
    """Read a zip of gzipped IDX files as the format's description says."""
    arrays = {}
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith(".gz"):
                data = gzip.decompress(archive.read(name))
                shape = np.frombuffer(data, ">u4", count=data[3], offset=4)
                arrays[name.removesuffix(".gz")] = np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)
    return arrays


def test_idx_has_the_digits_in_the_four_files_of_mnist_and_the_rest_beside_them() -> None:
    arrays = idx_arrays(exported(some_version(), "idx"))
    assert np.array_equal(
        arrays["train-images-idx3-ubyte"], [pixels_of("a"), pixels_of("e"), pixels_of("c")]
    )  # the validation split stands at the end
    assert list(arrays["train-labels-idx1-ubyte"]) == [3, 1, 8]
    assert np.array_equal(arrays["t10k-images-idx3-ubyte"], [pixels_of("b")])
    assert list(arrays["t10k-labels-idx1-ubyte"]) == [5]
    assert np.array_equal(arrays["not-a-digit/train-images-idx3-ubyte"], [pixels_of("d")])
    assert list(arrays["not-a-digit/train-labels-idx1-ubyte"]) == [10]
    assert len(arrays["not-a-digit/t10k-labels-idx1-ubyte"]) == 0


def test_mnist_comes_back_byte_for_byte() -> None:
    folder = shared_data("mnist")
    import_drawings(mnist.read(folder))
    with zipfile.ZipFile(exported(freeze_version(), "idx")) as archive:
        assert sorted(archive.namelist()) == ["README.md", *(f"{name}.gz" for name in sorted(mnist.CHECKSUMS, key=str))]
        for name, checksum in mnist.CHECKSUMS.items():
            assert hashlib.sha256(gzip.decompress(archive.read(f"{name}.gz"))).hexdigest() == checksum


def test_npz_is_read_by_numpy() -> None:
    with np.load(exported(some_version(), "npz")) as arrays:
        assert np.array_equal(arrays["x_train"], [pixels_of("a"), pixels_of("d"), pixels_of("e")])
        assert list(arrays["y_train"]) == [3, 10, 1]
        assert list(arrays["position_train"]) == [1, 4, 5]
        assert np.array_equal(arrays["x_test"], [pixels_of("b")]) and list(arrays["y_test"]) == [5]
        assert list(arrays["y_validation"]) == [8]
        assert arrays["labels"][10] == "not-a-digit"
        assert {arrays[name].dtype for name in ("x_train", "y_train")} == {np.dtype(np.uint8)}


def test_ndjson_has_strokes_and_what_is_known_about_each_drawing() -> None:
    ada = make_contributor()
    drawing = make_approved(
        "7",
        contributor=ada,
        claimed_label="1",
        final_label="7",
        votes_count=3,
        device="pen",
        opinion_digit=7,
        opinion_is_digit=0.9,
    )
    strokes = strokes_of("7")
    drawing.content.strokes = strokes.to_json()
    drawing.content.save()
    picture = make_approved("not-a-digit", split="test", source="mnist", source_key="x-1", opinion_digit=4)
    version = freeze_version()
    first, second = lines_of(exported(version, "ndjson"))
    assert [list(zip(*stroke, strict=True)) for stroke in first["drawing"]] == [
        [tuple(point) for point in stroke["points"]] for stroke in strokes.to_json()["strokes"]
    ]
    assert (first["pen"], first["erase"], first["width"], first["height"]) == (
        [stroke.pen for stroke in strokes.strokes],
        [False] * len(strokes.strokes),
        280,
        280,
    )
    assert (first["claimed_label"], first["final_label"], first["word"]) == ("1", "7", "7")
    assert (first["split"], first["votes"], first["source"], first["licence"]) == ("train", 3, "site", "CC0-1.0")
    assert (first["recognized"], second["recognized"]) == (True, None)
    assert first["contributor"] == pseudonym(version, ada.pk) and len(first["contributor"]) == 16
    assert first["device"] == "pen"
    assert "timestamp" not in first  # when it was given is nobody's business
    assert (second["drawing"], second["source_key"], second["licence"]) == ([], "x-1", "CC-BY-SA-3.0")
    assert second["key_id"] == str(picture.public_id)


@pytest.mark.parametrize("hidden", HIDDEN)
def test_of_a_drawing_that_hides_something_ndjson_has_the_picture_and_no_strokes(hidden: str) -> None:
    import_drawings([imported_strokes("a", "7", strokes=hiding_strokes(hidden))])
    [line] = lines_of(exported(freeze_version(), "ndjson"))
    assert (line["drawing"], base64.b64decode(line["pixels"])) == ([], pixels_of("a").tobytes())
    assert not {"pen", "erase", "width", "height"} & line.keys()


def test_ndjson_that_was_built_with_hidden_strokes_is_built_again_in_its_place() -> None:
    import_drawings([imported_strokes("a", "7", strokes=hiding_strokes("erased"))])
    before, other = (export_now(freeze_version(), format) for format in ("ndjson", "npz"))
    file = storages["artifacts"]
    file.delete(before.path)
    file.save(before.path, ContentFile(b"what was erased"))
    import_module("datasets.migrations.0032_build_ndjson_again").build_again(apps, None)
    before.refresh_from_db()
    other.refresh_from_db()
    assert (before.is_ready, other.is_ready) == (False, True)
    after = export_now(before.version, "ndjson")
    assert (after.pk, after.path, after.sha256) == (before.pk, before.path, before.sha256)
    assert lines_of(exported(after.version, "ndjson"))[0]["drawing"] == []


def test_a_contributor_has_another_pseudonym_in_each_version() -> None:
    drawing = make_approved()
    before = freeze_version()
    make_approved()
    after = freeze_version()
    names = [lines_of(exported(v, "ndjson"))[0]["contributor"] for v in (before, after)]
    assert names[0] != names[1]
    assert drawing.contributor.key not in names


def test_png_has_a_folder_for_each_split_and_label() -> None:
    with zipfile.ZipFile(exported(some_version(), "png")) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[1:] == [
            "train/3/00000001.png",
            "train/not-a-digit/00000004.png",
            "train/1/00000005.png",
            "validation/8/00000003.png",
            "test/5/00000002.png",
        ]
        assert "# Digitsite, dataset 1" in archive.read("README.md").decode()


def test_the_manifest_has_the_checksum_of_the_version() -> None:
    version = some_version()
    Drawing.objects.filter(source_key="b").delete()
    assert hashlib.sha256(exported(version, "manifest").read()).hexdigest() == version.manifest_sha256


def test_an_archive_holds_more_files_than_the_old_format_can_count() -> None:
    file = io.BytesIO()
    with Archive(file) as archive:
        for number in range(70_000):
            archive.add(f"é/{number}", b"%d" % number)
    with zipfile.ZipFile(file) as archive:
        assert len(archive.namelist()) == 70_000
        assert archive.read("é/69999") == b"69999"


def test_the_same_version_gives_the_same_bytes() -> None:
    version = some_version()
    for format in ("idx", "npz", "ndjson", "png", "manifest"):
        first = exported(version, format).getvalue()
        DatasetExport.objects.all().delete()
        assert exported(version, format).getvalue() == first


def test_an_export_is_built_once(sent: list[int], django_capture_on_commit_callbacks) -> None:
    version = some_version()
    with django_capture_on_commit_callbacks(execute=True):
        export = request_export(version, "npz")
        assert request_export(version, "npz") == export
    assert sent == [export.pk]
    assert build_export(export.pk) is True
    export.refresh_from_db()
    assert (export.state, export.attempts) == ("ready", 1)
    assert build_export(export.pk) is False


def test_a_deleted_drawing_leaves_the_exports_by_a_new_revision() -> None:
    version = some_version()
    before = export_now(version, "npz")
    Drawing.objects.get(source_key="b").delete()
    assert (version.withdrawn(), version.revision()) == (1, 2)
    services.look_after_exports()
    assert not DatasetExport.objects.filter(pk=before.pk).exists()
    assert not storages["artifacts"].exists(before.path)
    after = export_now(version, "npz")
    assert (after.revision, after.filename) == (2, "digitsite-dataset-1-r2.npz")
    with np.load(storages["artifacts"].open(after.path)) as arrays:
        assert (len(arrays["x_test"]), len(arrays["x_train"])) == (0, 3)


def test_an_outdated_file_that_the_storage_does_not_delete_holds_up_no_other_and_goes_in_the_next_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    version = some_version()
    exports = [export_now(version, format) for format in ("npz", "idx")]
    Drawing.objects.get(source_key="b").delete()
    storage = storages["artifacts"]
    delete = storage.delete

    def fails_once(name: str) -> None:
        monkeypatch.setattr(storage, "delete", delete)
        raise OSError("away")

    monkeypatch.setattr(storage, "delete", fails_once)
    services.look_after_exports()
    [left] = DatasetExport.objects.all()
    assert [storage.exists(export.path) for export in exports] == [export.pk == left.pk for export in exports]
    services.look_after_exports()
    assert not DatasetExport.objects.exists()
    assert not any(storage.exists(export.path) for export in exports)


def test_a_file_that_is_lost_or_out_of_reach_is_said_to_be_and_is_built_anew(client, monkeypatch) -> None:
    version = some_version()
    export = export_now(version, "npz")
    address = f"/api/v1/datasets/{version.number}/export?format=npz"
    assert client.get(address).status_code == 200

    def away(name: str, mode: str = "rb") -> None:
        raise OSError("away")

    with monkeypatch.context() as patched:
        patched.setattr(storages["artifacts"], "open", away)
        assert (client.get(address).status_code, client.get(address).json()["error"]["code"]) == (503, "storage_away")
    storages["artifacts"].delete(export.path)
    lost = client.get(address)
    assert (lost.status_code, lost.json()["error"]["code"]) == (503, "export_lost")
    assert client.get(address).status_code == 202
    assert export_now(version, "npz").sha256 == export.sha256
    assert client.get(address).status_code == 200


def test_a_drawing_that_is_deleted_while_a_file_is_built_is_not_in_the_file(monkeypatch) -> None:
    version = some_version()
    export = request_export(version, "npz")
    write = exporting.FORMATS["npz"].write

    def interrupted(source, file) -> None:
        write(source, file)
        Drawing.objects.filter(source_key="b").delete()

    monkeypatch.setattr(exporting.FORMATS["npz"], "write", interrupted)
    build_export(export.pk)
    assert not DatasetExport.objects.exists()
    assert request_export(version, "npz").revision == 2


def test_what_a_dead_worker_left_is_sent_again_and_given_up_at_last(sent: list[int]) -> None:
    export = request_export(some_version(), "npz")
    DatasetExport.objects.update(state="building", attempts=1)
    services.look_after_exports()
    assert sent == [export.pk]
    DatasetExport.objects.update(attempts=building.MOST_ATTEMPTS)
    assert build_export(export.pk) is False
    export.refresh_from_db()
    assert export.state == "failed" and "attempts" in export.error


def test_a_failure_is_told_and_tried_again_when_asked_later(monkeypatch) -> None:
    def broken(source, file) -> None:
        raise OSError("No space left on device")

    version = some_version()
    monkeypatch.setattr(exporting.FORMATS["npz"], "write", broken)
    build_export(request_export(version, "npz").pk)
    export = request_export(version, "npz")
    assert (export.state, export.error) == ("failed", "OSError: No space left on device")
    DatasetExport.objects.update(changed_at=export.changed_at - exporting.AGAIN_AFTER)
    assert request_export(version, "npz").state == "queued"


def test_the_command_writes_the_file_and_names_its_checksum(tmp_path: Path) -> None:
    some_version()
    output = io.StringIO()
    target = tmp_path / "mine.npz"
    call_command("export_dataset", 1, format="npz", output=target, verbosity=0, stdout=output)
    assert hashlib.sha256(target.read_bytes()).hexdigest() in output.getvalue()
    with pytest.raises(CommandError, match="received 9"):
        call_command("export_dataset", 9, verbosity=0)


def test_progress_is_known_while_a_file_is_built(monkeypatch) -> None:
    export = request_export(some_version(), "npz")
    seen = []
    write = exporting.FORMATS["npz"].write

    def watched(source, file) -> None:
        seen.append(services.progress_of(export))
        write(source, file)
        seen.append(services.progress_of(export))

    monkeypatch.setattr(exporting.FORMATS["npz"], "write", watched)
    build_export(export.pk)
    assert seen == [None, 1.0]


def test_pseudonyms_follow_from_contributor_and_version() -> None:
    version = some_version()
    hands = Contributor.objects.filter(drawings__dataset_items__version=version).distinct()
    names = {line["contributor"] for line in lines_of(exported(version, "ndjson"))}
    assert names == {pseudonym(version, hand.pk) for hand in hands}


@pytest.mark.django_db(transaction=True)
def test_two_workers_build_a_file_once_and_a_dead_one_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    export = request_export(some_version(), "npz")
    write = exporting.FORMATS["npz"].write
    writing, go_on = threading.Event(), threading.Event()
    outcomes: list[bool] = []

    def slow(source, file) -> None:
        writing.set()
        assert go_on.wait(30)
        write(source, file)

    def work() -> None:
        try:
            outcomes.append(build_export(export.pk))
        finally:
            connection.close()

    def die() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [EXPORTING, export.pk])
        connection.close()  # as the database sees it when a process is killed

    dead = threading.Thread(target=die)
    dead.start()
    dead.join()
    wait_until_nobody_holds_an_advisory_lock()
    monkeypatch.setattr(exporting.FORMATS["npz"], "write", slow)
    first = threading.Thread(target=work)
    first.start()
    assert writing.wait(30)
    assert build_export(export.pk) is False
    go_on.set()
    first.join()
    export.refresh_from_db()
    assert (outcomes, export.state, export.attempts) == ([True], "ready", 1)
