#!/bin/sh
# Installs a lock file and the project itself into .venv; every file is checked against its hash.
set -eu
python=.venv/bin/python
quiet="--quiet --disable-pip-version-check --no-input"
"$python" -m pip install $quiet --require-hashes -r "$1"
"$python" -m pip install $quiet --no-deps --no-build-isolation --editable .
