"""What `make setup` does about npm."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.paths import ROOT

NPM = """#!/bin/sh
echo "$@" >> calls
[ "$1" = ci ] && exec {outcome}
mkdir -p static/vendor
"""
FAILS = 'sh -c "echo npm error code ENOTFOUND >&2; exit 1"'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with what the script reads, and a Node that is new enough."""
    for name in ("package.json", "package-lock.json", ".npmrc", "requirements"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    program(tmp_path, "node", "#!/bin/sh\n")
    return tmp_path


def program(project: Path, name: str, script: str) -> None:
    path = project / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(script)
    path.chmod(0o755)


def install(project: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": f"{project / 'bin'}:{os.environ['PATH']}", **variables}
    script = project / "requirements" / "scripts.sh"
    return subprocess.run([script, *arguments], env=environment, capture_output=True, text=True, check=False)


def calls(project: Path) -> list[str]:
    return (project / "calls").read_text().splitlines()


def test_packages_are_installed_once_and_again_when_the_lock_file_changes(project: Path) -> None:
    program(project, "npm", NPM.format(outcome="true"))
    for _ in range(2):
        assert install(project).returncode == 0
    assert calls(project) == ["ci --omit=dev", "run vendor"]
    assert install(project, "--dev").returncode == 0
    assert calls(project)[2:] == ["ci", "run vendor"]
    assert install(project).stdout == ""  # those for the tests hold those for the pages

    (project / "package-lock.json").write_text("{}")
    assert install(project).returncode == 0
    assert calls(project)[4:] == ["ci --omit=dev", "run vendor"]


def test_without_a_connection_the_site_starts_all_the_same_but_no_test_passes_in_silence(project: Path) -> None:
    program(project, "npm", NPM.format(outcome=FAILS))
    done = install(project)
    assert done.returncode == 0
    assert "ENOTFOUND" in done.stderr
    assert "the server reads all drawings" in done.stderr
    assert install(project, "--dev", CI="true").returncode == 1
