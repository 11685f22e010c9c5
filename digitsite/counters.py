"""Where the processes of one web server count together, so that any of them can answer `/metrics` for all."""

import os
import shutil
import socket
from pathlib import Path

FOLDER = "metrics"


def join(data: Path, server: int) -> Path:
    """Return the folder for the processes that the process `server` has started, made if need be.

    It is one below the host's name, because containers on one volume have the same process numbers. What servers have
    left that have ended goes. The counts of a process that was replaced stay, or the sums would fall; what it said
    about its own state goes, which is in the files that prometheus_client names `gauge_live..._PID.db`.
    """
    host = data / FOLDER / socket.gethostname()
    own = host / str(server)
    own.mkdir(parents=True, exist_ok=True)
    for other in host.iterdir():
        if not alive(int(other.name)):
            shutil.rmtree(other, ignore_errors=True)  # another process may be at it
    for file in own.glob("gauge_live*_*.db"):
        if not alive(int(file.stem.rsplit("_", 1)[1])):
            file.unlink(missing_ok=True)
    return own


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)  # only asks
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True
