#!/usr/bin/env bash
# Sets up what is missing, then serves the office on 127.0.0.1:$PORT with its worker until Ctrl-C or TERM.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/system.sh

port=${PORT:-8000}
export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-config.settings.dev}
export PUBLIC_ADDRESS=${PUBLIC_ADDRESS:-http://127.0.0.1:$port}
address=http://127.0.0.1:$port

if listening "$port"; then
  complain "Port $port is in use by another program; choose another: PORT=8001 make run"
  exit 1
fi

bash scripts/setup.sh
python=.venv/bin/python
mkdir -p "${VAR_DIR:-var}/static"  # where an installation collects its static files; here they are served as they lie
"$python" manage.py migrate --noinput -v 0
if "$python" manage.py shell -v 0 -c 'import sys; from accounts.models import Unit; sys.exit(Unit.objects.exists())'; then
  say "Building the demo: a province with its 208 endpoints, people and meetings ..."
  "$python" manage.py demo
fi

stop() {
  trap - INT TERM EXIT
  kill -TERM "${worker:-}" "${server:-}" 2>/dev/null || true
  wait "${worker:-}" "${server:-}" 2>/dev/null || true
}
trap 'stop; exit 0' INT TERM
trap stop EXIT

"$python" manage.py worker &
worker=$!
.venv/bin/daphne -v 0 -b 127.0.0.1 -p "$port" config.asgi:application &
server=$!

until listening "$port"; do
  kill -0 "$server" 2>/dev/null || { complain "The server did not start."; exit 1; }
  sleep 0.2
done
cat <<WORDS

  Điểm Cầu: $address

  Demo accounts, password: demo
    thuky     secretariat of the province     chutoa    chair of the meeting open now
    kythuat   operator of a commune endpoint  daibieu   delegate
    theodoi   observer                        admin     administrator
    thuky2    secretariat of a district

  Ctrl-C ends it.

WORDS

# Neither serves the office alone: when one ends, the other is ended too.
wait -n "$worker" "$server" || true
complain "The server or its worker has ended; stopping the other."
exit 1
