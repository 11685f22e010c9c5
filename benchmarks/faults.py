"""`python -m benchmarks.faults [NAME ...]`: break a running site while it trains, and see what becomes of the run.

Each fault is done to a whole site as `make run` starts it, with a part of MNIST (in the folder DIGITSITE_DATA), while
somebody asks for predictions all the time. Every line must say `published once`, and that no prediction failed.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psutil
import psycopg

from benchmarks import report
from digitsite import processes
from tests.e2e.site import Load, Site, running_site, wait_until
from tests.paths import ROOT, shared_data

DRAWINGS = 3000
PATIENCE = 300  # seconds for what takes seconds on an idle machine
LONGEST_SILENCE = 60  # seconds in which a run may say that a dead worker works on it
START = (
    "from training.services import start_run; from training.augmenting.configuration import RunConfig as C; "
    "print(start_run('digits', architecture='small', publish='always', config=C(epochs={epochs}, copies={copies})).pk)"
)
ROW = """
    SELECT state, owner::text, jsonb_array_length(history), coalesce((checkpoint->>'epoch')::int, 0), error,
        (SELECT count(*) FROM training_runline l WHERE l.run_id = r.id AND l.text LIKE '%% begins, attempt %%'),
        (SELECT count(*) FROM training_publishevent e JOIN training_modelversion v ON v.id = e.version_id
         WHERE v.run_id = r.id)
    FROM training_trainingrun r WHERE id = %s
