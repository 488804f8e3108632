#!/bin/bash
# lua-nginx-module: a balancer whose `set_current_peer` was refused sends its request to the placeholder of the upstream.
#
# Version: libnginx-mod-http-lua 0.10.23 with nginx 1.22.1 (Debian 12), lua-resty-core 0.1.25.
# Guess: `server` in an upstream with `balancer_by_lua_block` is there because nginx asks for one, and is never asked itself;
# who sets no peer, as the address was refused (nil and why), gets a 502 or 500. And `::1` is taken as `[::1]` is.
# Seen: an address is an IPv4 one or an IPv6 one in brackets: a bare `::1` is an "invalid port", a name or `127.0.0.256` "no host
# allowed". Where Lua logs that and returns, as it may for any other failure, nginx connects to the placeholder: with
# `server 0.0.0.1`, as in the module's own example, to whatever the machine's routes make of it; with a real address to
# who listens there. `return ngx.exit(ngx.ERROR)` after the refusal makes it a 500.
#
# Needs Debian 12 with apt, dpkg, curl, python3 and an IPv6 loopback. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
cleanup() {
  [ -z "${NGINX:-}" ] || kill "$NGINX" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$DIR"
}
trap cleanup EXIT
cd "$DIR"

apt-get -qq download -o APT::Sandbox::User=root 'nginx=1.22.1*' 'libnginx-mod-http-lua=1:0.10.23*' libnginx-mod-http-ndk \
  lua-resty-core lua-resty-lrucache libluajit2-5.1-2 libpcre3
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
export LD_LIBRARY_PATH=$DIR/unpacked/usr/lib/x86_64-linux-gnu:$DIR/unpacked/lib/x86_64-linux-gnu
read -r PORT PEER PLACEHOLDER < <(python3 -c '
import socket
sockets = [socket.socket() for _ in range(3)]
for s in sockets: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in sockets))')
cat >nginx.conf <<END
daemon off;
pid nginx.pid;
load_module $DIR/unpacked/usr/lib/nginx/modules/ndk_http_module.so;
load_module $DIR/unpacked/usr/lib/nginx/modules/ngx_http_lua_module.so;
events {}
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  lua_package_path '$DIR/unpacked/usr/share/lua/5.1/?.lua;;';
  # While nginx is still who started it: its workers may not read this folder.
  init_by_lua_block { require 'ngx.balancer' }
  upstream chosen {
    server 127.0.0.1:$PLACEHOLDER;
    balancer_by_lua_block {
      local balancer = require 'ngx.balancer'
      local ok, err = balancer.set_current_peer(ngx.unescape_uri(ngx.var.arg_address), $PEER)
      ngx.ctx.told = ok and 'taken' or err
      if not ok and ngx.var.arg_exit then
        return ngx.exit(ngx.ERROR)
      end
    }
  }
  server {
    listen 127.0.0.1:$PORT;
    location / {
      proxy_pass http://chosen;
      header_filter_by_lua_block { ngx.header['X-Told'] = ngx.ctx.told }
    }
  }
  server { listen 127.0.0.1:$PEER; listen [::1]:$PEER; return 200 peer; }
  server { listen 127.0.0.1:$PLACEHOLDER; return 200 placeholder; }
}
END
unpacked/usr/sbin/nginx -e stderr -p "$DIR" -c "$DIR/nginx.conf" 2>error.log &
NGINX=$!
curl -s -o answer --retry 20 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$PLACEHOLDER/"

# ask ADDRESS [PARAMETER]: what set_current_peer said, and who answered
ask() {
  curl -s -g -D headers -o answer "http://127.0.0.1:$PORT/?address=$1${2:-}"
  tr -d '\r' <headers | sed -n 's/^X-Told: //p; s/^HTTP[^ ]* //p' | paste -sd ' ' | sed 's/ OK / /'
  grep -o '^[a-z]*$' answer || true
}
for address in 127.0.0.1 '[::1]' ::1 127.0.0.256 localhost; do echo "$address: $(ask "$address" | paste -sd ' ')"; done | tee seen
echo "localhost, with exit: $(ask localhost '&exit=1' | paste -sd ' ')" | tee -a seen
diff - seen <<'END'
127.0.0.1: 200 taken peer
[::1]: 200 taken peer
::1: 200 invalid port placeholder
127.0.0.256: 200 no host allowed placeholder
localhost: 200 no host allowed placeholder
localhost, with exit: 500 Internal Server Error no host allowed
END
