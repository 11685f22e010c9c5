"""The command of each process of the site, the same for the supervisor and for containers.

`python -m digitsite.commands web` becomes the web server; so with the names in PROCESSES.
"""

import os
import sys
from collections.abc import Callable, Mapping

Environment = Mapping[str, str]
Command = list[str]

CELERY = [sys.executable, "-m", "celery", "-A", "digitsite"]
# One worker a queue has nobody to gossip with, and mingling costs a second at each start.
WORKER = [*CELERY, "worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]


class BadVariable(Exception):
    """A variable in the environment that cannot be used; the message gives expected and received."""


def web(environment: Environment) -> Command:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", bind(environment), "--port", str(port(environment))),
        *("--workers", str(number(environment, "WEB_PROCESSES", 2))),
        *("--blocking-threads", str(number(environment, "WEB_THREADS", 4))),
        *("--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "3"),
        "--no-access-log",  # it would have the visitors' addresses
        "digitsite.wsgi:application",
    ]


def worker(environment: Environment) -> Command:
    """What is done in a moment, or must not wait for what takes minutes: above all the reaper."""
    return [*WORKER, "-n", "default@%h", "-Q", "default", "--concurrency", "1"]


def augmentation_worker(environment: Environment) -> Command:
    """The shards of augmentation and the files of dataset versions: minutes of work at a time, without TensorFlow."""
    processes = str(number(environment, "WORKER_PROCESSES", 1))
    return [*WORKER, "-n", "augmentation@%h", "-Q", "augmentation", "--concurrency", processes]


def training_worker(environment: Environment) -> Command:
    """One job at a time, each in a process of its own that returns all its memory."""
    return [
        *(*WORKER, "-n", "training@%h", "-Q", "training"),
        *("--pool", "prefork", "--concurrency", "1", "--max-tasks-per-child", "1"),
    ]


def beat(environment: Environment) -> Command:
    """Exactly one of these. Its entries are rows: the site's own, and one that keeps the time of each schedule."""
    return [*CELERY, "beat", "--loglevel", "INFO", "--pidfile", ""]


PROCESSES: dict[str, Callable[[Environment], Command]] = {
    "web": web,
    "worker": worker,
    "augmentation-worker": augmentation_worker,
    "training-worker": training_worker,
    "beat": beat,
}


def bind(environment: Environment) -> str:
    return environment.get("BIND") or "127.0.0.1"


def port(environment: Environment) -> int:
    return number(environment, "PORT", 8000, highest=65535)


def number(environment: Environment, name: str, default: int, highest: int = 256) -> int:
    """Return a variable as an integer from 1 to `highest`. Raises BadVariable."""
    value = environment.get(name) or str(default)
    if not value.isdecimal() or not 1 <= int(value) <= highest:
        raise BadVariable(f"{name}: expected a number from 1 to {highest}, received {value!r}.")
    return int(value)


def main() -> None:
    names = ", ".join(PROCESSES)
    if len(sys.argv) != 2 or sys.argv[1] not in PROCESSES:
        raise SystemExit(f"usage: python -m digitsite.commands NAME, where NAME is one of {names}")
    try:
        command = PROCESSES[sys.argv[1]](os.environ)
    except BadVariable as error:
        raise SystemExit(str(error)) from None
    os.execv(command[0], command)  # noqa: S606  the process itself, so that it gets the container's signals


if __name__ == "__main__":
    main()
