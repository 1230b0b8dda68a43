#!/bin/sh
# Writes both lock files anew: universal (every platform and Python that we support), with hashes, without addresses.
set -eu
python=.venv/bin/python
"$python" -m pip install --quiet --disable-pip-version-check uv
compile="$python -m uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --no-header \
  --no-annotate --python-version 3.11 pyproject.toml --extra embedded"
$compile --group build -o requirements.lock
$compile --group build --group dev -c requirements.lock -o requirements-dev.lock
