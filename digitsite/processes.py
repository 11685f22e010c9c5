"""Child processes that never outlive their parent, not even one that dies of SIGKILL."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1  # linux/prctl.h
ON_LINUX = sys.platform == "linux"
POLL_SECONDS = 1.0


def die_with_parent(death_signal: signal.Signals = signal.SIGKILL) -> None:
    """Have this process end when its parent does; for grandchildren of the supervisor to call on themselves.

    Linux has the kernel send `death_signal`, even to a process that is busy in native code. Elsewhere a
    thread looks for a new parent once a second.
    """
    parent = os.getppid()
    if ON_LINUX:
        _ask_for_death_signal(death_signal, parent)
    else:
        threading.Thread(target=_exit_when_orphaned, args=(parent,), daemon=True).start()


def start(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    output: int | IO[bytes] | None = None,
    user: tuple[int, int] | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session, so that a Ctrl-C in the terminal reaches the supervisor alone.

    Call it from a thread that lives as long as the child should: Linux ends the child with the *thread* that
    started it. `user` is a pair (uid, gid) to run as. Output and errors go to `output` (a file, or PIPE).
    """
    parent = os.getpid()

    def prepare() -> None:
        if ON_LINUX:
            _ask_for_death_signal(death_signal, parent)

    uid, gid = user or (None, None)
    return subprocess.Popen(
        [str(part) for part in command],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        user=uid,
        group=gid,
        extra_groups=[] if user else None,
        # Runs after the change of user, which would clear the death signal.
        preexec_fn=prepare,
    )


def stop(child: subprocess.Popen[bytes], *signals: tuple[signal.Signals, float]) -> int:
    """Send each signal in turn, waiting its number of seconds, then SIGKILL. Return the exit status."""
    for number, patience in signals:
        if child.poll() is not None:
            break
        child.send_signal(number)
        try:
            return child.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    if child.poll() is None:
        child.kill()
    return child.wait()


_libc = ctypes.CDLL(None, use_errno=True) if ON_LINUX else None


def _ask_for_death_signal(death_signal: signal.Signals, parent: int) -> None:
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:  # it went before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def _exit_when_orphaned(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
