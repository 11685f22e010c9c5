"""Which Chromium the tests use; `python -m tests.browser` fails where none starts."""

import shutil
from typing import Any

from playwright.sync_api import sync_playwright

# Debian's first, then what other systems call theirs; else the one that Playwright has downloaded.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def launch_options() -> dict[str, Any]:
    """Return the arguments for Playwright's `launch`."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    # The shared memory of a container is too small for a page with a canvas.
    options: dict[str, Any] = {"args": ["--disable-dev-shm-usage"]}
    return options | ({"executable_path": program} if program else {})


if __name__ == "__main__":
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        print(browser.version)
        browser.close()
