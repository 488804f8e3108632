#!/bin/bash
# HAProxy: `add map` with a key that is there says nothing and changes nothing: the first value goes on, and `del map` takes both.
#
# Version: HAProxy 2.6.12 (Debian 12), a map that chooses the backend by host, changed by the stats socket.
# Guess: a map has one value for a key: `add map` of another replaces it, or is refused, as `set map` of a key that is not
# there is ("entry not found").
# Seen: it answers as for a new key, with an empty line, and keeps both; asked is the first, so who adds a host's new place
# before the old one is taken away goes on to the old one. The removal that follows, `del map` by the key, takes away both,
# and the host is nowhere. `set map` writes its value into both.
#
# Needs Debian 12 with apt, dpkg, curl and python3. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
cleanup() {
  [ -z "${PROXY:-}" ] || kill "$PROXY" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$DIR"
}
trap cleanup EXIT
cd "$DIR"

apt-get -qq download -o APT::Sandbox::User=root 'haproxy=2.6.12*' libopentracing-c-wrapper0 libopentracing1 liblua5.3-0
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
export LD_LIBRARY_PATH=$DIR/unpacked/usr/lib/x86_64-linux-gnu:$DIR/unpacked/lib/x86_64-linux-gnu

PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
touch hosts.map
cat >haproxy.cfg <<END
global
  stats socket $DIR/admin.sock level admin
defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
frontend web
  bind 127.0.0.1:$PORT
  use_backend %[req.hdr(host),map_str($DIR/hosts.map,nowhere)]
backend old
  http-request return status 200 content-type text/plain string old
backend new
  http-request return status 200 content-type text/plain string new
backend nowhere
  http-request return status 404 content-type text/plain string nowhere
END
unpacked/usr/sbin/haproxy -db -f haproxy.cfg 2>log &
PROXY=$!
curl -s -o answer --retry 30 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$PORT/"
# ask COMMAND KEY [VALUE]: of the map
ask() {
  python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect("admin.sock"); s.sendall(sys.argv[1].encode() + b"\n")
said = s.makefile().read().strip()
print(sys.argv[2] + ": " + said if said else sys.argv[2])' "$1 $DIR/hosts.map ${*:2}" "$*"
}
entries() {
  python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect("admin.sock"); s.sendall(sys.argv[1].encode() + b"\n")
print(", ".join(" ".join(line.split()[1:]) for line in s.makefile() if line.strip()) or "none")' "show map $DIR/hosts.map"
}
tell() { echo "  asked $(curl -s -H 'Host: a.test' "http://127.0.0.1:$PORT/"), entries: $(entries)"; }
{
  ask 'set map' a.test old
  ask 'add map' a.test old
  tell
  ask 'add map' a.test new
  tell
  ask 'del map' a.test
  tell
  ask 'add map' a.test old
  ask 'add map' a.test old
  ask 'set map' a.test new
  tell
} | tee seen
diff - seen <<'END'
set map a.test old: entry not found.
add map a.test old
  asked old, entries: a.test old
add map a.test new
  asked old, entries: a.test old, a.test new
del map a.test
  asked nowhere, entries: none
add map a.test old
add map a.test old
set map a.test new
  asked new, entries: a.test new, a.test new
END
