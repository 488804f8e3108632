#!/bin/bash
# Caddy: `lb_try_duration` waits for a backend for the sake of a GET, and of a POST without a body; with a body it gives up.
#
# Version: Caddy 2.6.2 (Debian 12).
# Guess: while no connection comes about, nothing of a request is sent, so that `lb_try_duration 10s` holds any request
# back until the backend listens, as across a restart.
# Seen: GET is answered 200 once the backend is there. POST with a body is answered 502: the first connection that is
# refused closes the body, and the first one that comes about cannot read it ("invalid Read on closed Body"). So of those
# whom a restart makes wait, forms and API calls alone fail. A POST without a body is answered.
#
# Needs Debian 12 with apt, dpkg, curl and python3. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
cleanup() {
  for pid in ${BACKEND:-} ${CADDY:-}; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$DIR"
}
trap cleanup EXIT
cd "$DIR"

apt-get -qq download -o APT::Sandbox::User=root 'caddy=2.6.2*'
dpkg-deb -x caddy_*.deb unpacked

cat >backend.py <<'END'
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Length(BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'%d bytes' % len(body))
    do_POST = do_GET
    def log_message(self, *_):
        pass

ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Length).serve_forever()
END
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
BACKEND_PORT=$(free_port)
PORT=$(free_port)
cat >Caddyfile <<END
{
	admin off
	auto_https off
}
http://127.0.0.1:$PORT {
	respond /ready ready
	reverse_proxy 127.0.0.1:$BACKEND_PORT {
		lb_try_duration 30s
		lb_try_interval 500ms
	}
}
END
HOME=$DIR unpacked/usr/bin/caddy run --config Caddyfile --adapter caddyfile 2>log &
CADDY=$!
curl -s -o page --retry 20 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$PORT/ready"

send() {
  curl -s -o "$1" -w "$1: %{http_code}\n" "${@:2}" "http://127.0.0.1:$PORT/" >"$1.status" &
  REQUESTS+=" $!"
}
send GET
send 'POST without a body' --request POST
send 'POST of 4 bytes' --data word
sleep 2
python3 backend.py "$BACKEND_PORT" 2>errors &
BACKEND=$!
# shellcheck disable=SC2086 # a list of process ids
wait $REQUESTS
{
  echo 'sent two seconds before the backend listens'
  cat GET.status 'POST without a body.status' 'POST of 4 bytes.status'
  echo 'while it listens'
  curl -s -o page -w 'POST of 4 bytes: %{http_code}\n' --data word "http://127.0.0.1:$PORT/"
  grep -o 'http: invalid Read on closed Body' log | sort -u
} | tee seen
diff - seen <<'END'
sent two seconds before the backend listens
GET: 200
POST without a body: 200
POST of 4 bytes: 502
while it listens
POST of 4 bytes: 200
http: invalid Read on closed Body
END
