#!/bin/sh
# Usage: requirements/install.sh web.txt embedded.txt ...
# Makes .venv with a Python that we support and installs the locked requirement files that are named, each
# only when it has changed since it was last installed here.
set -eu
cd "$(dirname "$0")/.."
marker=.venv/installed

supported() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

fail() { printf 'digitsite: %s\n' "$*" >&2; exit 1; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if supported "$candidate"; then echo "$candidate"; return; fi
    done
    fail "No Python 3.11, 3.12 or 3.13 was found on the PATH. Install one, or name it: make PYTHON=/path/to/python3.12 ..."
}

make_venv() {
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"
    echo "Making .venv with $("$python" --version) ..."
    "$python" -m venv --clear .venv
}

supported .venv/bin/python || make_venv

for file in "$@"; do
    checksum="$file $(cksum < "requirements/$file")"
    if ! grep -qxF "$checksum" "$marker" 2>/dev/null; then
        echo "Installing requirements/$file ..."
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
            --require-hashes --no-deps --requirement "requirements/$file"
        echo "$checksum" >> "$marker"
    fi
done
