"""Asking a web server of ours how it is: for the supervisor, and for the health check of a container."""

import contextlib
import http.client
import os
from collections.abc import Mapping
from http import HTTPStatus

from digitsite import commands

TIMEOUT_SECONDS = 5


def status_of(path: str, environment: Mapping[str, str]) -> int | None:
    """Return the HTTP status of a page of the server that this environment describes, None without answer."""
    connection = http.client.HTTPConnection(
        reachable_host(commands.bind(environment)), commands.port(environment), timeout=TIMEOUT_SECONDS
    )
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", path, headers={"Host": _known_name(environment)})
        return connection.getresponse().status
    return None


def reachable_host(bind: str) -> str:
    """Return where, on this machine, a server answers that listens on `bind`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)  # noqa: S104  nothing is bound here


def _known_name(environment: Mapping[str, str]) -> str:
    """Return a name that the site answers to: Django refuses the others."""
    names = (name.strip().lstrip(".") for name in environment.get("ALLOWED_HOSTS", "").split(","))
    return next((name for name in names if name and name != "*"), "localhost")


def main() -> None:
    """Fail when the server is not alive. Whether it has networks is not asked: without them the site must open too."""
    status = status_of("/healthz", os.environ)
    if status != HTTPStatus.OK:
        raise SystemExit(f"/healthz: expected {HTTPStatus.OK.value}, received {status or 'no answer'}")


if __name__ == "__main__":
    main()
