# PostgreSQL and Redis for the tests and measurements. Sourced after system.sh. What is already there is used; what is
# missing is started for the time of the script, in a folder of its own, touching no configuration of the system.

services_dir=
stop_postgresql=
stop_services() {
  [ -n "$services_dir" ] || return 0
  [ -z "$stop_postgresql" ] || (cd "$services_dir/postgresql" && $stop_postgresql >/dev/null)
  [ -f "$services_dir/redis.pid" ] && kill "$(cat "$services_dir/redis.pid")" 2>/dev/null
  rm -rf "$services_dir"
}
trap stop_services EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

make_services_dir() {
  [ -n "$services_dir" ] || services_dir=$(mktemp -d)
  chmod 711 "$services_dir"
}

# answers URL: may we log in to this PostgreSQL server?
answers() { .venv/bin/python -c 'import psycopg, sys; psycopg.connect(sys.argv[1], connect_timeout=3).close()' "$1" 2>/dev/null; }

# The newest initdb's folder, in PATH or where Debian puts it.
postgresql_programs() {
  local found
  found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  if [ -x "$found/initdb" ]; then
    say "$found"
  elif have initdb; then
    dirname "$(command -v initdb)"
  else
    return 1
  fi
}

# Sets POSTGRESQL_URL to a server where we may create databases. Fails when there is none and none can be started.
start_postgresql() {
  local server=${POSTGRESQL_SERVER:-postgres://postgres@127.0.0.1:5432} programs port=5432 as=""
  if answers "$server/postgres"; then
    export POSTGRESQL_URL=$server/test
    return 0
  fi
  programs=$(postgresql_programs) || { is_ci && install_packages postgresql && programs=$(postgresql_programs); } || return 1
  make_services_dir
  mkdir "$services_dir/postgresql"
  if [ "$(id -u)" = 0 ]; then  # the server refuses to run as root
    as="runuser -u postgres --"
    chown postgres "$services_dir/postgresql"
  fi
  while listening "$port"; do port=$((port + 1)); done
  say "Starting a PostgreSQL server for the tests on port $port ..."
  (cd "$services_dir/postgresql" &&
    $as "$programs/initdb" -D . -U postgres -A trust -E UTF8 --no-sync >/dev/null &&
    $as "$programs/pg_ctl" -D . -w -l log -o "-p $port -h 127.0.0.1 -k . -c fsync=off" start >/dev/null) || return 1
  stop_postgresql="$as $programs/pg_ctl -D . -w -m immediate stop"
  export POSTGRESQL_URL=postgres://postgres@127.0.0.1:$port/test
}

start_redis() {
  listening 6379 && return 0
  have redis-server || { is_ci && install_packages redis-server; } || return 1
  listening 6379 && return 0  # installing it may have started it
  make_services_dir
  say "Starting a Redis server for the tests ..."
  redis-server --bind 127.0.0.1 --port 6379 --save '' --dir "$services_dir" --daemonize yes \
    --pidfile "$services_dir/redis.pid" >/dev/null
}
