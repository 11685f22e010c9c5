"""Everything that the site consists of, as children of one process: what `make run` starts.

PostgreSQL and Valkey (unless DATABASE_URL and REDIS_URL name others), the web server, three Celery workers
and beat. A child that dies is started again; when this process ends, in whatever way, so do they all.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from typing import NoReturn

import psycopg

from digitsite import children, commands, datafolder, processes, readiness
from digitsite.children import Child, say
from digitsite.embedded import postgres, valkey, wheels

BASE_DIR = Path(__file__).resolve().parent.parent
SERVERS_START_SECONDS = 120  # a PostgreSQL that was killed replays its log first
WEB_ANSWERS_SECONDS = 60
READY_SECONDS = 10  # from the first answer on; loading and warming a pair takes about one
TICK_SECONDS = 0.1
# Ctrl-C is done within 10 s in the worst case. A worker asked by SIGTERM finishes its task, by SIGQUIT it
# gives it back after CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT.
STOP_SITE: tuple[children.Step, ...] = ((signal.SIGTERM, 1.5), (signal.SIGQUIT, 4.0))
STOP_VALKEY: tuple[children.Step, ...] = ((signal.SIGTERM, 1.0),)
STOP_POSTGRES: tuple[children.Step, ...] = ((signal.SIGINT, 1.5), (signal.SIGQUIT, 0.5))


class CannotStart(Exception):
    """Something that the person at the keyboard can put right; the message says how."""


class Stopping(Exception):
    """Somebody asked us to stop."""


@dataclass(frozen=True)
class Options:
    """What the environment of `make run` says."""

    data_dir: Path
    bind: str
    port: int

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Options":
        data_dir = Path(environment.get("DATA_DIR") or BASE_DIR / "var").absolute()
        return cls(data_dir, commands.bind(environment), commands.port(environment))

    @property
    def address(self) -> str:
        host = readiness.reachable_host(self.bind)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


class Supervisor:
    """Starts the children in order, watches them, stops them in reverse."""

    def __init__(self, options: Options, environment: Mapping[str, str]) -> None:
        self.options = options
        self.environment = {**environment, "DATA_DIR": str(options.data_dir), "PYTHONUNBUFFERED": "1"}
        self.servers: list[tuple[Child, tuple[children.Step, ...]]] = []
        self.site: list[Child] = []
        self.stopping = False

    def run(self) -> NoReturn:
        """Start everything and watch it. Raises Stopping when asked to stop, and what went wrong."""
        began = time.monotonic()
        self._start_servers()
        self._prepare()
        self._start_site_process("web")
        ready = self._wait_for_web()
        for name in commands.PROCESSES:
            if name != "web":
                self._start_site_process(name)
        self._announce(ready, time.monotonic() - began)
        while True:
            self._pause(TICK_SECONDS)

    def stop(self) -> None:
        children.stop(self.site[::-1], *STOP_SITE)
        for child, steps in reversed(self.servers):
            children.stop([child], *steps)
        datafolder.forget_runtime(self.options.data_dir)

    def request_stop(self, number: int, frame: FrameType | None) -> None:
        if not self.stopping:
            print("\nStopping ...", flush=True)
        self.stopping = True

    def _start_servers(self) -> None:
        folder = self.options.data_dir
        kept = datafolder.load_secrets(folder)
        if not self.environment.get("DATABASE_URL"):
            database = postgres.in_folder(folder / "postgres", processes.free_port(), kept["DATABASE_PASSWORD"])
            if not database.folder.is_relative_to(folder):
                say("postgresql", f"runs as nobody, who cannot enter {folder}; its files are in {database.folder}")
            database.initialize()
            self._start_server("postgresql", database, STOP_POSTGRES)
            self.environment["DATABASE_URL"] = database.url
        if not self.environment.get("REDIS_URL"):
            broker = valkey.in_folder(folder / "valkey", processes.free_port(), kept["REDIS_PASSWORD"])
            broker.initialize()
            self._start_server("valkey", broker, STOP_VALKEY)
            self.environment["REDIS_URL"] = broker.url
        if not self.environment.get("SECRET_KEY"):
            self.environment["SECRET_KEY"] = kept["SECRET_KEY"]
        ours = datafolder.read_variables(BASE_DIR / ".env.example").keys() & self.environment.keys()
        datafolder.write_runtime(folder, {name: self.environment[name] for name in sorted(ours)})

    def _start_server(self, name: str, server: processes.Server, steps: tuple[children.Step, ...]) -> None:
        child = Child(name, server.start, self._log(name), essential=True)
        self.servers.append((child, steps))
        child.start()
        deadline = time.monotonic() + SERVERS_START_SECONDS
        while not (child.alive and server.ready()):
            if time.monotonic() > deadline:
                raise CannotStart(f"{name} did not get ready; see {child.log}:\n{child.last_lines(15)}")
            self._pause(0.02)

    def _prepare(self) -> None:
        """Migrate, load the starter versions, collect the static files."""
        log = self._log("prepare")
        with log.open("wb") as output:
            child = processes.start(
                [sys.executable, "manage.py", "prepare"],
                env=self.environment,
                cwd=BASE_DIR,
                output=output.fileno(),
            )
            try:
                while child.poll() is None:
                    self._pause(0.05)
            finally:
                processes.stop(child)
        if child.returncode:
            last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise CannotStart(f"The database could not be prepared; see {log}:\n{last}")

    def _start_site_process(self, name: str) -> None:
        command = commands.PROCESSES[name](self.environment)

        def launch(output: int) -> subprocess.Popen[bytes]:
            return processes.start(command, env=self.environment, cwd=BASE_DIR, output=output)

        child = Child(name, launch, self._log(name), essential=name == "web", follow=True)
        self.site.append(child)
        child.start()

    def _wait_for_web(self) -> bool:
        """Return True once the page can read digits, False when it answers but cannot."""
        deadline = time.monotonic() + WEB_ANSWERS_SECONDS
        answered = False
        while time.monotonic() < deadline:
            status = readiness.status_of("/readyz", self.environment)
            if status == HTTPStatus.OK:
                return True
            if status is not None and not answered:
                answered, deadline = True, time.monotonic() + READY_SECONDS
            self._pause(0.5 if answered else 0.05)
        if not answered:
            log = self._log("web")
            raise CannotStart(f"The web server does not answer at {self.options.address}; see {log}")
        return False

    def _announce(self, ready: bool, seconds: float) -> None:
        address, manage = self.options.address, f"{sys.executable} manage.py"
        if self.options.data_dir != BASE_DIR / "var":
            manage = f"DATA_DIR={self.options.data_dir} {manage}"
        print(f"\nDigitsite is running at {address}  (started in {seconds:.1f} s; Ctrl-C stops it)")
        if not ready:
            print(f"  It cannot read digits yet: {address}/readyz and {self._log('web')} say why.")
        if not self._has_admin():
            print(f"  Admin: {address}/admin  Make the first login in a second terminal:\n    {manage} createsuperuser")
        else:
            print(f"  Admin: {address}/admin  (a further login: {manage} createsuperuser)")
        print(f"  Logs:  {self.options.data_dir / 'logs'}\n", flush=True)

    def _has_admin(self) -> bool:
        with contextlib.suppress(psycopg.Error), psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            found = connection.execute("SELECT 1 FROM auth_user WHERE is_superuser AND is_active LIMIT 1")
            return found.fetchone() is not None
        return False

    def _pause(self, seconds: float) -> None:
        """Sleep, then look after the children. Raises Stopping, GaveUp."""
        if self.stopping:
            raise Stopping
        time.sleep(seconds)
        for child in (*(child for child, _ in self.servers), *self.site):
            child.watch()

    def _log(self, name: str) -> Path:
        folder = self.options.data_dir / "logs"
        folder.mkdir(exist_ok=True)
        return folder / f"{name}.log"


def check_port(options: Options) -> None:
    """Raises CannotStart when another program listens where the web server should."""
    family = socket.AF_INET6 if ":" in options.bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.bind, options.port))
        except OSError as error:
            raise CannotStart(
                f"Port {options.port} on {options.bind} cannot be used: {error.strerror}. "
                f"Choose another one, for example `make run PORT={options.port % 65535 + 1}`."
            ) from error


def supervise(options: Options, environment: Mapping[str, str]) -> None:
    """Run the site until somebody stops it."""
    try:
        lock = datafolder.lock(options.data_dir)
    except datafolder.Locked as holder:
        raise CannotStart(
            f"Digitsite is already running on the data in {options.data_dir} ({holder}). "
            f"Stop it first, or choose another folder: `make run DATA_DIR=...`."
        ) from None
    check_port(options)
    datafolder.sign_lock(lock, f"process {os.getpid()}, {options.address}")
    supervisor = Supervisor(options, environment)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.request_stop)
    try:
        with contextlib.suppress(Stopping):
            supervisor.run()
    finally:
        supervisor.stop()


def main() -> None:
    try:
        options = Options.read(os.environ)
        with datafolder.telling_whose(options.data_dir):
            supervise(options, os.environ)
    except (CannotStart, commands.BadVariable, wheels.EmbeddedError, children.GaveUp, datafolder.NotOurs) as error:
        raise SystemExit(f"digitsite: {error}") from None


if __name__ == "__main__":
    main()
