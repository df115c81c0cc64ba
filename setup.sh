#!/usr/bin/env bash
# Make .venv beside this file and install the autograder into it. Gradescope runs this once, as root, when it builds
# the image; ./run_autograder runs it by itself when there is no .venv. Arguments are extras: ./setup.sh test
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
python=${PYTHON:-python3}

make_venv() {
    "$python" -m venv .venv && return
    rm -rf .venv
    # Debian and Ubuntu ship python3 without ensurepip: python3-venv brings it, where we may install packages.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq python3-venv python3-pip && "$python" -m venv .venv && return
        rm -rf .venv
    fi
    # Else virtualenv, which brings its own pip, from a folder that is thrown away.
    boot=$(mktemp -d)
    "$python" -m pip install --quiet --target "$boot" virtualenv
    PYTHONPATH=$boot "$python" -m virtualenv --quiet .venv
    rm -rf "$boot"
}

if [ ! -x .venv/bin/python ]; then
    make_venv >&2
fi
extras=$(IFS=,; printf '%s' "$*")
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".${extras:+[$extras]}" >&2
# Gradescope starts each grading from the image that is made now: what is not compiled yet would be, every time.
.venv/bin/python -m compileall -q autograder reference assignments >&2 || true
