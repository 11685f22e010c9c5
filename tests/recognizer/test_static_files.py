"""The scripts and styles as they are shipped: under hashed names, compressed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

MOST_BYTES = 150_000  # of the draw page's first load, compressed


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The folder of a site that has collected its static files."""
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]  # not the admin's
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "digitsite.static.StaticStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    yield tmp_path


def test_first_load_of_the_draw_page_is_small_and_complete(collected: Path, client: Client) -> None:
    page = client.get("/").content.decode()
    waiting = re.findall(r'(?:href|src)="(/static/[^"#]+)', page)
    loaded: dict[str, int] = {}
    while waiting:
        name = waiting.pop().removeprefix("/static/")
        if name in loaded:
            continue
        path = collected / name
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", name), f"{name} may be cached for ever but has no digest"
        compressed = path.with_name(path.name + ".gz")
        loaded[name] = (compressed if compressed.exists() else path).stat().st_size
        waiting += [_address(path.parent / other, collected) for other in _imports(path)]
    assert any(name.startswith("js/predictor.") for name in loaded)
    assert sum(loaded.values()) + len(page) < MOST_BYTES, loaded


def _imports(path: Path) -> list[str]:
    if path.suffix != ".js":
        return []
    code = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    return re.findall(r'(?:from|import)\s*\(?"(\.[^"]+)"', code)


def _address(path: Path, folder: Path) -> str:
    return "/static/" + str(path.resolve().relative_to(folder.resolve()))
