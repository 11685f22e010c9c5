"""A PostgreSQL and a Valkey of its own for each test run.

They listen on free loopback ports, keep their files in a folder of their own, and end with the run, also when
it is killed. DATABASE_URL and REDIS_URL, when set, win.
"""

import atexit
import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from digitsite import embedded, processes

PREFIX = "digitsite-tests-"
STALE_AFTER_SECONDS = 60
# A database that need not survive the machine is several times faster.
UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB")

Server = TypeVar("Server", embedded.Postgres, embedded.Valkey)

_children: list[subprocess.Popen[bytes]] = []
_folders: list[Path] = []


def start() -> None:
    """Start what is missing and name it in the environment."""
    atexit.register(stop)  # for a run that fails before it has begun; harmless after `stop`
    folder = _own_folder()
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(40))
    os.environ["DATA_DIR"] = str(folder / "data")
    if not os.environ.get("DATABASE_URL"):
        database = _started(
            lambda port: embedded.postgres(folder, port, _password(), UNSAFE_BUT_FAST), folder
        )
        _folders.append(database.folder)
        os.environ["DATABASE_URL"] = database.url
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = _started(
            lambda port: embedded.valkey(folder, port, _password()), folder
        ).url


def stop() -> None:
    """Stop what `start` started and remove its files."""
    while _children:
        processes.stop(_children.pop(), (signal.SIGQUIT, 2))
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)


def _started(make: Callable[[int], Server], folder: Path) -> Server:
    """Start a server on a free port; another run may take that port first, so try again with the next."""
    for _ in range(5):
        server = make(embedded.free_port())
        server.initialize()
        with (folder / "servers.log").open("ab") as log:
            child = server.start(log)
        if embedded.wait_until_ready(server, child):
            _children.append(child)
            return server
        processes.stop(child, (signal.SIGQUIT, 2))
        shutil.rmtree(server.folder)
    raise pytest.UsageError(f"A server for the tests did not start:\n{(folder / 'servers.log').read_text()}")


def _own_folder() -> Path:
    """Return a new folder that the unprivileged database user may enter; sweep those of killed runs."""
    for other in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        _remove_if_abandoned(other)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o711)
    _folders.append(folder)
    # Held until this process ends, however it ends; children do not inherit it.
    fcntl.flock(os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600), fcntl.LOCK_EX)
    return folder


def _remove_if_abandoned(folder: Path) -> None:
    try:
        if time.time() - folder.stat().st_mtime < STALE_AFTER_SECONDS:
            return
        descriptor = os.open(folder / "lock", os.O_RDWR)
    except OSError:  # somebody else's, or just gone
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        pass
    finally:
        os.close(descriptor)


def _password() -> str:
    return secrets.token_hex(16)
