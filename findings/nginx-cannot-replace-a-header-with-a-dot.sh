#!/bin/bash
# nginx: `proxy_set_header` neither replaces nor drops a request header with a dot in its name.
#
# Version: nginx 1.22.1 (Debian 12), `ignore_invalid_headers off` and `underscores_in_headers on`, which let such names
# through.
# Guess: `proxy_set_header NAME VALUE` takes the place of every header of that name, as it does for names of letters,
# digits, `-` and `_`; with "" for a value the header is left out.
# Seen: `X_Real_IP ""` leaves the header out. `X.Real.IP ""` does not, and `X.Mine set` sends both lines, the client's
# beside the set one. nginx finds what is to be replaced by a hash that it computes while it reads the name, and which
# leaves out characters that it calls invalid. So a proxy that vouches for a header cannot, by itself, take its
# spelling with dots from a client, which some CGI servers take for the same.
#
# Needs Debian 12 with apt, dpkg, curl and python3. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
cleanup() {
  for pid in ${BACKEND:-} ${NGINX:-}; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$DIR"
}
trap cleanup EXIT
cd "$DIR"

apt-get -qq download -o APT::Sandbox::User=root 'nginx=1.22.1*'
dpkg-deb -x nginx_*.deb unpacked

cat >backend.py <<'END'
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Echo(BaseHTTPRequestHandler):
    def do_GET(self):
        mine = [f'{name}={value}' for name, value in self.headers.items() if name[0] == 'X']
        self.send_response(200)
        self.end_headers()
        self.wfile.write(' '.join(sorted(mine)).encode())
    def log_message(self, *_):
        pass

server = HTTPServer(('127.0.0.1', 0), Echo)
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
cat >nginx.conf <<END
daemon off;
pid nginx.pid;
events {}
http {
  access_log off;
  underscores_in_headers on;
  ignore_invalid_headers off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {
    listen 127.0.0.1:$PORT;
    location / {
      proxy_pass http://127.0.0.1:$(cat backend.port);
      proxy_set_header X_Real_IP "";
      proxy_set_header X.Real.IP "";
      proxy_set_header X.Mine set;
    }
  }
}
END
unpacked/usr/sbin/nginx -e stderr -p "$DIR" -c "$DIR/nginx.conf" 2>error.log &
NGINX=$!
SEEN=$(curl -s --retry 20 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$PORT/" \
  -H 'X_Real_IP: 192.0.2.1' -H 'X.Real.IP: 192.0.2.2' -H 'X.Mine: sent')

echo "the backend got: $SEEN"
[ "$SEEN" = 'X.Mine=sent X.Mine=set X.Real.IP=192.0.2.2' ] || {
  echo 'CHANGED' >&2
  exit 1
}
