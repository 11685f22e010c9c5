"""Each variable that the site reads stands in .env.example, in the README and nowhere in between."""

import ast
import itertools
import re

from tests.paths import ROOT

NAME = re.compile(r"[A-Z][A-Z_]+")
READERS = {"_text", "_flag", "_integer", "_decimal", "_words", "_required", "number"}


def test_the_example_file_lists_every_variable() -> None:
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^([A-Z_]+)=", example, re.M)) == read_by_the_site()


def test_the_readme_lists_every_variable() -> None:
    section = (ROOT / "README.md").read_text().split("\n## Settings\n")[1].split("\n## ")[0]
    first_cells = re.findall(r"^\| (`[^|]+) \|", section, re.M)
    assert set(re.findall(r"`([A-Z_]+)`", " ".join(first_cells))) == read_by_the_site()


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


def read_by_the_site() -> set[str]:
    """Return the names that settings, supervisor and compose file take from the environment."""
    names = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
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
