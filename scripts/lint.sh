#!/usr/bin/env bash
# Every check that needs no running system. All run, whatever the earlier ones say; what a failed one printed is shown.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/system.sh

bash scripts/setup.sh dev || exit 1
have xgettext || install_packages gettext || true

status=0
report=$(mktemp)
trap 'rm -f "$report"' EXIT
check() {
  local name=$1
  shift
  if "$@" >"$report" 2>&1; then
    printf '  ok      %s\n' "$name"
  else
    printf '  FAILED  %s\n' "$name"
    sed 's/^/          /' "$report"
    status=1
  fi
}

manage() { .venv/bin/python -W error::DeprecationWarning manage.py "$@"; }
templates() { find templates -name '*.html' -print0 | xargs -0 -r .venv/bin/djade --check --target-version 5.2; }
# The settings of an office's installation, with made-up secrets: only the settings are judged.
deployment() {
  env DJANGO_SETTINGS_MODULE=config.settings.prod SECRET_KEY="$(seq -s x 100 130)" ALLOWED_HOSTS=office.example \
    HTTPS_ORIGINS=https://office.example .venv/bin/python manage.py check --deploy --fail-level WARNING
}

# Words that have no place in the project: package hosts, paths of one machine, ways around escaping and the CSP.
forbidden() {
  local found=0
  git grep -nIE 'python[h]osted|pyp[i][.]org|npm[j]s[.]|deb[.]debia[n]|/opt/(pyp[i]|whee[l]s)' -- . && found=1
  git grep -nIE '(^|[^A-Za-z0-9_.-])/(work|root|home/[a-z]+)/' -- . ':!static/vendor' ':!deploy' && found=1
  git grep -nE '\|safe\b|mark_safe\(' -- '*.html' '*.txt' '*.py' ':!scripts' ':!tests' && found=1
  # A letter in plain text shows "&" as "&".
  git grep -nE 'autoescape off' -- '*.html' '*.py' ':!scripts' ':!tests' && found=1
  git grep -nIE '(TODO|FIXME|XXX)\b' -- '*.py' '*.js' '*.html' '*.css' '*.sh' ':!static/vendor' ':!scripts/lint.sh' && found=1
  return $found
}

export DJANGO_SETTINGS_MODULE=config.settings.test
check "style" .venv/bin/ruff check .
check "format" .venv/bin/ruff format --check .
check "types" .venv/bin/mypy .
check "layers" .venv/bin/lint-imports
check "templates" templates
check "Django" manage check --fail-level WARNING
check "migrations" manage makemigrations --check --dry-run
check "installation settings" deployment
check "vendored files" .venv/bin/python scripts/vendor.py --check
check "translations" .venv/bin/python scripts/messages.py --check
check "events page" manage events_doc --check
check "forbidden words" forbidden
check "shell" bash -n scripts/*.sh .ci/run
exit $status
