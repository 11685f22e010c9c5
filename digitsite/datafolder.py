"""The files in DATA_DIR that belong to no app: the lock, the secrets, and what `manage.py` reads."""

import contextlib
import fcntl
import os
import pwd
import secrets
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

LOCK = "lock"
SECRETS = "secrets.env"
RUNTIME = "runtime.env"


class Locked(Exception):
    """Another supervisor works in this folder; its own words about itself are the argument."""


class NotOurs(Exception):
    """We may not use a file or folder, mostly because somebody else has made it; the message says whose it is."""


@contextlib.contextmanager
def telling_whose(folder: Path) -> Iterator[None]:
    """Raises NotOurs instead of a PermissionError about the folder, what is in it, or what it is to be made in."""
    try:
        yield
    except PermissionError as error:
        path = Path(error.filename or "")
        if not (path.is_relative_to(folder) or folder.is_relative_to(path)):
            raise
        raise NotOurs(_whose(path, folder, str(error.strerror))) from error


def lock(folder: Path) -> int:
    """Make the folder, and keep every other supervisor out of it until this process has ended.

    Returns a file descriptor that children do not inherit, so that the lock ends with us. Raises Locked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 200).decode().strip()
        os.close(descriptor)
        raise Locked(holder) from None
    return descriptor


def sign_lock(descriptor: int, words: str) -> None:
    """Leave a line for those who will find the folder locked."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{words}\n".encode(), 0)


def load_secrets(folder: Path) -> dict[str, str]:
    """Return the secrets of this installation, made at its first start and kept ever after."""
    makers: dict[str, Callable[[], str]] = {
        "SECRET_KEY": lambda: secrets.token_urlsafe(48),
        "DATABASE_PASSWORD": lambda: secrets.token_hex(24),
        "REDIS_PASSWORD": lambda: secrets.token_hex(24),
    }
    known = read_variables(folder / SECRETS)
    missing = {name: make() for name, make in makers.items() if name not in known}
    if missing:
        known |= missing
        write_private(folder / SECRETS, _lines(known))
    return known


def read_variables(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of a file; nothing where there is no file."""
    if not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


def write_runtime(folder: Path, variables: Mapping[str, str]) -> None:
    """Tell `manage.py` in a second terminal where the servers are and what else was set; settings.py reads it."""
    write_private(folder / RUNTIME, _lines(variables))


def forget_runtime(folder: Path) -> None:
    (folder / RUNTIME).unlink(missing_ok=True)


def write_private(path: Path, text: str) -> None:
    """Replace a file, at once and whole, by one that only its owner can read."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)


def _whose(path: Path, folder: Path, reason: str) -> str:
    there = next(place for place in (path, *path.parents) if os.path.lexists(place))  # what is to be made is not yet
    owner, user = _name(there.lstat().st_uid), _name(os.geteuid())
    if owner == user:
        cure = "chmod -R u+rwX"
    elif folder.exists():
        cure = f"sudo chown -R {user}"
    else:
        cure = f"sudo install -d -o {user}"
    return (
        f"{user} cannot use {there}, which belongs to {owner}: {reason}. "
        f"Try `{cure} {shlex.quote(str(folder))}`, or choose another folder: `make run DATA_DIR=...`."
    )


def _name(uid: int) -> str:
    """Return a user's name; in a container there may be none, and the number does as well."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _lines(variables: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in variables.items())
