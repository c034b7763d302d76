#!/usr/bin/env bash
# Pins and hashes requirements*.txt from requirements*.in. UPGRADE=1 takes the newest versions the *.in files allow.
# requirements-dev.txt comes first: it holds everything, and the other two are cut from it, so one environment fits all.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/system.sh
[ -x .venv/bin/pip-compile ] || bash scripts/setup.sh dev

export CUSTOM_COMPILE_COMMAND="make requirements"
options=(--quiet --strip-extras --allow-unsafe --generate-hashes
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --resolver=backtracking)

.venv/bin/pip-compile "${options[@]}" ${UPGRADE:+--upgrade} --output-file=requirements-dev.txt requirements-dev.in

pins=$(mktemp)
trap 'rm -f "$pins"' EXIT
sed -nE 's/^([A-Za-z0-9._-]+==[^ ;\\]+).*/\1/p' requirements-dev.txt > "$pins"
.venv/bin/pip-compile "${options[@]}" -c "$pins" --output-file=requirements.txt requirements.in
.venv/bin/pip-compile "${options[@]}" -c "$pins" --output-file=requirements-scaled.txt requirements-scaled.in

# The temporary file of pins is nobody's reason for a dependency.
sed -i -E '\#^ +\#   -c /.*#d' requirements.txt requirements-scaled.txt
if grep -nE 'https?://|file://|^--' requirements*.txt; then
  complain "requirements*.txt must name no host."
  exit 1
fi
