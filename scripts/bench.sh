#!/usr/bin/env bash
# Runs the measurements of bench/, one script per question, each in turn on an otherwise idle machine.
# Usage: scripts/bench.sh [NAME ...]   a name without .py
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/system.sh
source scripts/services.sh

bash scripts/setup.sh dev || exit 1
start_postgresql || complain "No PostgreSQL: the measurements that compare databases show SQLite only."
have gcc || install_packages gcc || complain "No gcc: the measurements of the live stream have no clients (fanout, storm, faults)."
[ -e /usr/lib/nginx/modules/ngx_nchan_module.so ] || install_packages nginx libnginx-mod-nchan || complain "No nginx with nchan: the limit of the fan-out is left out."
start_redis || complain "No Redis: the measurements with several processes are left out."

shopt -s nullglob
names=("$@")
if [ $# -eq 0 ]; then
  for file in bench/[a-z]*.py; do
    name=${file##*/}
    names+=("${name%.py}")
  done
fi
status=0
for name in "${names[@]}"; do
  say
  say "== $name =="
  .venv/bin/python -m "bench.$name" || status=1
done
exit $status
