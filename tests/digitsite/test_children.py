"""What becomes of a child that dies, and of children whose parent dies."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from digitsite import children, processes
from digitsite.children import Child, GaveUp
from tests.paths import ROOT


@pytest.fixture
def make_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Child]:
    """Return a factory of children that run a shell script."""
    monkeypatch.setattr(children, "FIRST_DELAY_SECONDS", 0.02)

    def make(script: str, **fields: bool) -> Child:
        def launch(output: int) -> subprocess.Popen[bytes]:
            return processes.start(["/bin/sh", "-c", script], env={}, cwd=tmp_path, output=output)

        return Child("worker", launch, tmp_path / "worker.log", **fields)

    return make


def watch_until(child: Child, condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        child.watch()
        time.sleep(0.005)


def test_a_child_that_dies_is_started_again_later_each_time(
    make_child: Callable[..., Child], capsys: pytest.CaptureFixture[str]
) -> None:
    child = make_child("echo no database; exit 3")
    child.start()
    watch_until(child, lambda: child.failures == 3)
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        f"[worker] ended with status 3; starting again in {delay} s. Its last line: no database"
        for delay in (0.02, 0.04, 0.08)
    ]


def test_a_child_that_the_site_can_do_without_is_tried_for_ever(
    make_child: Callable[..., Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "LONGEST_DELAY_SECONDS", 0.02)
    child = make_child("exit 3")
    child.start()
    watch_until(child, lambda: child.failures == children.MAX_FAILURES + 2)


def test_a_child_that_the_site_needs_is_given_up_after_repeated_failure(
    make_child: Callable[..., Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "LONGEST_DELAY_SECONDS", 0.02)
    child = make_child("echo no space left; exit 3", essential=True)
    child.start()
    with pytest.raises(GaveUp, match=r"worker ended with status 3, for the 6th time(?s:.*)no space left"):
        watch_until(child, lambda: False)
    assert not child.alive


def test_a_long_healthy_life_is_no_repeated_failure(
    make_child: Callable[..., Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "HEALTHY_AFTER_SECONDS", 0.0)
    child = make_child("exit 3", essential=True)
    child.start()
    deaths = 0
    while deaths <= children.MAX_FAILURES:
        was_alive = child.process is not None
        child.watch()
        deaths += was_alive and child.process is None
        assert child.failures <= 1


def test_errors_in_the_log_reach_the_console(
    make_child: Callable[..., Child], capsys: pytest.CaptureFixture[str]
) -> None:
    child = make_child("echo INFO all is well; echo ERROR the disk is full; sleep 60", follow=True)
    child.start()
    watch_until(child, lambda: child.log.read_text().count("\n") == 2)
    child.watch()
    children.stop([child], (signal.SIGTERM, 2))
    assert capsys.readouterr().out == "[worker] ERROR the disk is full\n"


def test_a_long_log_is_put_aside_while_the_child_writes_on(
    make_child: Callable[..., Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "MAX_LOG_BYTES", 1000)
    until_empty = "while [ -s worker.log ]; do sleep 0.01; done"
    child = make_child(f"head -c 2000 /dev/zero; {until_empty}; echo later; sleep 60", follow=True)
    child.start()
    watch_until(child, lambda: child.log.read_text() == "later\n")
    children.stop([child], (signal.SIGTERM, 2))
    assert child.log.with_suffix(".log.1").stat().st_size == 2000


def test_a_child_that_ignores_the_polite_signals_is_killed_with_its_own_children(
    make_child: Callable[..., Child],
) -> None:
    child = make_child("trap '' TERM QUIT; sleep 61 & echo started; wait; sleep 62")
    child.start()
    watch_until(child, lambda: child.log.exists() and "started" in child.log.read_text())
    assert child.process is not None
    family = [psutil.Process(child.process.pid), *psutil.Process(child.process.pid).children()]
    assert len(family) == 2
    children.stop([child], (signal.SIGTERM, 0.1), (signal.SIGQUIT, 0.1))
    assert psutil.wait_procs(family, timeout=2)[1] == []


def test_a_grandchild_busy_in_native_code_dies_with_its_killed_parent(tmp_path: Path) -> None:
    """The parent starts a process that says so and then holds the interpreter's lock for ever."""
    grandchild = (
        "import ctypes, signal; from digitsite import processes; processes.die_with_parent()\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32)); print('busy', flush=True)\n"
        "ctypes.PyDLL(None).sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess, sys; subprocess.call([sys.executable, '-c', {grandchild!r}])"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "busy\n"
    family = psutil.Process(parent.pid).children(recursive=True)
    assert len(family) == 1
    parent.kill()
    parent.wait()
    assert psutil.wait_procs(family, timeout=3)[1] == []


def test_a_process_whose_parent_is_gone_already_ends_at_once() -> None:
    script = "import os; from digitsite import processes; processes.die_with_parent(os.getpid()); print('alive')"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "")
