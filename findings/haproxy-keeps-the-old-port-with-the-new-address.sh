#!/bin/bash
# HAProxy: with a server state file, a reload takes a server's new address from the configuration, and its old port from the file.
#
# Version: HAProxy 2.6.12 (Debian 12), `load-server-state-from-file global`.
# Guess: the file brings back what was changed at runtime (`set server`). What nobody changed there, but somebody did in
# the configuration, is as the configuration says from the reload on: so it is with addresses and weights.
# Seen: the port in the file wins, and so does the port of checks, though no command ever set them. A server that moves from
# 127.0.0.1:A to 127.0.0.2:B is asked at 127.0.0.2:A, which is neither: whoever listens there answers in its name. No
# warning tells; without the file, or under another name, the server has its new port.
#
# Needs Debian 12 with apt, dpkg, curl and python3. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
cleanup() {
  for pid in ${BACKENDS:-} ${PROXY:-}; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$DIR"
}
trap cleanup EXIT
cd "$DIR"

apt-get -qq download -o APT::Sandbox::User=root 'haproxy=2.6.12*' libopentracing-c-wrapper0 libopentracing1 liblua5.3-0
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
export LD_LIBRARY_PATH=$DIR/unpacked/usr/lib/x86_64-linux-gnu:$DIR/unpacked/lib/x86_64-linux-gnu

cat >backend.py <<'END'
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Place(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(sys.argv[3].encode())
    def log_message(self, *_):
        pass

HTTPServer((sys.argv[1], int(sys.argv[2])), Place).serve_forever()
END
# Ports that are free at both addresses.
read -r A B PORT < <(python3 -c '
import socket
ports, sockets = [], []
while len(ports) < 3:
    s = socket.socket(); s.bind(("127.0.0.1", 0)); t = socket.socket(); sockets += [s, t]
    try: t.bind(("127.0.0.2", s.getsockname()[1])); ports.append(s.getsockname()[1])
    except OSError: pass
print(*ports)')
for place in 127.0.0.1:A 127.0.0.1:B 127.0.0.2:A 127.0.0.2:B; do
  python3 backend.py "${place%:*}" "$([ "${place#*:}" = A ] && echo "$A" || echo "$B")" "$place" &
  BACKENDS+=" $!"
done

# start BACKENDS
start() {
  cat >haproxy.cfg <<END
global
  stats socket $DIR/admin.sock level admin
  server-state-file $DIR/state
defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
  load-server-state-from-file global
frontend web
  bind 127.0.0.1:$PORT
  use_backend %[path,field(2,/)]
$1
END
  unpacked/usr/sbin/haproxy -db -f haproxy.cfg 2>>log &
  PROXY=$!
  curl -s -o answer --retry 30 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$PORT/port"
}
stop() {
  kill "$PROXY"
  wait "$PROXY" || true
}
# backends PORT_MOVED ADDRESS_MOVED BOTH_MOVED WEIGHT: a server each
backends() {
  printf 'backend %s\n  server one %s\n' port "$1" address "$2" both "$3" weight "127.0.0.1:$A weight $4"
}
ask() {
  python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect("admin.sock"); s.sendall(sys.argv[1].encode() + b"\n")
print(s.makefile().read().strip())' "$1"
}
tell() {
  for name in port address both; do echo "$1, $name: $(curl -s "http://127.0.0.1:$PORT/$name")"; done
  echo "$1, weight: $(ask 'get weight weight/one')"
}
OLD=$(backends "127.0.0.1:$A" "127.0.0.1:$A" "127.0.0.1:$A" 10)
NEW=$(backends "127.0.0.1:$B" "127.0.0.2:$A" "127.0.0.2:$B" 20)
touch state
start "$OLD"
tell before >seen
ask 'show servers state' >state
stop
start "$NEW"
tell 'new configuration, with the file' >>seen
stop
: >state
start "$NEW"
tell 'new configuration, without' >>seen
cat seen
diff - seen <<'END'
before, port: 127.0.0.1:A
before, address: 127.0.0.1:A
before, both: 127.0.0.1:A
before, weight: 10 (initial 10)
new configuration, with the file, port: 127.0.0.1:A
new configuration, with the file, address: 127.0.0.2:A
new configuration, with the file, both: 127.0.0.2:A
new configuration, with the file, weight: 20 (initial 20)
new configuration, without, port: 127.0.0.1:B
new configuration, without, address: 127.0.0.2:A
new configuration, without, both: 127.0.0.2:B
new configuration, without, weight: 20 (initial 20)
END
