"""Where the wheels keep their programs, and who may run them."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

User = tuple[int, int]  # uid, gid

# Where root keeps a database whose DATA_DIR the user `nobody` cannot enter, for example below /root.
REACHABLE_HOME = Path("/var/lib/digitsite")


class EmbeddedError(Exception):
    """Something that the person at the keyboard can put right; the message says how."""


def folder_of(name: str) -> Path:
    """Return the folder of an installed package without importing it.

    Raises EmbeddedError when it is not installed.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"The package {name} is not installed: install requirements/embedded.txt, or set DATABASE_URL "
            f"and REDIS_URL to servers of your own."
        )
    return Path(spec.origin).parent


def unprivileged_user() -> User | None:
    """Return `nobody` when we are root, else None: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def reachable(path: Path, user: User) -> bool:
    """Whether `user` can read and enter (or run) a path; asked of the system, which knows all its rules."""
    uid, gid = user
    # By absolute path: `user` may not be able to look through our PATH.
    command = ["/bin/sh", "-c", 'test -r "$0" && test -x "$0"', str(path)]
    return subprocess.run(command, user=uid, group=gid, extra_groups=[], cwd="/").returncode == 0


def reachable_folder(folder: Path, user: User) -> Path:
    """Make a folder that `user` owns: `folder`, or one named after it below /var/lib where he may not go."""
    folder.mkdir(parents=True, exist_ok=True)
    if not reachable(folder, user):
        folder = REACHABLE_HOME / hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        for place in (REACHABLE_HOME, folder):
            place.mkdir(parents=True, exist_ok=True)
            place.chmod(0o755)
    os.chown(folder, *user)
    return folder


def copy_for(user: User, programs: Path, wheel: Path, folder: Path) -> Path:
    """Return `programs`, or a copy of them in `folder` when `user` cannot reach them inside the wheel.

    `programs` is a `bin` folder inside `wheel`, with `lib` and `share` beside it.
    """
    if reachable(programs / "postgres", user):
        return programs
    installation = programs.parent.relative_to(wheel.parent)
    made_by = (programs / "postgres").stat()
    copy = folder / f"programs-{made_by.st_size}-{int(made_by.st_mtime)}"
    if not copy.exists():
        for outdated in folder.glob("programs-*"):
            shutil.rmtree(outdated)
        unfinished = Path(tempfile.mkdtemp(dir=folder))
        unfinished.chmod(0o755)
        for part in ("bin", "lib", "share"):
            shutil.copytree(wheel.parent / installation / part, unfinished / installation / part, symlinks=True)
        libraries = wheel.with_name(wheel.name + ".libs")  # found by a relative path from the programs
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        unfinished.rename(copy)
    return copy / installation / "bin"
