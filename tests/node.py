"""Which Node runs the tests of the scripts: the one that `requirements/scripts.sh` has found or installed."""

import os
import shutil
import sys
from pathlib import Path

import pytest


def node() -> str:
    """Return the program; skip the test where there is none, which is a failure in continuous integration."""
    program = shutil.which("node", path=os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ["PATH"]]))
    return program or missing("Node", "make setup")


def missing(what: str, remedy: str) -> str:
    """Skip the test, or fail it in continuous integration, where nothing may be left out in silence."""
    advice = f"needs {what} (`{remedy}` installs it)"
    if os.environ.get("CI"):
        pytest.fail(advice)
    pytest.skip(advice)
