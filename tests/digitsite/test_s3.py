"""Artifacts in an S3-compatible storage: the same as in a folder, with the same errors."""

import hashlib
from collections.abc import Iterator

import pytest
from django.core.files.storage import storages
from django.test import Client

from datasets.services import export_now, freeze_version
from digitsite.s3 import MOST_IN_MEMORY
from tests.datasets.factories import make_approved
from tests.s3 import Bucket, running_storage
from training.errors import UnreadableArtifact
from training.versions import artifacts


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with running_storage() as bucket:
        yield bucket


@pytest.fixture
def in_s3(bucket: Bucket, settings) -> Bucket:
    settings.STORAGES = {**settings.STORAGES, "artifacts": bucket.setting()}
    return bucket


def test_files_are_written_once_and_read_with_their_checksum(in_s3: Bucket) -> None:
    first, sha256 = artifacts.write("models/a.bin", b"one")
    second, _ = artifacts.write("models/a.bin", b"two")
    assert (first, second != first) == ("models/a.bin", True)
    assert artifacts.read(first, sha256) == b"one"
    assert artifacts.open_bytes(second, artifacts.write("models/b.bin", b"two")[1]).read() == b"two"
    with pytest.raises(UnreadableArtifact, match=r"expected models/a\.bin with SHA-256 000000000000\.\.\."):
        artifacts.read(first, "0" * 64)


def test_a_folder_is_removed_with_all_that_is_in_it(in_s3: Bucket) -> None:
    artifacts.write("augmentation/run-1/a.npz", b"a")
    artifacts.write("augmentation/run-1/b.npz", b"b")
    artifacts.write("augmentation/run-10/c.npz", b"c")
    artifacts.delete_folder("augmentation/run-1")
    artifacts.delete_folder("augmentation/run-2")
    assert [name for name in in_s3.names() if name.startswith("augm")] == ["augmentation/run-10/c.npz"]


def test_a_missing_file_and_a_storage_that_is_away_are_unreadable_artifacts(in_s3: Bucket, settings) -> None:
    with pytest.raises(UnreadableArtifact, match=r"none\.bin"):
        artifacts.read("none.bin", "0" * 64)
    settings.STORAGES = {**settings.STORAGES, "artifacts": Bucket("http://127.0.0.1:1").setting()}
    with pytest.raises(UnreadableArtifact, match=r"the storage of artifacts failed at none\.bin"):
        artifacts.read("none.bin", "0" * 64)


def test_visitors_get_files_from_the_site_and_not_from_the_storage(in_s3: Bucket) -> None:
    assert storages["artifacts"].url("models/a b.tflite") == "/artifacts/models/a%20b.tflite"


@pytest.mark.django_db
def test_a_dataset_is_downloaded_whole_and_in_parts(in_s3: Bucket, client: Client) -> None:
    make_approved()
    export = export_now(freeze_version(), "npz")
    assert export.path in in_s3.names()
    address = "/api/v1/datasets/1/export?format=npz"
    whole = client.get(address)
    content = b"".join(whole.streaming_content)
    assert (whole.status_code, hashlib.sha256(content).hexdigest()) == (200, export.sha256)
    part = client.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, content[10:20])


def test_a_large_file_is_read_by_way_of_the_disk_and_not_of_the_memory(in_s3: Bucket) -> None:
    path, _ = artifacts.write("exports/large.zip", bytes(MOST_IN_MEMORY + 1))
    small, _ = artifacts.write("exports/small.zip", bytes(MOST_IN_MEMORY))
    with storages["artifacts"].open(path) as file, storages["artifacts"].open(small) as other:
        assert (file.file._rolled, other.file._rolled) == (True, False)
