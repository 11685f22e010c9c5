"""Runs the tests of the scripts that need no page."""

import subprocess

from tests.node import node
from tests.paths import ROOT


def test_scripts_pass_their_own_tests() -> None:
    files = sorted((ROOT / "tests" / "js").glob("*.test.mjs"))
    done = subprocess.run([node(), "--test", *files], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
