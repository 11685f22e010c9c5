#!/bin/sh
# Makes sure of a Chromium for the tests in a browser, and of a Firefox and a WebKit for those of the draw page's core;
# the tests say what is missing when this could not.
set -eu
cd "$(dirname "$0")/.."

works() { .venv/bin/python -m tests.browser >/dev/null 2>&1; }
others() { command -v firefox-esr && command -v WebKitWebDriver && command -v Xvfb; } >/dev/null 2>&1

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! others; then
    echo "Installing a Firefox and a WebKit for the tests ..."
    apt-get update -qq || true
    # One at a time: where one is missing, the other is tested.
    for package in firefox-esr webkit2gtk-driver xvfb; do
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$package" >/dev/null || true
    done
fi
works && exit 0
echo "Installing a Chromium for the tests ..."
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium >/dev/null || true
    works && exit 0
fi
.venv/bin/playwright install chromium || true
works || echo "No Chromium could be installed: the tests in a browser will be left out."