"""


@dataclass(frozen=True)
class Row:
    """A run as it stands in the database."""

    state: str
    owner: str | None
    epochs: int
    checkpoint: int
    error: str
    attempts: int
    publications: int


@dataclass
class Stage:
    """A site with drawings, and the run that is being disturbed."""

    site: Site
    number: int = 0
    notes: list[str] = field(default_factory=list)

    def start(self, *, epochs: int = 8, copies: int = 4) -> None:
        self.number = int(self.site.manage("shell", "-v0", "-c", START.format(epochs=epochs, copies=copies)))

    def row(self) -> Row:
        """Return the run's row; waits for the database when that is what is broken."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with psycopg.connect(self.addresses()["DATABASE_URL"], connect_timeout=2) as connection:
                    return Row(*connection.execute(ROW, [self.number]).fetchone())  # type: ignore[misc]
            except psycopg.Error:
                assert time.monotonic() < deadline, self.site.log
                time.sleep(0.2)

    def until(self, condition: Callable[[Row], bool]) -> float:
        """Wait until the row is so; return the seconds that it took."""
        began = time.monotonic()
        wait_until(lambda: condition(self.row()), PATIENCE, lambda: f"{self.row()}\n{self.site.log}")
        return time.monotonic() - began

    def until_checkpoint(self) -> Row:
        self.until(lambda row: row.state == "fitting" and row.checkpoint > 0)
        return self.row()

    def addresses(self) -> dict[str, str]:
        lines = (self.site.folder / "runtime.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def process(self, *words: str) -> psutil.Process:
        """Return the oldest process of the site whose command has all these words."""
        below = psutil.Process(self.site.process.pid).children(recursive=True)
        found = [process for process in below if all(word in _command(process) for word in words)]
        return min(found, key=lambda process: process.create_time())


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return ""


def training_worker(stage: Stage) -> None:
    """kill -9 of the training worker in the middle of a fit."""
    stage.start()
    before = stage.until_checkpoint()
    stage.process("training@%h").kill()
    seconds = stage.until(lambda row: row.owner != before.owner)
    assert seconds < LONGEST_SILENCE, seconds
    stage.notes.append(f"taken back after {seconds:.0f} s, gone on after epoch {before.checkpoint}")


def augmentation_worker(stage: Stage) -> None:
    """kill -9 of the augmentation worker in the middle of a part."""
    stage.start(copies=40, epochs=1)
    stage.until(lambda row: row.state == "augmenting")
    stage.process("augmentation@%h").kill()
    stage.notes.append(f"augmented after {stage.until(lambda row: row.state in ('augmented', 'fitting')):.0f} s")


def postgres(stage: Stage) -> None:
    """kill -9 of PostgreSQL in the middle of a fit."""
    stage.start()
    stage.until_checkpoint()
    stage.process("postgres", "-D").kill()
    stage.notes.append(f"asked again after {stage.until(lambda row: True):.1f} s")


def redis(stage: Stage) -> None:
    """kill -9 of Valkey (Redis) in the middle of a fit."""
    stage.start()
    stage.until_checkpoint()
    stage.process("valkey-server").kill()


def full_disk(stage: Stage) -> None:
    """A full disk under the parts of the augmentation; when there is room again, the run is repeated."""
    folder = stage.site.folder / "artifacts" / "augmentation"
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        stage.notes.append(f"left out: {mounted.stderr.decode().strip()}")
        return
    try:
        stage.start(epochs=1)
        stage.until(lambda row: row.state == "failed")
        stage.notes.append(f"failed: {stage.row().error}")
        assert "no space left" in stage.row().error
    finally:
        subprocess.run(["umount", folder], check=True)
    stage.start(epochs=1)


def network(stage: Stage) -> None:
    """A training worker on a host that loses its network in the middle of a fit, and gets it back later."""
    own = stage.process("training@%h")
    below = [own, *own.children(recursive=True)]
    for process in below:
        process.suspend()  # so that the far worker gets the run
    with far_worker(stage) as cables:
        stage.start(epochs=20)
        before = stage.until_checkpoint()
        for cable in cables:
            cable.cut()
        for process in below:
            process.resume()
        seconds = stage.until(lambda row: row.owner != before.owner)
        assert seconds < LONGEST_SILENCE, seconds
        stage.notes.append(f"taken back after {seconds:.0f} s, gone on after epoch {before.checkpoint}")
        stage.until(lambda row: row.state == "fitting")
        for cable in cables:
            cable.mend()
        stage.until(lambda row: row.state not in ("augmented", "fitting"))
        time.sleep(5)  # for the far worker to do what it must not


FAULTS: dict[str, Callable[[Stage], None]] = {
    "training-worker": training_worker,
    "augmentation-worker": augmentation_worker,
    "postgres": postgres,
    "redis": redis,
    "full-disk": full_disk,
    "network": network,
}


class Cable:
    """A connection to a server that can be cut: a port of this machine, behind which the server is."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.is_cut = False
        self.sockets: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.is_cut = True
        for end in self.sockets:
            end.close()
        self.sockets.clear()

    def mend(self) -> None:
        self.is_cut = False

    def _accept(self) -> None:
        while True:
            near, _ = self.listener.accept()
            if self.is_cut:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self.sockets += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(source, target), daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while content := source.recv(65536):
                target.sendall(content)
        except OSError:
            pass
        finally:
            for end in (source, target):
                end.close()


@contextmanager
def far_worker(stage: Stage) -> Iterator[list[Cable]]:
    """Run a training worker that reaches the database and the broker through cables."""
    environment, cables = dict(stage.site.environment), []
    for name, address in stage.addresses().items():
        environment[name] = address
        parts = urlsplit(address)
        if parts.port:
            cable = Cable(parts.hostname or "", parts.port)
            environment[name] = address.replace(f":{parts.port}/", f":{cable.port}/")
            cables.append(cable)
    command = [sys.executable, "-m", "celery", "-A", "digitsite", "worker", "-Q", "training", "-n", "far@%h"]
    with (stage.site.folder / "logs" / "far-worker.log").open("ab") as log:
        worker = processes.start(
            [*command, "--pool", "prefork", "--concurrency", "1"], env=environment, cwd=ROOT, output=log.fileno()
        )
    try:
        yield cables
    finally:
        processes.stop(worker, (signal.SIGQUIT, 5))


def outcome(stage: Stage, load: Load) -> str:
    """Wait for the run's end and say what came of it. Raises where it is not what must be."""
    stage.until(lambda row: row.state in ("succeeded", "failed", "cancelled"))
    row = stage.row()
    assert (row.state, row.publications) == ("succeeded", 1), row
    assert load.failures == [], load.failures[:3]
    attempts = f"{row.attempts} attempt{'s' if row.attempts > 1 else ''}"
    return f"published once, {attempts}; {load.answers} predictions, none failed"


def main(names: list[str]) -> None:
    if unknown := sorted(set(names) - set(FAULTS)):
        raise SystemExit(f"faults: expected names out of {', '.join(FAULTS)}; received {', '.join(unknown)}")
    print(f"On {report.machine()}\n", flush=True)
    broken: list[str] = []
    with running_site(WEB_PROCESSES="1") as site:
        site.manage("import_drawings", "mnist", str(shared_data("mnist")), "--limit", str(DRAWINGS))
        for name in names or FAULTS:
            began, stage = time.monotonic(), Stage(site)
            with Load(site) as load:
                try:
                    FAULTS[name](stage)
                    if stage.number:
                        stage.notes.append(outcome(stage, load))
                except (AssertionError, psutil.Error) as error:
                    broken.append(name)
                    stage.notes.append(f"NOT AS IT MUST BE: {error}")
            print(f"{name}: {'; '.join(stage.notes)} ({time.monotonic() - began:.0f} s)", flush=True)
    if broken:
        raise SystemExit(f"faults: {', '.join(broken)}")


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main(sys.argv[1:])
