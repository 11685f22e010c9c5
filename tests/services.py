"""A PostgreSQL and a Valkey of its own for each test run.

They listen on free loopback ports, keep their files in a folder of their own, and end with the run, also when
it is killed. Each of the processes that a run is shared among has its own. DATABASE_URL and REDIS_URL, when set, win;
then the processes of a shared run would get in each other's way.

`python -m tests.services COMMAND...` runs a command among them.
"""

import atexit
import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from digitsite import processes
from digitsite.embedded import postgres, valkey

PREFIX = "digitsite-tests-"
STALE_AFTER_SECONDS = 60
START_SECONDS = 30
Server = TypeVar("Server", postgres.Postgres, valkey.Valkey)

_children: list[subprocess.Popen[bytes]] = []
_folders: list[Path] = []
_named: list[str] = []  # in the environment


def start(*, durable: bool = False) -> None:
    """Start what is missing and name it in the environment; with `durable`, what is committed survives a power cut."""
    atexit.register(stop)  # for a run that fails before it has begun; harmless after `stop`
    folder = _own_folder()
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(40))
    os.environ["DATA_DIR"] = str(folder / "data")
    (folder / "data" / "static").mkdir(parents=True)  # WhiteNoise warns where there is none
    if not os.environ.get("DATABASE_URL"):
        database = _started(
            lambda port: postgres.in_folder(folder / "postgres", port, _password(), durable=durable), folder
        )
        _folders.append(database.folder)
        os.environ["DATABASE_URL"] = database.url
        _named.append("DATABASE_URL")
    if not os.environ.get("REDIS_URL"):
        broker = _started(lambda port: valkey.in_folder(folder / "valkey", port, _password()), folder)
        os.environ["REDIS_URL"] = broker.url
        _named.append("REDIS_URL")


def stop() -> None:
    """Stop what `start` started, remove its files, and name it no longer."""
    while _children:
        processes.stop(_children.pop(), (signal.SIGQUIT, 2))
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)
    while _named:
        os.environ.pop(_named.pop(), None)


def _started(make: Callable[[int], Server], folder: Path) -> Server:
    """Start a server on a free port; another run may take that port first, so try again with the next."""
    log = folder / "servers.log"
    for _ in range(5):
        server = make(processes.free_port())
        server.initialize()
        with log.open("ab") as output:
            child = server.start(output.fileno())
        if _answers(server, child):
            _children.append(child)
            return server
        processes.stop(child, (signal.SIGQUIT, 2))
        shutil.rmtree(server.folder)
    raise pytest.UsageError(f"A server for the tests did not start:\n{log.read_text()}")


def _answers(server: processes.Server, child: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        if server.ready():
            return True
        time.sleep(0.02)
    return False


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


if __name__ == "__main__":
    start()
    sys.exit(subprocess.call(sys.argv[1:]))
