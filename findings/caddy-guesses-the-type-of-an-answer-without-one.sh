#!/bin/bash
# Caddy: `reverse_proxy` gives an answer that has no `Content-Type` one, guessed from its first bytes.
#
# Version: Caddy 2.6.2 (Debian 12). 2.11.4 does the same.
# Guess: a proxy passes on what the backend says of its answer; what it does not say, the client is not told either,
# as behind nginx.
# Seen: an answer with a `Content-Length` and no `Content-Type` arrives as `text/plain; charset=utf-8`, or, when it begins
# like HTML, as `text/html; charset=utf-8`. The same answer in chunks arrives without, as it was sent. So what a browser
# takes an answer for depends on whether the backend said how long it is.
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

class Untyped(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        body = b'<html>hello' if self.path.endswith('html') else b'hello'
        self.send_response(200)
        if self.path.startswith('/chunks'):
            self.send_header('Transfer-Encoding', 'chunked')
            body = b'%x\r\n%s\r\n0\r\n\r\n' % (len(body), body)
        else:
            self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(('127.0.0.1', 0), Untyped)
print(server.server_port, flush=True)
server.serve_forever()
END
python3 backend.py >backend.port &
BACKEND=$!
for _ in $(seq 50); do
  [ -s backend.port ] && break
  sleep 0.1
done

PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >Caddyfile <<END
{
	admin off
	auto_https off
}
http://127.0.0.1:$PORT {
	reverse_proxy 127.0.0.1:$(cat backend.port)
}
END
HOME=$DIR unpacked/usr/bin/caddy run --config Caddyfile --adapter caddyfile 2>log &
CADDY=$!
curl -s -o page --retry 20 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$PORT/"

typed() { curl -s -o page -w '%{content_type}' "http://127.0.0.1:$1" | grep . || echo none; }
for path in /text /html /chunks/text /chunks/html; do
  echo "$path: $(typed "$(cat backend.port)$path") from the backend, $(typed "$PORT$path") from Caddy"
done | tee seen
diff - seen <<'END'
/text: none from the backend, text/plain; charset=utf-8 from Caddy
/html: none from the backend, text/html; charset=utf-8 from Caddy
/chunks/text: none from the backend, none from Caddy
/chunks/html: none from the backend, none from Caddy
END
