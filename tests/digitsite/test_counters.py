"""The folder in which web processes count together."""

import os
import subprocess
from pathlib import Path

from digitsite import counters


def pid_of_nobody() -> int:
    with subprocess.Popen(["/bin/true"]) as process:
        return process.pid


def test_what_ended_servers_and_replaced_processes_say_goes_and_their_counts_stay(tmp_path: Path) -> None:
    ours, gone = os.getpid(), pid_of_nobody()
    folder = counters.join(tmp_path, ours)
    left = folder.with_name(str(gone))
    left.mkdir()
    for name in (f"counter_{gone}.db", f"gauge_livemax_{gone}.db", f"gauge_livemax_{ours}.db"):
        (folder / name).touch()
        (left / name).touch()
    assert counters.join(tmp_path, ours) == folder
    assert not left.exists()
    assert {file.name for file in folder.iterdir()} == {f"counter_{gone}.db", f"gauge_livemax_{ours}.db"}


def test_another_host_on_the_same_volume_keeps_its_own(tmp_path: Path) -> None:
    other = tmp_path / counters.FOLDER / "elsewhere" / str(pid_of_nobody())
    other.mkdir(parents=True)
    folder = counters.join(tmp_path, os.getpid())
    assert other.exists()
    assert folder.parent != other.parent
