#!/bin/sh
# Writes both lock files anew: universal (every platform and Python that we support), with hashes, without addresses.
set -eu
python=.venv/bin/python
"$python" -m pip install --quiet --disable-pip-version-check uv
compile="$python -m uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --no-header \
  --no-annotate --python-version 3.11 pyproject.toml --extra embedded"
# the larger one first: what it settles on holds for both
$compile --group build --group dev -o requirements-dev.lock
$compile --group build -c requirements-dev.lock -o requirements.lock
