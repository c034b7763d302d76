#!/usr/bin/env bash
# Runs the measurements of bench/, one script per question, each in turn on an otherwise idle machine.
# Usage: scripts/bench.sh [NAME ...]   a name without .py
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/system.sh
source scripts/services.sh

bash scripts/setup.sh dev || exit 1
start_postgresql || complain "No PostgreSQL: the measurements that compare databases show SQLite only."
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
