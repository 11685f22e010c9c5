"""A package outside the project adds an architecture: it is found, built, trained; a broken one breaks nothing."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.training.pictures import digits
from training import networks
from training.errors import BrokenArchitecture
from training.learning.fitting import FitSettings, fit

EXAMPLE = ROOT / "tests" / "training" / "example_package"


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """Install the example into a folder of its own, as pip does it anywhere, without a network."""
    folder = tmp_path_factory.mktemp("installed")
    source = shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("source") / "example")  # a build leaves its own files
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--disable-pip-version-check", "--target", folder, source], check=True)
    return folder


@pytest.fixture
def catalogue(installed: Path, monkeypatch) -> Iterator[dict[str, networks.Architecture]]:
    monkeypatch.syspath_prepend(str(installed))
    networks.architectures.cache_clear()
    yield networks.architectures()
    networks.architectures.cache_clear()


def test_a_package_adds_an_architecture_which_learns(catalogue) -> None:
    stripes = catalogue["stripes"]
    assert (stripes.package, stripes.description) == ("digitsite-stripes", "one convolution of long thin filters")
    network = networks.build("stripes", 10, seed=1)
    history = fit(network, digits(4), digits(1, first=100), FitSettings(epochs=2, batch_size=20, seed=1))
    assert history[1].loss < history[0].loss
    assert networks.transfer(network, 2, fine_tune=False).output_shape == (None, 2)


def test_a_name_of_ours_stays_ours_and_the_package_is_named_in_the_log(caplog, catalogue) -> None:
    assert catalogue["small"].package == ""
    networks.architectures.cache_clear()
    networks.architectures()
    assert "small of the package digitsite-stripes: the name is taken" in caplog.text


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("stripes-missing", "ModuleNotFoundError: No module named 'stripes_that_are_not_there'"),
        ("stripes-without-layers", "expected layers in the head; received Dense"),
        ("stripes-without-parts", r"expected the parts \['trunk', 'head'\]; received \['flatten"),
    ],
)
def test_a_broken_one_is_listed_and_says_what_is_wrong_when_it_is_asked_for(catalogue, name: str, reason: str) -> None:
    assert name in catalogue
    with pytest.raises(BrokenArchitecture, match=f"digitsite-stripes.*{reason}"):
        networks.build(name, 10)


def test_listing_the_names_imports_neither_the_package_nor_tensorflow(installed: Path) -> None:
    script = (
        "import sys; from django.conf import settings; settings.configure(); "
        "from training.networks import architectures; assert 'stripes' in architectures(); "
        "print({'stripes', 'keras', 'tensorflow'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env={"PYTHONPATH": str(installed)}, capture_output=True, text=True
    )
    assert done.stdout.strip() == "set()", done.stderr
