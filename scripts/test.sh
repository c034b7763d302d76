#!/usr/bin/env bash
# Sets up what is missing and runs the tests: on SQLite, those that touch the database again on PostgreSQL, then the
# journeys in a browser. With CI=true or REQUIRE_ALL=1 everything must run: what is missing is installed and started,
# and a skipped test is a failure.
# Usage: scripts/test.sh [--only-e2e] [arguments for pytest: then one run of just these, on SQLite]
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/system.sh
source scripts/services.sh

only_e2e=
if [ "${1:-}" = --only-e2e ]; then
  only_e2e=1
  shift
fi

bash scripts/setup.sh dev || exit 1
export DJANGO_SETTINGS_MODULE=config.settings.test
is_ci && export HYPOTHESIS_PROFILE=ci

missed=()
prepare_tools() {
  local packages=()
  find_chromium >/dev/null || packages+=(chromium)
  have ffmpeg || packages+=(ffmpeg)
  have xgettext || packages+=(gettext)
  have fc-list && fc-list | grep -qi 'noto\|dejavu' || packages+=(fontconfig fonts-noto-core)
  [ ${#packages[@]} -eq 0 ] || install_packages "${packages[@]}" || true
  find_chromium >/dev/null || missed+=("the journeys in a browser: Chromium is missing (apt-get install chromium)")
  have ffmpeg || missed+=("the camera journeys: ffmpeg is missing (apt-get install ffmpeg)")
  have xgettext || missed+=("the check that every text is collected: gettext is missing (apt-get install gettext)")
}

results=build/test-results
rm -rf "$results"
mkdir -p "$results"
status=0
run() {
  local name=$1
  shift
  say
  say "== $name =="
  .venv/bin/python -m pytest -q --junitxml="$results/${name// /-}.xml" "$@" || status=1
}

prepare_tools
if [ $# -gt 0 ]; then
  run "chosen tests" "$@"
else
  start_redis || missed+=("the tests with several processes: no Redis on 127.0.0.1:6379 (apt-get install redis-server)")
  if [ -z "$only_e2e" ]; then
    run "SQLite" -n 2 --ignore=tests/e2e
    if start_postgresql; then
      # The properties have been searched in depth above; here they meet the other database.
      DATABASE_URL=$POSTGRESQL_URL HYPOTHESIS_PROFILE=again run "PostgreSQL" -n 2 --ignore=tests/e2e --only-database
    else
      missed+=("the database tests on PostgreSQL: no server on 127.0.0.1:5432, none installed (apt-get install postgresql)")
    fi
  fi
  if find_chromium >/dev/null && [ -d tests/e2e ]; then
    # A journey that fails is walked once more and named: a machine too busy to draw in time is no broken page.
    run "browser" -n 2 --maxschedchunk 1 --reruns 1 -rR tests/e2e
  fi
fi

say
.venv/bin/python scripts/totals.py "$results" || status=1
if [ ${#missed[@]} -gt 0 ]; then
  say
  say "NOT TESTED on this machine:"
  printf '  - %s\n' "${missed[@]}"
  is_ci && status=1
fi
exit $status
