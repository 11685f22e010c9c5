"""Child processes that never outlive their parent, not even one that dies of SIGKILL."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

PR_SET_PDEATHSIG = 1  # linux/prctl.h
POLL_SECONDS = 1.0

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Server(Protocol):
    """What we start and wait for."""

    def start(self, output: int) -> subprocess.Popen[bytes]: ...
    def ready(self) -> bool: ...


def die_with_parent(parent: int | None = None) -> None:
    """Have this process end when its parent does; for grandchildren of the supervisor to call on themselves.

    `parent` is the process that started this one, for a caller that knows it: it may be gone already. Linux has
    the kernel send SIGKILL, which ends even a process that is busy in native code. Elsewhere a thread looks.
    """
    parent = parent or os.getppid()
    if _libc is not None:
        _ask_for_death_signal(signal.SIGKILL, parent)
    else:
        threading.Thread(target=_exit_when_orphaned, args=(parent,), daemon=True).start()


def start(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: int,
    user: tuple[int, int] | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session, so that a Ctrl-C in the terminal reaches the supervisor alone.

    `output` is a file descriptor for all that it prints, `user` a pair (uid, gid) to run as. Call this from the
    main thread, and before there are others: Linux sends the death signal when the *thread* that started the
    child ends, and what runs between fork and exec takes no lock that another thread may hold.
    """
    parent = os.getpid()

    def prepare() -> None:
        _ask_for_death_signal(death_signal, parent)

    uid, gid = user or (None, None)
    return subprocess.Popen(
        [str(part) for part in command],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        user=uid,
        group=gid,
        extra_groups=[] if user else None,
        preexec_fn=prepare,  # runs after the change of user, which would clear the death signal
    )


def stop(child: subprocess.Popen[bytes], *signals: tuple[signal.Signals, float]) -> None:
    """Send each signal and wait its number of seconds, then kill the child and whatever it has started."""
    for number, patience in signals:
        if child.poll() is None:
            child.send_signal(number)
        try:
            child.wait(patience)
            break
        except subprocess.TimeoutExpired:
            continue
    kill_session(child)
    child.wait()


def kill_session(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a child and of the processes that it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says "not permitted" of zombies
        os.killpg(child.pid, signal.SIGKILL)


def bare_environment() -> dict[str, str]:
    """Nothing of the caller's: PGDATA, LC_ALL and the like would change what the servers do."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ask_for_death_signal(death_signal: signal.Signals, parent: int) -> None:
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:  # it went before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def _exit_when_orphaned(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
