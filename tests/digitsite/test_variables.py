"""Each variable that the site reads stands in .env.example, in the README, and in what containers are given."""

import ast
import itertools
import os
import re
import subprocess
import sys

import pytest
import yaml

from tests.paths import ROOT

NAME = re.compile(r"[A-Z][A-Z0-9_]+")
READERS = {"_text", "_flag", "_integer", "_decimal", "_words", "_required", "number"}
NOT_FOR_CONTAINERS = {
    "BIND", "PORT", "TRUSTED_PROXY",  # of nginx, which is in front
    "DATABASE_PASSWORD", "REDIS_PASSWORD",  # stand in the addresses
    "DATA_DIR", "STATIC_ROOT",  # volumes
}  # fmt: skip
FIXED_IN_CONTAINERS = {"DATABASE_URL", "REDIS_URL", "TRUST_PROXY"}  # of the services beside the site


def test_the_example_file_lists_every_variable() -> None:
    assert set(example()) == read_by_the_site()


def test_the_readme_lists_every_variable() -> None:
    section = (ROOT / "README.md").read_text().split("\n## Settings\n")[1].split("\n## ")[0]
    first_cells = re.findall(r"^\| (`[^|]+) \|", section, re.M)
    assert set(re.findall(rf"`({NAME.pattern})`", " ".join(first_cells))) == read_by_the_site()


def test_containers_are_given_every_variable_with_the_same_default() -> None:
    given = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["x-environment"]
    assert set(given) == set(example()) - NOT_FOR_CONTAINERS
    for name, default in example().items():
        if name in given and name not in FIXED_IN_CONTAINERS:
            assert given[name] in (f"${{{name}:-{default}}}", f"${{{name}:?set it in .env}}")


def test_every_variable_of_the_example_file_is_explained() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    unexplained = [
        line
        for previous, line in itertools.pairwise(lines)
        if NAME.match(line) and not previous.startswith("# ") and not NAME.match(previous)
    ]
    assert unexplained == []


def test_the_apps_leave_the_environment_to_the_settings() -> None:
    guilty = [
        str(path.relative_to(ROOT))
        for app in ("datasets", "training", "recognizer")
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"os\.environ|getenv", path.read_text())
    ]
    assert guilty == []


@pytest.mark.parametrize(("given", "found"), [({}, "1"), ({"TF_ENABLE_ONEDNN_OPTS": "0"}, "0")])
def test_tensorflow_is_asked_for_onednn_unless_somebody_has_decided(given: dict[str, str], found: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if name != "TF_ENABLE_ONEDNN_OPTS"}
    code = "import os, digitsite.settings; print(os.environ['TF_ENABLE_ONEDNN_OPTS'])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**inherited, **given}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == found


def example() -> dict[str, str]:
    """Return the variables of .env.example with their defaults."""
    return dict(re.findall(rf"^({NAME.pattern})=(.*)$", (ROOT / ".env.example").read_text(), re.M))


def read_by_the_site() -> set[str]:
    """Return the names that settings, supervisor and compose file take from the environment."""
    names = set(re.findall(rf"\$\{{({NAME.pattern})", (ROOT / "docker-compose.yml").read_text()))
    for module in ("settings", "commands", "supervisor", "readiness"):
        for call in ast.walk(ast.parse((ROOT / "digitsite" / f"{module}.py").read_text())):
            if isinstance(call, ast.Call) and reads_environment(call):
                names.add(first_name(call))
    return names - {""}


def first_name(call: ast.Call) -> str:
    texts = (argument.value for argument in call.args if isinstance(argument, ast.Constant))
    return next((text for text in texts if isinstance(text, str) and NAME.fullmatch(text)), "")


def reads_environment(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in READERS
    return isinstance(call.func, ast.Attribute) and call.func.attr == "get"
