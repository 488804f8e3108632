#!/bin/bash
# Caddy: `reverse_proxy` asks the backend for gzip where its client asks for no packing, and unpacks the answer.
#
# Version: Caddy 2.6.2 (Debian 12). 2.11.4 does the same.
# Guess: `Accept-Encoding` is the client's word: with it, it is passed on as it is, without it, the backend gets none.
# Seen: without it the backend gets `Accept-Encoding: gzip`. If it packs, Caddy unpacks: the client gets an answer that it
# can read, but in chunks, without the length that either side knew, and below the strong `ETag` of the packed bytes;
# and both of them pack and unpack for nothing. `transport http { compression off }` ends it.
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
import gzip
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Packing(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        asked = self.headers.get('Accept-Encoding', 'nothing')
        body = f'asked for {asked}\n'.encode()
        self.send_response(200)
        if asked == 'gzip':
            body = gzip.compress(body)
            self.send_header('Content-Encoding', 'gzip')
        self.send_header('ETag', '"%d-bytes"' % len(body))
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(('127.0.0.1', 0), Packing)
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
OFF_PORT=$(free_port)
cat >Caddyfile <<END
{
	admin off
	auto_https off
}
http://127.0.0.1:$PORT {
	reverse_proxy 127.0.0.1:$(cat backend.port)
}
http://127.0.0.1:$OFF_PORT {
	reverse_proxy 127.0.0.1:$(cat backend.port) {
		transport http {
			compression off
		}
	}
}
END
HOME=$DIR unpacked/usr/bin/caddy run --config Caddyfile --adapter caddyfile 2>log &
CADDY=$!
curl -s -o page --retry 20 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$OFF_PORT/"

# The body, the tag, and how its end is told.
ask() {
  curl -s -i "http://127.0.0.1:$1/" | tr -d '\r' | awk 'tolower($1) ~ /^(etag|content-length|transfer-encoding):$/ {seen = seen ", " tolower($0)}
    /^asked/ {print $0 seen}'
}
{
  echo "no Caddy: $(ask "$(cat backend.port)")"
  echo "Caddy: $(ask "$PORT")"
  echo "Caddy, compression off: $(ask "$OFF_PORT")"
} | tee seen
diff - seen <<'END'
no Caddy: asked for nothing, etag: "18-bytes", content-length: 18
Caddy: asked for gzip, etag: "35-bytes", transfer-encoding: chunked
Caddy, compression off: asked for nothing, content-length: 18, etag: "18-bytes"
END
