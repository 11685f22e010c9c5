"""No test here has a database: the pages must come up while it is away."""

import json
import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from recognizer import engine

PAGES = ["/", "/help", "/privacy"]


@pytest.mark.parametrize("path", PAGES)
def test_page_comes_up_without_the_database(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert "<h1" in response.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_page_runs_nothing_that_the_security_policy_forbids(client: Client, path: str) -> None:
    response = client.get(path)
    assert "script-src 'self'" in response["Content-Security-Policy"]
    page = response.content.decode()
    inline = [tag for tag in re.findall(r"<script[^>]*>", page) if "src=" not in tag and "application/json" not in tag]
    assert inline == []
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


def test_pages_can_only_be_read(client: Client) -> None:
    assert client.post("/").status_code == 405


def test_scripts_find_addresses_and_the_version_of_the_consent(client: Client) -> None:
    page = client.get("/").content.decode()
    config = json.loads(re.search(r'<script id="page-config"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    config["urls"].pop("engine")
    assert config["urls"] == {
        "predict": "/api/v1/predict",
        "drawings": "/api/v1/drawings",
        "deletion": "/contribute/delete",
        "published": "/api/v1/models/published",
    }
    assert config["consentVersion"] == settings.CONSENT_VERSION


def test_the_browsers_engine_is_offered_where_all_of_its_files_are(monkeypatch) -> None:
    files = {"js/engine/worker.js", *(f"vendor/litert/{name}" for name in ("litert.js", "runtime.js", "runtime.wasm"))}
    monkeypatch.setattr(engine.finders, "find", lambda path: path if path in files else None)
    monkeypatch.setattr(engine, "static", lambda path: f"/static/{path}")
    assert engine.urls() == {
        "worker": "/static/js/engine/worker.js",
        "litert": "/static/vendor/litert/litert.js",
        "runtime": "/static/vendor/litert/runtime.js",
        "wasm": "/static/vendor/litert/runtime.wasm",
    }
    files.remove("vendor/litert/runtime.wasm")
    assert engine.urls() is None


def test_consent_names_the_licence_and_the_timing_and_leads_to_the_details(client: Client) -> None:
    page = client.get("/").content.decode()
    consent = re.search(r'<label class="consent"(.*?)</label>', page, re.DOTALL)[1]
    assert "CC0" in consent
    assert "timing" in consent
    assert 'href="/privacy"' in consent


def test_the_privacy_page_says_what_becomes_of_strokes_that_hide_something(client: Client) -> None:
    assert "where you erased something or drew beyond the edge" in client.get("/privacy").content.decode()


def test_a_wrong_address_gets_a_page_of_the_site(client: Client) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert 'class="site-header"' in response.content.decode()


def test_the_error_page_needs_no_request() -> None:
    assert 'class="site-header"' in render_to_string("500.html")


def test_language_can_be_chosen(client: Client) -> None:
    response = client.post("/i18n/setlang/", {"language": "de", "next": "/help"})
    assert response.url == "/help"
    assert '<html lang="de">' in client.get("/help").content.decode()
