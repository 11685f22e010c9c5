"""Artifacts in an S3-compatible storage, for workers and web processes on several hosts.

Behaves as a folder does: what goes wrong is an `OSError`, and addresses are those of this site, which serves what
visitors may have and nothing else. Imported only where ARTIFACTS_S3_BUCKET is set.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3File, S3Storage

BASE_URL = "/artifacts/"
MOST_IN_MEMORY = 8 * 2**20  # bytes of a file that is read; what is larger goes by way of the disk


class ArtifactStorage(S3Storage):
    """Files are written once; a name that is taken gives another one, as with folders."""

    def get_default_settings(self) -> dict[str, Any]:
        ours = {"file_overwrite": False, "default_acl": None, "max_memory_size": MOST_IN_MEMORY}
        return {**super().get_default_settings(), **ours}

    def _open(self, name: str, mode: str = "rb") -> S3File:
        with _as_os_error(name):
            file = super()._open(name, mode)
            if "r" in mode:
                file.file.seek(0)  # fetches it now, so that a failure is ours to name
            return file

    def _save(self, name: str, content: File) -> str:
        with _as_os_error(name):
            saved: str = super()._save(name, content)
            return saved

    def delete(self, name: str) -> None:
        with _as_os_error(name):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _as_os_error(name):
            return bool(super().exists(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _as_os_error(name):
            folders, files = super().listdir(name)
            return folders, files

    def url(self, name: str, *args: Any, **options: Any) -> str:
        return BASE_URL + quote(name)


@contextmanager
def _as_os_error(name: str) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OSError(f"the storage of artifacts failed at {name}: {error}") from error
