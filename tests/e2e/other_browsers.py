"""Firefox and WebKit, for the core of the draw page: as Debian has them, driven in the languages that they speak.

Playwright drives only browsers that it has patched, except for Chromium. Firefox speaks WebDriver BiDi on a socket;
WebKitGTK has a driver, and needs a screen, which Xvfb gives it. Both open a page, evaluate, press keys and draw.
"""

import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import websocket
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

START_SECONDS = 90
MINI_BROWSER = "/usr/lib/*/webkit2gtk-4*/MiniBrowser"

Place = tuple[int, int]  # CSS pixels, from the corner of the window


class OtherBrowser(Protocol):
    """What the tests ask of a browser."""

    def open(self, address: str) -> None: ...

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, anything that JSON can say."""

    def stroke(self, places: Sequence[Place], pointer: str = "mouse") -> None:
        """Press at the first place, move over the others and lift; `pointer` is mouse, pen or touch."""

    def press(self, key: str) -> None: ...


class Firefox:
    """A Firefox that is spoken to in WebDriver BiDi."""

    def __init__(self, socket: websocket.WebSocket) -> None:
        self.socket = socket
        self.asked = 0
        self.ask("session.new", capabilities={})
        self.context = self.ask("browsingContext.getTree")["contexts"][0]["context"]
        self.ask("browsingContext.setViewport", context=self.context, viewport={"width": 390, "height": 844})

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.asked += 1
        self.socket.send(json.dumps({"id": self.asked, "method": method, "params": parameters}))
        while (answer := json.loads(self.socket.recv())).get("id") != self.asked:
            pass  # an event
        assert answer["type"] == "success", answer
        return answer["result"]

    def open(self, address: str) -> None:
        self.ask("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        answer = self.ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self.context},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        value = answer["result"].get("value")
        return None if value is None else json.loads(value)

    def stroke(self, places: Sequence[Place], pointer: str = "mouse") -> None:
        moves = [{"type": "pointerMove", "x": x, "y": y, "duration": 8} for x, y in places]
        down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
        self._act(
            {
                "type": "pointer",
                "id": pointer,
                "parameters": {"pointerType": pointer},
                "actions": [moves[0], down, *moves[1:], up],
            }
        )

    def press(self, key: str) -> None:
        self._act(
            {"type": "key", "id": "keys", "actions": [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]}
        )

    def _act(self, source: dict[str, Any]) -> None:
        self.ask("input.performActions", context=self.context, actions=[source])


class WebKit:
    """A WebKitGTK in a window of its own."""

    def __init__(self, driver: webdriver.WebKitGTK) -> None:
        self.driver = driver

    def open(self, address: str) -> None:
        self.driver.get(address)

    def evaluate(self, expression: str) -> Any:
        return self.driver.execute_async_script(
            f"const done = arguments[0]; (async () => done(await ({expression})))().catch((e) => done(String(e)))"
        )

    def stroke(self, places: Sequence[Place], pointer: str = "mouse") -> None:
        actions = ActionBuilder(self.driver, mouse=PointerInput(pointer, pointer), duration=8)
        hand = actions.pointer_action
        hand.move_to_location(*places[0])
        hand.pointer_down()
        for place in places[1:]:
            hand.move_to_location(*place)
        hand.pointer_up()
        actions.perform()

    def press(self, key: str) -> None:
        ActionChains(self.driver).send_keys(key).perform()


@contextmanager
def firefox() -> Iterator[Firefox]:
    """Start a Firefox with a profile of its own."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    assert program is not None
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+") as log:
        profile = Path(folder) / "profile"
        profile.mkdir()
        process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"],
            stdout=log,
            stderr=log,
            env={**os.environ, "HOME": folder},  # nothing is written to the person's own
        )
        try:
            address = _said(Path(folder) / "log", r"WebDriver BiDi listening on (ws://\S+)")
            socket = websocket.create_connection(
                f"{address}/session", timeout=START_SECONDS, suppress_origin=True, http_no_proxy=["127.0.0.1"]
            )
            yield Firefox(socket)
            socket.close()
        finally:
            process.terminate()
            process.wait(START_SECONDS)


@contextmanager
def webkit() -> Iterator[WebKit]:
    """Start a WebKitGTK on a screen of its own."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+") as log:
        read, write = os.pipe()
        screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=log,
        )
        os.close(write)
        try:
            with os.fdopen(read) as shown:
                number = shown.readline().strip()
            options = Options()
            options.binary_location = sorted(glob.glob(MINI_BROWSER))[-1]
            options.add_argument("--automation")
            # Root may not use the sandbox; the pages are our own.
            environment = {
                **os.environ,
                "DISPLAY": f":{number}",
                "HOME": folder,
                "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
            }
            service = Service(shutil.which("WebKitWebDriver"), env=environment)
            driver = webdriver.WebKitGTK(options=options, service=service)
            try:
                driver.set_window_size(900, 900)
                driver.set_script_timeout(START_SECONDS)
                yield WebKit(driver)
            finally:
                driver.quit()
        finally:
            screen.terminate()
            screen.wait(START_SECONDS)


def installed() -> dict[str, bool]:
    """Return which of the two could start here."""
    return {
        "firefox": bool(shutil.which("firefox-esr") or shutil.which("firefox")),
        "webkit": bool(shutil.which("WebKitWebDriver") and shutil.which("Xvfb") and glob.glob(MINI_BROWSER)),
    }


BROWSERS = {"firefox": firefox, "webkit": webkit}


def _said(log: Path, pattern: str) -> str:
    """Wait until a program has written what it should, and return the part in brackets."""
    deadline = time.monotonic() + START_SECONDS
    while (found := re.search(pattern, log.read_text(errors="replace"))) is None:
        assert time.monotonic() < deadline, log.read_text(errors="replace")
        time.sleep(0.1)
    return found[1]
