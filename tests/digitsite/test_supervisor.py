"""`make run`, as somebody at a terminal sees it: two starts of the whole site on one folder of data."""

import contextlib
import os
import re
import secrets
import signal
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from digitsite import commands, datafolder, processes
from tests.paths import ROOT

READY = r"(?s)Digitsite is running at .*\n  Logs: "  # the last that it says
PATIENCE_SECONDS = 180  # this machine may be busy; what a start takes is printed and measured elsewhere


class Run:
    """One `python -m digitsite.supervisor`."""

    def __init__(self, data: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.environment = environment(data, port)
        self._log = data.parent / f"console-{secrets.token_hex(4)}"
        with self._log.open("wb") as output:
            self.process = processes.start(
                [sys.executable, "-m", "digitsite.supervisor"],
                env=self.environment,
                cwd=ROOT,
                output=output.fileno(),
            )

    @property
    def console(self) -> str:
        return self._log.read_text()

    @property
    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def wait_for(self, pattern: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not re.search(pattern, self.console):
            assert self.process.poll() is None, self.console
            assert time.monotonic() < deadline, self.console
            time.sleep(0.05)

    def child(self, name: str) -> psutil.Process:
        """Return the direct child whose command line holds `name`."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if name in " ".join(child.cmdline()))

    def status(self, path: str) -> int:
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            return answer.status


SETTINGS = {"GATE_MIN_ITEMS": "499"}


def environment(data: Path, port: int) -> dict[str, str]:
    """Nothing of the servers that the tests use: this one brings its own."""
    ours = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"}
    mine = {"DATA_DIR": str(data), "PORT": str(port), "WEB_PROCESSES": "1", **SETTINGS}
    return {name: value for name, value in os.environ.items() if name not in ours} | mine


@pytest.fixture(scope="module")
def data(open_folder: Path) -> Path:
    return open_folder / "data"


@pytest.fixture(scope="module")
def first(data: Path) -> Iterator[Run]:
    run = Run(data, processes.free_port())
    run.wait_for(READY)
    yield run
    processes.stop(run.process, (signal.SIGTERM, 15))


def refused(data: Path, port: int) -> str:
    """Return what a supervisor says that does not start."""
    done = subprocess.run(
        [sys.executable, "-m", "digitsite.supervisor"],
        env=environment(data, port),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    return done.stderr


def test_all_processes_run_and_the_page_answers(first: Run) -> None:
    for name in ("postgres", "valkey", "granian", "default@", "augmentation@", "training@", "beat"):
        assert first.child(name).is_running()
    assert first.status("/healthz") == 200


def test_it_says_how_to_get_a_login(first: Run) -> None:
    data = first.environment["DATA_DIR"]
    assert f"DATA_DIR={data} {sys.executable} manage.py createsuperuser" in first.console


def test_secrets_are_for_the_owner_only(first: Run, data: Path) -> None:
    for name in (datafolder.SECRETS, datafolder.RUNTIME, "valkey/valkey.conf"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600
    kept = datafolder.load_secrets(data)
    for process in first.family:
        with contextlib.suppress(psutil.NoSuchProcess):  # some of PostgreSQL's come and go
            line = " ".join(process.cmdline())
            assert not any(secret in line for secret in kept.values())


def test_nothing_listens_beyond_this_machine(first: Run) -> None:
    listening = set()
    for process in first.family:
        with contextlib.suppress(psutil.NoSuchProcess):
            connections = process.net_connections()
            listening |= {each.laddr.ip for each in connections if each.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def test_manage_in_a_second_terminal_finds_the_servers_and_has_the_same_settings(first: Run) -> None:
    question = "from django.conf import settings; from datasets.models import Drawing;"
    answer = "print(settings.GATE_MIN_ITEMS, Drawing.objects.exists())"
    plain = {name: value for name, value in first.environment.items() if name not in SETTINGS}
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", question + answer],
        env=plain,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "499 False\n", done.stderr


def test_a_second_start_on_the_same_data_is_refused(first: Run, data: Path) -> None:
    message = refused(data, processes.free_port())
    assert f"already running on the data in {data} (process {first.process.pid}, {first.address})" in message


def test_a_taken_port_is_named_with_a_way_out(first: Run, tmp_path: Path) -> None:
    port = commands.port(first.environment)
    message = refused(tmp_path / "other", port)
    assert f"Port {port} on 127.0.0.1 cannot be used: Address already in use" in message
    assert f"make run PORT={port + 1}" in message


def test_a_killed_child_is_started_again(first: Run) -> None:
    for name in ("valkey", "granian"):
        first.child(name).kill()
        first.wait_for(r"was ended by SIGKILL; starting again in 0\.5 s")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            assert first.child("valkey").is_running()
            assert first.status("/healthz") == 200
            break
        except (StopIteration, OSError, psutil.Error):
            time.sleep(0.1)
    else:
        pytest.fail(first.console)


def test_a_killed_supervisor_leaves_no_process_and_the_next_start_finds_the_data(first: Run, data: Path) -> None:
    family = first.family
    assert len(family) > 10  # with PostgreSQL's, the web workers and both pools
    secret_key = datafolder.load_secrets(data)["SECRET_KEY"]
    first.process.kill()
    first.process.wait()
    assert psutil.wait_procs(family, timeout=5)[1] == []

    second = Run(data, processes.free_port())
    second.wait_for(READY)
    assert "No migrations to apply" in (data / "logs" / "prepare.log").read_text()
    assert datafolder.load_secrets(data)["SECRET_KEY"] == secret_key
    ctrl_c_stops_everything(second, data)


def ctrl_c_stops_everything(run: Run, data: Path) -> None:
    family = run.family
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(30) == 0
    assert psutil.wait_procs(family, timeout=5)[1] == []
    assert not (data / datafolder.RUNTIME).exists()
