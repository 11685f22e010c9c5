"""What `requirements/scripts.sh` has found or installed: Node, and the packages that the pages load."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT


def node() -> str:
    """Return the program; skip the test where there is none, which is a failure in continuous integration."""
    program = shutil.which("node", path=os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ["PATH"]]))
    return program or missing("Node", "make setup")


def need_vendored(package: str) -> None:
    """Skip the test, or fail it, where the pages go without a package from npm."""
    if not (ROOT / "static" / "vendor" / package).exists():
        missing(f"{package} from npm", "make setup")


def missing(what: str, remedy: str) -> str:
    """Skip the test, or fail it in continuous integration, where nothing may be left out in silence."""
    advice = f"needs {what} (`{remedy}` installs it)"
    if os.environ.get("CI"):
        pytest.fail(advice)
    pytest.skip(advice)
