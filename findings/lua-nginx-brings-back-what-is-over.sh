#!/bin/bash
# lua-nginx-module: `expire()` on what has expired in a shared dictionary says true, and brings it back.
#
# Version: libnginx-mod-http-lua 0.10.23 with nginx 1.22.1 (Debian 12), lua-resty-core 0.1.25.
# Guess: what is over is gone: `get` says nil, `replace` says "not found", and so do `expire` and `ttl`, which say it of what was
# never there. So who renews a lease by `expire` learns that it came too late.
# Seen: `replace` does. `ttl` says a negative time, `expire` says true, and `get` then has the old value again, long after
# it was over, as long as nothing has taken its room: any `get` or `set` meanwhile, of another key too, may drop what is
# over, and then `expire` says "not found". Which of both it is depends on what else is going on.
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
        local function say(what, told, why)
          ngx.say(what, ': ', tostring(told), why and ' ' .. why or '')
        end
        leases:set('late', 'mine', 0.05)
        leases:set('looked at', 'mine', 0.05)
        leases:set('replaced', 'mine', 0.05)
        ngx.sleep(0.5)
        say('late, 0.45 s after its end, ttl below 0', leases:ttl 'late' < 0)
        say('late, expire', leases:expire('late', 60))
        say('late, get', (leases:get 'late'))
        local done, why = leases:replace('replaced', 'other', 60)
        say('replaced, replace', done, why)
        leases:get 'looked at'
        done, why = leases:expire('looked at', 60)
        say('looked at, expire', done, why)
        done, why = leases:expire('never there', 60)
        say('never there, expire', done, why)
      }
    }
  }
}
END
unpacked/usr/sbin/nginx -e stderr -p "$DIR" -c "$DIR/nginx.conf" 2>error.log &
NGINX=$!
curl -s --retry 20 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$PORT/" | tee seen
diff - seen <<'END'
late, 0.45 s after its end, ttl below 0: true
late, expire: true
late, get: mine
replaced, replace: false not found
looked at, expire: nil not found
never there, expire: nil not found
END
