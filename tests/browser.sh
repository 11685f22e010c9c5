#!/bin/sh
# Makes sure of a Chromium for the tests in a browser; they say what is missing when this could not.
set -eu
cd "$(dirname "$0")/.."

works() { .venv/bin/python -m tests.browser >/dev/null 2>&1; }

works && exit 0
echo "Installing a Chromium for the tests ..."
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium >/dev/null || true
    works && exit 0
fi
.venv/bin/playwright install chromium || true
works || echo "No Chromium could be installed: the tests in a browser will be left out."
