"""One supervised child: started, watched, started again when it dies, its log kept and read for trouble."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from digitsite import processes

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
HEALTHY_AFTER_SECONDS = 60.0  # a child that ran so long starts its count of failures anew
MAX_FAILURES = 6  # in a row, of a child that the site cannot do without
MAX_LOG_BYTES = 20_000_000
# Not every time that somebody asks whether the site is ready yet.
TROUBLE = re.compile(r"\b(ERROR|CRITICAL)\b(?!.*/readyz)")

Launch = Callable[[int], subprocess.Popen[bytes]]
Step = tuple[signal.Signals, float]  # a signal, and the seconds to wait for its effect


class GaveUp(Exception):
    """A child that the site needs does not stay alive."""


@dataclass
class Child:
    """`launch` starts the process with its output in a file descriptor."""

    name: str
    launch: Launch
    log: Path
    essential: bool = False  # the site is useless without it
    follow: bool = False  # its log says ERROR of what a person should see
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    failures: int = field(default=0, init=False)
    _started_at: float = field(default=0.0, init=False)
    _due_at: float = field(default=0.0, init=False)
    _read_to: int = field(default=0, init=False)

    def start(self) -> None:
        self._rotate()
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        try:
            self.process = self.launch(descriptor)
        finally:
            os.close(descriptor)
        self._started_at = time.monotonic()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def watch(self) -> None:
        """Start it again when it has died, later each time. Raises GaveUp."""
        if self.follow:
            self._report_trouble()
        if self.alive:
            return
        now = time.monotonic()
        if self.process is not None:
            self._note_death(self.process, now)
        elif now >= self._due_at:
            self.start()

    def _note_death(self, process: subprocess.Popen[bytes], now: float) -> None:
        processes.kill_session(process)
        self.process = None
        healthy = now - self._started_at >= HEALTHY_AFTER_SECONDS
        self.failures = 1 if healthy else self.failures + 1
        ending = describe(process.returncode)
        if self.essential and self.failures >= MAX_FAILURES:
            raise GaveUp(
                f"{self.name} {ending}, for the {self.failures}th time. Its last lines in {self.log}:\n"
                + self.last_lines(15)
            )
        delay = min(FIRST_DELAY_SECONDS * 2 ** (self.failures - 1), LONGEST_DELAY_SECONDS)
        self._due_at = now + delay
        say(self.name, f"{ending}; starting again in {delay:g} s. Its last line: {self.last_lines(1)}")

    def last_lines(self, count: int) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def _report_trouble(self) -> None:
        size = self.log.stat().st_size
        if size > self._read_to:
            with self.log.open("rb") as file:
                file.seek(self._read_to)
                text = file.read().decode(errors="replace")
            for line in text.splitlines():
                if TROUBLE.search(line):
                    say(self.name, line)
        self._read_to = size
        if size > MAX_LOG_BYTES:
            self._rotate()

    def _rotate(self) -> None:
        """Keep one old log beside the new one; the child appends, so it goes on writing at the start."""
        if self.log.exists():
            if self.log.stat().st_size > MAX_LOG_BYTES:
                self.log.with_suffix(".log.1").write_bytes(self.log.read_bytes())
                os.truncate(self.log, 0)
            self._read_to = self.log.stat().st_size


def stop(children: Sequence[Child], *steps: Step) -> None:
    """Send the signal of each step to all that are alive, wait for them together, then kill what is left."""
    for number, patience in steps:
        alive = [child.process for child in children if child.process and child.alive]
        for process in alive:
            process.send_signal(number)
        deadline = time.monotonic() + patience
        while any(process.poll() is None for process in alive) and time.monotonic() < deadline:
            time.sleep(0.02)
    for child in children:
        if child.process:
            processes.kill_session(child.process)
            child.process.wait()


def describe(status: int) -> str:
    """Return an exit status in words."""
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


def say(name: str, message: str) -> None:
    print(f"[{name}] {message}", flush=True)
