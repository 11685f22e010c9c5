"""What the site hears about its visitors from nginx: from a real one, with the configuration of the container."""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from digitsite import processes
from tests.paths import ROOT

TEMPLATE = ROOT / "deploy/nginx.conf.template"
SERVICE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["nginx"]
START_SECONDS = 30.0
PEER = "127.0.0.1"  # the tests, as nginx sees them
VISITOR = "203.0.113.7"


def test_the_container_renders_the_template() -> None:
    """The image puts in what its environment names, and nothing else."""
    assert f"./deploy/{TEMPLATE.name}:/etc/nginx/templates/default.conf.template:ro" in SERVICE["volumes"]
    assert set(re.findall(r"\$\{(\w+)\}", TEMPLATE.read_text())) == set(SERVICE["environment"])


def test_a_visitor_cannot_forge_his_address_or_scheme(tmp_path: Path) -> None:
    with site_behind_nginx(tmp_path, trusted="") as port:
        assert heard(port) == (PEER, "http")
        assert heard(port, forwarded_for=VISITOR, proto="https") == (PEER, "http")


def test_the_trusted_proxy_names_address_and_scheme(tmp_path: Path) -> None:
    with site_behind_nginx(tmp_path, trusted="127.0.0.0/8") as port:
        assert heard(port, forwarded_for=VISITOR, proto="https") == (VISITOR, "https")
        assert heard(port, forwarded_for=VISITOR, proto="http") == (VISITOR, "http")
        # The proxy appends: what stands before its own word is the visitor's, whose address may lie in the range, too.
        assert heard(port, forwarded_for=f"6.6.6.6, {VISITOR}", proto="https") == (VISITOR, "https")
        assert heard(port, forwarded_for="6.6.6.6, 127.0.5.5", proto="https") == ("127.0.5.5", "https")
        assert heard(port, proto="gopher") == (PEER, "http")
        assert heard(port) == (PEER, "http")


@pytest.mark.parametrize("trusted", ["10.0.0.0/8", "10.0.0.1", "2001:db8::/32"])
def test_nobody_but_the_trusted_proxy_is_believed(tmp_path: Path, trusted: str) -> None:
    with site_behind_nginx(tmp_path, trusted) as port:
        assert heard(port, forwarded_for="10.0.0.1", proto="https") == (PEER, "http")


def test_a_web_server_that_is_away_is_told_to_people_in_a_page_and_to_programs_in_json(tmp_path: Path) -> None:
    (tmp_path / "static/away").mkdir(parents=True)
    for name in ("en", "de", "fr", "de-unsent"):
        (tmp_path / f"static/away/{name}.html").write_text(f"page {name}")
    people = {"Accept": "text/html,*/*;q=0.8"}
    with nginx(tmp_path, processes.free_port()) as port:
        for headers, language in (
            ({}, "en"),
            ({"Accept-Language": "fr-CH, fr;q=0.9"}, "fr"),
            ({"Accept-Language": "fr", "Cookie": "a=1; django_language=de"}, "de"),
            ({"Accept-Language": "nl, de;q=0.5"}, "en"),
        ):
            answer = asked(port, "/models/", headers=people | headers)
            assert (answer.status, answer.content) == (503, f"page {language}"), headers
            assert (answer.headers["Refresh"], answer.headers["Retry-After"]) == ("10", "5")
        sent = asked(port, "/admin/", method="POST", headers=people | {"Accept-Language": "de"})
        assert (sent.status, sent.content, sent.headers["Refresh"]) == (503, "page de-unsent", None)
        for path, headers in (("/", {"Accept": "*/*"}), ("/api/v1/models", people)):
            answer = asked(port, path, headers=headers)
            assert (answer.status, json.loads(answer.content)["error"]["code"]) == (503, "service_unavailable")
            assert answer.headers["Retry-After"] == "5"


class Echo(BaseHTTPRequestHandler):
    """A site that answers with what it was told."""

    def do_GET(self) -> None:
        content = json.dumps([self.headers.get_all("X-Forwarded-For"), self.headers.get_all("X-Forwarded-Proto")])
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *args: object) -> None:
        pass


def heard(port: int, *, forwarded_for: str = "", proto: str = "") -> tuple[str, str]:
    """Return address and scheme as the site hears them, of a request that comes with these headers."""
    sent = {"X-Forwarded-For": forwarded_for, "X-Forwarded-Proto": proto}
    with contextlib.closing(http.client.HTTPConnection(PEER, port, timeout=20)) as client:
        client.request("GET", "/", headers={name: value for name, value in sent.items() if value})
        addresses, schemes = json.loads(client.getresponse().read())
    (address,), (scheme,) = addresses, schemes
    return address, scheme


@dataclass(frozen=True)
class Answer:
    status: int
    content: str
    headers: Message


def asked(port: int, path: str, *, method: str = "GET", headers: dict[str, str]) -> Answer:
    with contextlib.closing(http.client.HTTPConnection(PEER, port, timeout=20)) as client:
        client.request(method, path, headers=headers)
        response = client.getresponse()
        return Answer(response.status, response.read().decode(), response.headers)


@contextlib.contextmanager
def site_behind_nginx(folder: Path, trusted: str) -> Iterator[int]:
    """Run an `Echo` and nginx in front of it, with TRUSTED_PROXY set to `trusted` in .env; yields nginx's port."""
    with ThreadingHTTPServer((PEER, 0), Echo) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        with nginx(folder, site.server_port, trusted) as port:
            yield port
        site.shutdown()


@contextlib.contextmanager
def nginx(folder: Path, site: int, trusted: str = "") -> Iterator[int]:
    """Run nginx in front of what listens on the port `site`, if anything does; yields its own port."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if program is None:
        pytest.skip("needs nginx (from the package nginx-light, for example)")
    port = processes.free_port()
    (folder / "nginx.conf").write_text(configuration(folder, port, site, trusted))
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        wait_until_it_listens(server, port)
        yield port
    finally:
        server.terminate()
        server.communicate()


def wait_until_it_listens(server: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((PEER, port), timeout=20):
            return
        time.sleep(0.05)
    server.kill()
    pytest.fail(f"nginx does not start: {server.communicate()[1]}")


def configuration(folder: Path, port: int, site: int, trusted: str) -> str:
    """Return what the container has in /etc/nginx, on other ports and with its files in `folder`."""
    default = re.fullmatch(r"\$\{TRUSTED_PROXY:-(.+)\}", SERVICE["environment"]["TRUSTED_PROXY"])[1]
    rendered = TEMPLATE.read_text().replace("${TRUSTED_PROXY}", trusted or default)
    for ours, here in {
        "listen 80;": f"listen {PEER}:{port};",
        "server web:8000;": f"server {PEER}:{site};",
        "/var/log/nginx/": f"{folder}/",
        "/data/static/": f"{folder}/static/",
    }.items():
        assert ours in rendered
        rendered = rendered.replace(ours, here)
    kept = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{name}_temp_path {folder}/{name};\n" for name in kept)
    main = f"daemon off; master_process off; pid {folder}/nginx.pid;\nevents {{}}\n"
    return f"{main}http {{\n{paths}{rendered}}}\n"
