#!/bin/bash
# lua-nginx-module: what is put into a shared dictionary for less than a millisecond stays for ever.
#
# Version: libnginx-mod-http-lua 0.10.23 with nginx 1.22.1 (Debian 12), lua-resty-core 0.1.25;
# 0.10.28 with 1.26.3 (Debian 13) does the same.
# Guess: `set(key, value, 0.0004)` is gone at once, or after the shortest time there is, 0.001 s; a time that is over
# (negative) is refused, and so it is.
# Seen: the time is cut to whole milliseconds, and none of them is 0, "never". So of a lease, a ban or a cached token whose
# time is what is left of it (`ends - now`) the one that has hardly any left is never let go, and `expire()` makes of
# what is about to end what does not end. `ttl()` says 0 of it. math.max(left, 0.001) helps.
#
# Needs Debian 12 with apt, dpkg, curl and python3. Exits with 1 if this changes.
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
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
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
  lua_shared_dict leases 1m;
  server {
    listen 127.0.0.1:$PORT;
    location / {
      content_by_lua_block {
        local leases = ngx.shared.leases
        for _, left in ipairs { 1, 0.01, 0.001, 0.0009, 0.0004 } do
          leases:set('set for ' .. left .. ' s', true, left)
          local name = 'set for 60 s, expire after ' .. left .. ' s'
          leases:set(name, true, 60)
          leases:expire(name, left)
        end
        ngx.sleep(1.5)
        local names = leases:get_keys(0)
        table.sort(names)
        for _, name in ipairs(names) do
          ngx.say(name, ': ', leases:get(name) and 'there' or 'gone', ' after 1.5 s, ttl ', leases:ttl(name))
        end
        local _, refused = pcall(leases.set, leases, 'before now', true, -0.001)
        ngx.say('set for -0.001 s: ', refused)
      }
    }
  }
}
END
unpacked/usr/sbin/nginx -e stderr -p "$DIR" -c "$DIR/nginx.conf" 2>error.log &
NGINX=$!
curl -s --retry 20 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$PORT/" | tee seen
diff - seen <<'END'
set for 0.0004 s: there after 1.5 s, ttl 0
set for 0.0009 s: there after 1.5 s, ttl 0
set for 60 s, expire after 0.0004 s: there after 1.5 s, ttl 0
set for 60 s, expire after 0.0009 s: there after 1.5 s, ttl 0
set for -0.001 s: bad "exptime" argument
END
