#!/bin/bash
# Caddy: behind `reverse_proxy` an answer has two `Server` headers, Caddy's and the backend's.
#
# Version: Caddy 2.6.2 (Debian 12).
# Guess: there is one `Server`: the proxy's in place of the backend's, as with nginx, or the backend's, passed on as any
# other header.
# Seen: both are there, one below the other, though the header is of one value by the standard. curl and browsers show two
# lines; who joins what comes twice reads `Caddy, backend`, and who keeps the last one takes the answer for the backend's
# own. `header -Server` in the site takes both, `header_down -Server` in the proxy the backend's.
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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Named(BaseHTTPRequestHandler):
    server_version, sys_version = 'backend', ''
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(('127.0.0.1', 0), Named)
print(server.server_port, flush=True)
server.serve_forever()
END
python3 backend.py >backend.port &
BACKEND=$!
for _ in $(seq 50); do
  [ -s backend.port ] && break
  sleep 0.1
done

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
PORT=$(free_port)
DOWN_PORT=$(free_port)
SITE_PORT=$(free_port)
cat >Caddyfile <<END
{
	admin off
	auto_https off
}
http://127.0.0.1:$PORT {
	reverse_proxy 127.0.0.1:$(cat backend.port)
}
http://127.0.0.1:$DOWN_PORT {
	reverse_proxy 127.0.0.1:$(cat backend.port) {
		header_down -Server
	}
}
http://127.0.0.1:$SITE_PORT {
	header -Server
	reverse_proxy 127.0.0.1:$(cat backend.port)
}
END
HOME=$DIR unpacked/usr/bin/caddy run --config Caddyfile --adapter caddyfile 2>log &
CADDY=$!
curl -s -o page --retry 20 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$SITE_PORT/"

servers() { curl -s -o page -D - "http://127.0.0.1:$1/" | tr -d '\r' | sed -n 's/^Server: //p' | paste -sd '|'; }
{
  echo "no Caddy: $(servers "$(cat backend.port)")"
  echo "Caddy: $(servers "$PORT")"
  echo "Caddy, header_down -Server: $(servers "$DOWN_PORT")"
  echo "Caddy, header -Server: $(servers "$SITE_PORT")"
} | sed 's/ *$//; s/ |/|/g' | tee seen
diff - seen <<'END'
no Caddy: backend
Caddy: Caddy|backend
Caddy, header_down -Server: Caddy
Caddy, header -Server:
END
