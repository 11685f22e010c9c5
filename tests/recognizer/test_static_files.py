"""The scripts and styles as they are shipped: under hashed names, compressed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from digitsite import static
from tests.node import need_vendored

MOST_BYTES = 150_000  # of the draw page's first load, compressed


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The folder of a site that has collected its static files, but for what comes from npm."""
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]  # not the admin's
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "digitsite.static.StaticStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["vendor"])
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
    assert not any("worker" in name for name in loaded)
    assert sum(loaded.values()) + len(page) < MOST_BYTES, loaded


def test_site_without_npm_has_a_page_that_the_server_reads_for(collected: Path, client: Client) -> None:
    assert _urls(client.get("/").content.decode())["engine"] is None


def test_engine_has_names_that_may_be_cached_for_ever(
    collected: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_vendored("litert")
    monkeypatch.setattr(static, "BROTLI_QUALITY", 1)  # enough to see that it is done
    call_command("collectstatic", interactive=False, verbosity=0)
    engine = _urls(client.get("/").content.decode())["engine"]
    for url in engine.values():
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", url)
        assert (collected / (url.removeprefix("/static/") + ".br")).exists()
    # The worker is no part of the page, and its imports are rewritten all the same.
    worker = collected / engine["worker"].removeprefix("/static/")
    assert re.search(r'import\("\./live\.[0-9a-f]{12}\.js"\)', worker.read_text())


def _urls(page: str) -> dict[str, Any]:
    config = re.search(r'<script id="page-config"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert config is not None
    urls: dict[str, Any] = json.loads(config[1])["urls"]
    return urls


def _imports(path: Path) -> list[str]:
    if path.suffix != ".js":
        return []
    code = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    return re.findall(r'(?:from|import)\s*\(?"(\.[^"]+)"', code)


def _address(path: Path, folder: Path) -> str:
    return "/static/" + str(path.resolve().relative_to(folder.resolve()))
