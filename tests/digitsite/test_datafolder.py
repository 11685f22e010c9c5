"""A folder of data that somebody else has made, for example by one `sudo make run`.

The system's refusals are played, because nothing is forbidden to root, as whom the tests may run.
"""

import os
import pwd
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digitsite import supervisor

OWNER = pwd.getpwuid(os.geteuid()).pw_name  # of all that a test makes
SOMEBODY = 54321  # a user without a name


def refusing(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return a function of a path that refuses what is called so."""

    def refuse(path: Any, *args: Any, **kwargs: Any) -> Any:
        if Path(path).name == name:
            raise PermissionError(13, "Permission denied", str(path))
        return function(path, *args, **kwargs)

    return refuse


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The DATA_DIR of a start that gets no further than its secrets, by SOMEBODY."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "my data"))
    monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)
    monkeypatch.setattr(supervisor, "check_port", lambda options: None)
    monkeypatch.setattr(supervisor.signal, "signal", lambda *args: None)
    return tmp_path / "my data"


def refused() -> str:
    with pytest.raises(SystemExit) as ended:
        supervisor.main()
    return str(ended.value)


def test_a_lock_of_somebody_else_is_named_with_its_owner_and_a_way_out(data: Path, monkeypatch) -> None:
    data.mkdir()
    (data / "lock").touch()
    monkeypatch.setattr(os, "open", refusing(os.open, "lock"))
    message = refused()
    assert f"{SOMEBODY} cannot use {data}/lock, which belongs to {OWNER}: Permission denied" in message
    assert f"`sudo chown -R {SOMEBODY} '{data}'`" in message
    assert "make run DATA_DIR=" in message


def test_secrets_of_somebody_else_are_named_with_their_owner(data: Path, monkeypatch) -> None:
    data.mkdir()
    (data / "secrets.env").touch()
    monkeypatch.setattr(Path, "read_text", refusing(Path.read_text, "secrets.env"))
    assert f"cannot use {data}/secrets.env, which belongs to {OWNER}" in refused()


def test_a_folder_that_may_not_be_written_is_named_for_the_file_that_is_not_there(data: Path, monkeypatch) -> None:
    data.mkdir()
    monkeypatch.setattr(os, "open", refusing(os.open, "lock"))
    assert f"cannot use {data}, which belongs to {OWNER}" in refused()


def test_where_no_folder_may_be_made_somebody_has_to_make_it(data: Path, monkeypatch) -> None:
    monkeypatch.setattr(os, "mkdir", refusing(os.mkdir, data.name))
    message = refused()
    assert f"cannot use {data.parent}, which belongs to {OWNER}" in message
    assert f"`sudo install -d -o {SOMEBODY} '{data}'`" in message


def test_the_owner_is_told_to_allow_himself_to_write(data: Path, monkeypatch) -> None:
    data.mkdir()
    owner = data.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner)
    monkeypatch.setattr(os, "open", refusing(os.open, "lock"))
    assert f"`chmod -R u+rwX '{data}'`" in refused()


def test_a_refusal_elsewhere_is_not_put_down_to_the_folder(data: Path, monkeypatch) -> None:
    data.mkdir()
    monkeypatch.setattr(supervisor, "check_port", lambda options: os.open("/elsewhere", os.O_RDONLY))
    monkeypatch.setattr(os, "open", refusing(os.open, "elsewhere"))
    with pytest.raises(PermissionError):
        supervisor.main()
