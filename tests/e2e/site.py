"""A whole site, as `make run` starts it, in a folder of its own: for the tests that need every process."""

import http.cookiejar
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from digitsite import processes
from tests.paths import ROOT

START_SECONDS = 120
STOP_SECONDS = 15
# The site starts its own servers: it must not find those of the test run.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DATA_DIR", "PORT", "DJANGO_SETTINGS_MODULE")


@dataclass
class Site:
    """A running site and how to reach it."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    environment: dict[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it said on the console, for a failing test."""
        return (self.folder / "console.log").read_text(errors="replace")[-4000:]

    def manage(self, *arguments: str, **variables: str) -> str:
        """Run a command of `manage.py` beside the site, as one would in a second terminal."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def get(self, path: str) -> tuple[int, Any]:
        return self.ask(urllib.request.Request(self.url + path))

    def post(self, path: str, content: Any, opener: urllib.request.OpenerDirector | None = None) -> tuple[int, Any]:
        """Send JSON; without an opener, as somebody new."""
        request = urllib.request.Request(
            self.url + path, json.dumps(content).encode(), {"Content-Type": "application/json"}
        )
        return self.ask(request, opener)

    def ask(
        self, request: urllib.request.Request, opener: urllib.request.OpenerDirector | None = None
    ) -> tuple[int, Any]:
        try:
            with (opener or urllib.request.build_opener()).open(request, timeout=20) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            return error.code, json.loads(text) if text.startswith("{") else text

    def reads(self, strokes: Any) -> int:
        """Return the digit that the site reads."""
        status, answer = self.post("/api/v1/predict", {"strokes": strokes})
        assert status == 200, answer
        return answer["digit"]

    def live(self) -> dict[str, int]:
        """Return the numbers of the versions that answer now."""
        status, answer = self.post("/api/v1/predict", {"pixels": [0] * 300 + [255] * 184 + [0] * 300})
        assert status == 200, answer
        return answer["models"]


def visitor() -> urllib.request.OpenerDirector:
    """Return somebody who keeps his cookies."""
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


@contextmanager
def running_site(**variables: str) -> Iterator[Site]:
    """Start a site, wait until it is ready, and stop it with Ctrl-C."""
    # Not pytest's own folder: PostgreSQL may run as another user, who has to get in.
    folder = Path(tempfile.mkdtemp(prefix="digitsite-site-"))
    folder.chmod(0o711)
    port = processes.free_port()
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    environment = {**kept, "DATA_DIR": str(folder), "PORT": str(port), **variables}
    with (folder / "console.log").open("wb") as console:
        process = subprocess.Popen(
            [sys.executable, "-m", "digitsite.supervisor"],
            cwd=ROOT,
            env=environment,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    site = Site(folder, port, process, environment)
    try:
        wait_until(lambda: "Digitsite is running" in site.log, START_SECONDS, lambda: site.log)
        yield site
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()
            shutil.rmtree(folder, ignore_errors=True)


def wait_until(condition: Callable[[], Any], seconds: float, explain: Callable[[], str] = lambda: "") -> None:
    """Wait for something to become true; fail with an explanation when it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s\n{explain()}"
        time.sleep(0.2)


class Load:
    """Somebody who asks for predictions all the time, and notes what went wrong."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.answers = 0
        self.failures: list[Any] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._stop.wait(0.05):
            try:
                self.site.live()
                self.answers += 1
            except (AssertionError, OSError) as error:
                self.failures.append(error)


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]
