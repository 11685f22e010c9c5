"""Where the tests find data that is too large, or not ours, to be committed."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("DIGITSITE_DATA") or ROOT.parent / "shared" / "data")  # may not be there


def shared_data(*parts: str) -> Path:
    """Return a path inside the folder of public data sets; skip the test where there is none."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {'/'.join(parts)} (set DIGITSITE_DATA to the folder that holds mnist/ and unipen/)")
    return path
