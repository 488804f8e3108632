#!/bin/bash
# Valkey: INFO keeps `redis_version`, so that programs written for Redis go on, and has no `redis_mode` any more.
#
# Version: valkey-server 8.1.1 (Debian 13), beside redis-server 8.0.2 (Debian 13).
# Guess: a fork that still tells `redis_version` in INFO, so that clients of Redis go on, tells `redis_mode` as well; whoever
# asks by it whether this is a Sentinel or a part of a Cluster is told the same by both.
# Seen: Valkey tells `redis_version:7.2.4`, `redis_git_sha1` and `redis_build_id`, and the mode as `server_mode`. So a Sentinel of
# Valkey is none to a program that looks for `redis_mode:sentinel`. With `extended-redis-compatibility yes`, which may be set at
# work, the line is `redis_mode` again and `server_mode` is gone: it is renamed, and not added.
#
# Needs Debian 12 with apt, dpkg, python3 and the keyring of Debian's archive. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
cleanup() {
  for pid in ${SERVERS:-}; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$DIR"
}
trap cleanup EXIT
cd "$DIR"

mkdir -p lists/partial cache/archives/partial
# shellcheck disable=SC2016 # apt-get's own form
MIRROR=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $MIRROR trixie main" >sources.list
OPTIONS=(-qq -o "Dir::Etc::sourcelist=$DIR/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$DIR/lists"
  -o "Dir::Cache=$DIR/cache" -o APT::Sandbox::User=root)
apt-get "${OPTIONS[@]}" update
# With the libraries of their own release.
apt-get "${OPTIONS[@]}" download 'valkey-server=8.1.1*' 'valkey-tools=8.1.1*' 'redis-server=5:8.0.2*' 'redis-tools=5:8.0.2*' \
  libc6 libssl3t64 libjemalloc2 liblzf1 libsystemd0 libstdc++6 libgcc-s1 liblua5.1-0 lua-cjson lua-bitop libzstd1 zlib1g libcap2 \
  libatomic1
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
LIBRARIES=$DIR/unpacked/usr/lib/x86_64-linux-gnu
LOADER=("$LIBRARIES/ld-linux-x86-64.so.2" --library-path "$LIBRARIES" --argv0)
real() { readlink -f "$DIR/unpacked/usr/bin/$1"; }
client() { "${LOADER[@]}" valkey-cli "$(real valkey-cli)" -p "$@"; }

PORTS=$(python3 -c '
import socket
sockets = [socket.socket() for _ in range(4)]
for s in sockets: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in sockets])')
read -r REDIS REDIS_SENTINEL VALKEY VALKEY_SENTINEL <<<"$PORTS"
mode() { client "$1" info server | tr -d '\r' | grep -E '^(redis|server)_mode:|^redis_version:' | tr '\n' ' '; }
start() {
  "${LOADER[@]}" "$1" "$(real "$1")" "${@:2}" >log 2>&1 &
  SERVERS+=" $!"
}
start redis-server --bind 127.0.0.1 --save '' --port "$REDIS"
start valkey-server --bind 127.0.0.1 --save '' --port "$VALKEY"
for name in redis valkey; do
  port=${name^^}_SENTINEL
  printf 'bind 127.0.0.1\nport %s\ndir %s\n' "${!port}" "$DIR" >"$name.conf"
  start "$name-server" "$name.conf" --sentinel
done
for port in $PORTS; do
  for _ in $(seq 100); do
    [ "$(client "$port" ping 2>/dev/null)" != PONG ] || break
    sleep 0.1
  done
done

{
  echo "redis             $(mode "$REDIS")"
  echo "redis sentinel    $(mode "$REDIS_SENTINEL")"
  echo "valkey            $(mode "$VALKEY")"
  echo "valkey sentinel   $(mode "$VALKEY_SENTINEL")"
  client "$VALKEY" config set extended-redis-compatibility yes >/dev/null
  echo "valkey compatible $(mode "$VALKEY")"
} | sed 's/ *$//' | tee seen

diff - seen <<'END' || { echo 'This has changed.'; exit 1; }
redis             redis_version:8.0.2 redis_mode:standalone
redis sentinel    redis_version:8.0.2 redis_mode:sentinel
valkey            redis_version:7.2.4 server_mode:standalone
valkey sentinel   redis_version:7.2.4 server_mode:sentinel
valkey compatible redis_version:7.2.4 redis_mode:standalone
END
echo 'As described.'
