#!/usr/bin/env bash
# Builds a fresh demo in a folder of its own, serves it, and takes the pictures of docs/screenshots from it.
# Usage: scripts/screenshots.sh [NAME ...]   only these pictures
# The office's clock shows MOMENT, so that the pictures change only when the pages do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/system.sh

bash scripts/setup.sh dev
CHROMIUM=$(find_chromium) || { install_packages chromium fonts-noto-core && CHROMIUM=$(find_chromium); } ||
  { complain "Chromium is needed: apt-get install chromium"; exit 1; }
export CHROMIUM
# Fields for dates speak the language of the browser's program.
[ -e /usr/lib/chromium/locales/vi.pak ] || ! [ -d /usr/lib/chromium/locales ] || install_packages chromium-l10n ||
  complain "Without the package chromium-l10n fields for dates are shown in English."

MOMENT=${MOMENT:-2025-05-15T10:12:20+07:00}
VAR_DIR=$(mktemp -d)
port=${PORT:-8107}
while listening "$port"; do port=$((port + 1)); done
export MOMENT VAR_DIR DATABASE_URL="sqlite:///$VAR_DIR/db.sqlite3" MEDIA_ROOT="$VAR_DIR/media"
export PUBLIC_ADDRESS="http://127.0.0.1:$port" DJANGO_SETTINGS_MODULE=config.settings.dev LOG_LEVEL=WARNING
server=
trap '[ -z "$server" ] || { kill -TERM "$server" 2>/dev/null; wait "$server" 2>/dev/null; }; rm -rf "$VAR_DIR"' EXIT
trap 'exit 130' INT TERM

pretend() { .venv/bin/python scripts/pretend.py "$MOMENT" "$@"; }
mkdir -p "$VAR_DIR/static"
pretend manage.py migrate --noinput -v 0
say "Building the demo as of $MOMENT ..."
pretend manage.py demo >/dev/null
.venv/bin/python scripts/pretend.py "$MOMENT" -m daphne -v 0 -b 127.0.0.1 -p "$port" config.asgi:application &
server=$!
until listening "$port"; do
  kill -0 "$server" 2>/dev/null || exit 1
  sleep 0.5
done
PYTHONPATH=. .venv/bin/python scripts/screenshots.py "$PUBLIC_ADDRESS" docs/screenshots "$@"
