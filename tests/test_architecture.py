"""The one rule of direction, and where TensorFlow may be: see the layout in the documentation."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from datasets import services
from tests.paths import ROOT

# An app imports only from apps to its left; digitsite wires them together and is free.
ORDER = ["datasets", "training", "recognizer"]
# What the apps may use of digitsite: nothing. What it may use of theirs: all.
MAY_IMPORT = {app: set(ORDER[: place + 1]) for place, app in enumerate(ORDER)}
OURS = {*ORDER, "digitsite", "tests", "benchmarks"}
# Five seconds and hundreds of megabytes: imported in the functions that train, in their own process.
HEAVY = {"tensorflow", "keras"}


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (ROOT / folder).rglob("*.py")


def imported(node: ast.AST) -> set[str]:
    """Return the top-level packages that an import statement names."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    return set()


@pytest.mark.parametrize("app", ORDER)
def test_an_app_imports_only_from_apps_to_its_left(app: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} imports {name}"
        for path in modules(app)
        for node in ast.walk(ast.parse(path.read_text()))
        for name in imported(node) & OURS - MAY_IMPORT[app]
    ]
    assert wrong == []


@pytest.mark.parametrize("app", ORDER)
def test_an_app_names_no_app_to_its_right_in_a_string_either(app: str) -> None:
    """Neither a module, a task, a view or a model: `datasets.hooks` is for that."""
    right = [name for name in ORDER if name not in MAY_IMPORT[app]]
    named = re.compile(rf"({'|'.join(right)})[.:]\w")
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} names {node.value}"
        for path in modules(app)
        for node in ast.walk(ast.parse(path.read_text()))
        if right and isinstance(node, ast.Constant) and isinstance(node.value, str) and named.match(node.value)
    ]
    assert wrong == []


def test_what_changes_the_dataset_is_called_by_the_names_of_its_services() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} imports {alias.name} from {node.module}"
        for path in modules(*ORDER, "digitsite")
        if path.parent != ROOT / "datasets" / "services"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("datasets.services.")
        for alias in node.names
        if alias.name in services.__all__
    ]
    assert wrong == []


def test_the_apps_are_on_guard_over_files() -> None:
    assert all(len(list(modules(app))) > 5 for app in ORDER)


def test_nothing_but_tensorflow_is_imported_inside_a_function() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules(*ORDER, "digitsite")
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if imported(node) - HEAVY
    ]
    assert wrong == []


def test_tensorflow_is_imported_inside_functions_only() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules(*ORDER, "digitsite")
        for node in at_import_time(ast.parse(path.read_text()))
        if imported(node) & HEAVY
    ]
    assert wrong == []


def at_import_time(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes that run when the module is imported."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        waiting.extend(ast.iter_child_nodes(node))


def test_the_web_process_imports_no_tensorflow() -> None:
    """The settings, all apps with their admin and tasks, the URLs with all views."""
    script = (
        "import sys, digitsite.wsgi, digitsite.urls\n"
        "from digitsite.celery import app\n"
        "app.loader.import_default_modules()\n"
        f"sys.exit(sorted({HEAVY!r} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
