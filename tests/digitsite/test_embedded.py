"""PostgreSQL and Valkey from wheels."""

import os
import signal
import subprocess
from pathlib import Path

import psycopg
import pytest
import redis

from digitsite import processes
from digitsite.embedded import postgres, valkey, wheels
from digitsite.embedded.postgres import Postgres
from digitsite.embedded.wheels import EmbeddedError


@pytest.fixture
def cluster(tmp_path: Path) -> Postgres:
    """A PostgreSQL whose folder looks as if there had been one."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("18\n")
    programs = wheels.folder_of(postgres.WHEEL) / postgres.INSTALLATION / "bin"
    return Postgres(tmp_path, 1, "secret", programs, None, durable=False)


def test_the_data_of_another_postgresql_are_refused(cluster: Postgres) -> None:
    (cluster.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedError, match=r"was made by PostgreSQL 16, and this is PostgreSQL 18\..*DATA_DIR"):
        cluster.initialize()


def test_a_pid_file_with_the_number_of_a_stranger_is_forgotten(cluster: Postgres) -> None:
    pid_file = cluster.data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n/somewhere\n")
    cluster.initialize()
    assert not pid_file.exists()


def test_a_postgresql_that_still_runs_there_is_left_alone(cluster: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "LEAVING_SECONDS", 0.1)
    with subprocess.Popen(["/bin/sleep", "60"], cwd=cluster.data) as other:
        (cluster.data / "postmaster.pid").write_text(f"{other.pid}\n")
        try:
            with pytest.raises(EmbeddedError, match=f"Another PostgreSQL \\(process {other.pid}\\)"):
                cluster.initialize()
            assert other.poll() is None
        finally:
            other.kill()


def test_a_wrong_password_is_told_from_a_server_that_is_not_ready() -> None:
    running = psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])
    wrong = Postgres(Path("/nowhere"), int(running["port"]), "wrong", Path("/nowhere"), None, durable=False)
    with pytest.raises(EmbeddedError, match=r"another password than the one in secrets\.env"):
        wrong.ready()
    nobody_there = Postgres(Path("/nowhere"), processes.free_port(), "x", Path("/nowhere"), None, durable=False)
    assert not nobody_there.ready()


def test_valkey_keeps_its_queues_through_a_kill_and_asks_for_the_password(tmp_path: Path) -> None:
    folder = tmp_path / 'a folder with "quotes"'
    for expected in (None, b"42"):
        server = valkey.in_folder(folder, processes.free_port(), "secret")
        server.initialize()
        with (tmp_path / "log").open("ab") as log:
            child = server.start(log.fileno())
        try:
            while not server.ready():
                assert child.poll() is None, (tmp_path / "log").read_text()
            with redis.Redis.from_url(server.url) as client:
                assert client.get("answer") == expected
                client.set("answer", 42)
            with (
                pytest.raises(redis.AuthenticationError),
                redis.Redis.from_url(f"redis://127.0.0.1:{server.port}") as stranger,
            ):
                stranger.ping()
        finally:
            processes.stop(child, (signal.SIGKILL, 2))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")
def test_programs_that_nobody_cannot_reach_are_copied_and_run(open_folder: Path) -> None:
    user = wheels.unprivileged_user()
    assert user is not None
    hidden = open_folder / "hidden"
    hidden.mkdir(mode=0o700)
    original = wheels.folder_of(postgres.WHEEL)
    for name in (original.name, original.name + ".libs"):
        (hidden / name).symlink_to(original.with_name(name))
    programs = hidden / original.name / postgres.INSTALLATION / "bin"
    target = open_folder / "target"
    target.mkdir()
    os.chown(target, *user)

    assert not wheels.reachable(programs / "postgres", user)
    copied = wheels.copy_for(user, programs, hidden / original.name, target)
    version = subprocess.check_output([copied / "initdb", "--version"], user=user[0], group=user[1], cwd="/")
    assert version.startswith(b"initdb (PostgreSQL) 18")
    assert wheels.copy_for(user, programs, hidden / original.name, target) == copied
