# What the scripts ask of the machine. Sourced, not run. Every function is quiet when nothing has to be done.

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
is_ci() { [ "${CI:-}" = true ] || [ "${REQUIRE_ALL:-}" = 1 ]; }
can_install() { [ "$(id -u)" = 0 ] && have apt-get; }

# Debian packages, installed without a question. Fails when not root or not on Debian.
install_packages() {
  can_install || return 1
  say "Installing $* ..."
  if [ -z "${PACKAGE_LISTS_READ:-}" ]; then
    apt-get update -qq >/dev/null || return 1
    PACKAGE_LISTS_READ=1
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# The first Python 3.11 or newer that really starts; a shim for another version does not count.
find_python() {
  local name
  for name in python3.11 /usr/bin/python3.11 python3 python; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && have "$name"; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

# listening PORT: does anything accept connections there on this machine?
listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
