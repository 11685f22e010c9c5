"""What has to be there before the site starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from digitsite import processes
from digitsite.management.commands import prepare
from tests.paths import ROOT


@pytest.mark.parametrize(("variable", "scheme"), [("DATABASE_URL", "postgres"), ("REDIS_URL", "redis")])
def test_a_server_that_does_not_answer_is_named_in_one_line(variable: str, scheme: str) -> None:
    away = {variable: f"{scheme}://127.0.0.1:{processes.free_port()}/0"}
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"], env=os.environ | away, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert f"CommandError: {variable}: " in done.stderr
    assert "Traceback" not in done.stderr


def test_static_files_are_collected_only_when_one_has_changed(
    tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, collected = tmp_path / "source", []
    source.mkdir()
    (source / "page.css").write_text("a {}")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], tmp_path
    prepare.finders.get_finder.cache_clear()
    monkeypatch.setattr(prepare, "call_command", lambda *args, **options: collected.append(args))

    command = prepare.Command()
    command.collect_static_files()
    command.collect_static_files()
    assert len(collected) == 1
    (source / "page.css").write_text("a { color: red }")
    command.collect_static_files()
    assert len(collected) == 2
    prepare.finders.get_finder.cache_clear()


def test_the_pages_of_a_service_away_are_there_in_each_language(tmp_path: Path, settings) -> None:
    settings.STATIC_ROOT = tmp_path
    prepare.Command().write_pages_of_a_service_away()
    pages = {file.name: file.read_text() for file in (tmp_path / "away").iterdir()}
    assert set(pages) == {f"{language}{kind}.html" for language in ("en", "de", "fr") for kind in ("", "-unsent")}
    assert 'lang="de"' in pages["de.html"] and "loads itself anew" in pages["en.html"]
    assert all("The site is away" in pages[f"en{kind}.html"] for kind in ("", "-unsent")), "the board is away as well"
    assert "was not taken in" in pages["en-unsent.html"] and "loads itself anew" not in pages["en-unsent.html"]
