"""Files in the storage `artifacts`: written once under a path of their own, read only with their SHA-256.

A process that dies while it writes leaves a file that no row names; a file that was damaged later does not
match its row. Either way nobody loads half a network.
"""

import contextlib
import hashlib
import io

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from training.errors import UnreadableArtifact


def write(path: str, content: bytes) -> tuple[str, str]:
    """Store the content and return the path it got (another one, if this was taken) and its SHA-256."""
    name = storages["artifacts"].save(path, ContentFile(content))
    return name, hashlib.sha256(content).hexdigest()


def read(path: str, sha256: str) -> bytes:
    """Return a file's content; raises `UnreadableArtifact` when it is missing or not what was written."""
    try:
        with storages["artifacts"].open(path) as file:
            content: bytes = file.read()
    except OSError as error:
        raise UnreadableArtifact(f"expected the file {path}; received {error.strerror or error}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise UnreadableArtifact(f"expected {path} with SHA-256 {sha256[:12]}...; received {found[:12]}...")
    return content


def open_bytes(path: str, sha256: str) -> io.BytesIO:
    """Return a file's checked content as a stream, for `numpy.load`."""
    return io.BytesIO(read(path, sha256))


def delete(path: str) -> None:
    """Remove a file that is needed no more; a missing one is fine."""
    storages["artifacts"].delete(path)


def delete_folder(path: str) -> None:
    """Remove all files in a folder, also those that no row names, and the folder; a missing one is fine."""
    storage = storages["artifacts"]
    try:
        _, names = storage.listdir(path)
    except FileNotFoundError:
        return
    for name in names:
        storage.delete(f"{path}/{name}")
    with contextlib.suppress(OSError):  # somebody is writing into it at this moment, or this storage has no folders
        storage.delete(path)
