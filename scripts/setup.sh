#!/usr/bin/env bash
# Makes the virtual environment, installs what the requirements file pins, compiles the translations.
# Usage: scripts/setup.sh [runtime|dev]. Does nothing when the requirements have not changed since the last time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/system.sh

kind=${1:-runtime}
case "$kind" in
  runtime) file=requirements.txt ;;
  dev) file=requirements-dev.txt ;;
  *) complain "Usage: scripts/setup.sh [runtime|dev]"; exit 2 ;;
esac

usable() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

make_environment() {
  local python
  python=$(find_python || true)
  if [ -z "$python" ] || ! usable "$python"; then
    if ! install_packages python3 python3-venv; then
      complain "Python 3.11 with its venv module is needed: sudo apt-get install python3 python3-venv"
      exit 1
    fi
    python=$(find_python || true)
    if [ -z "$python" ] || ! usable "$python"; then
      complain "Python 3.11 or newer is needed; this system offers none."
      exit 1
    fi
  fi
  say "Making the virtual environment with $("$python" --version) ..."
  rm -rf .venv
  "$python" -m venv .venv
}

stamp() { sha256sum "$1" | cut -d ' ' -f 1; }
installed() { [ "$(cat ".venv/.installed-$1" 2>/dev/null)" = "$(stamp "$1")" ]; }

.venv/bin/python -c '' >/dev/null 2>&1 || make_environment

# requirements-dev.txt is a superset of requirements.txt with the same pins, so it stands for both.
if ! installed "$file"; then
  say "Installing what $file names ..."
  .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$file"
  stamp "$file" > ".venv/.installed-$file"
  [ "$kind" = runtime ] || stamp requirements.txt > .venv/.installed-requirements.txt
fi

.venv/bin/python scripts/messages.py --compile
