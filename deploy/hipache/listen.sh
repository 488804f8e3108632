# shellcheck shell=sh disable=SC2154 # what is not set here, `start` has set
# What the front listens on: HTTP, and HTTPS with certificates by the name that a client asks for.
#
#   FRONT_HTTPS_PORT       port of HTTPS, HTTP/2 included, or "off" (off)
#   FRONT_CERTIFICATES     folder of certificates: NAME.crt and NAME.key, or NAME/fullchain.pem and
#                          NAME/privkey.pem, also below `live`, as certbot has them; a wildcard's NAME is
#                          *.example.com or _.example.com (none). Each serves every name that it holds.
#                          Changes are seen within seconds. FRONT_USER must be able to read them.
#   FRONT_HTTPS_REDIRECT   on: what comes by HTTP is sent to HTTPS, if its host has a certificate here; with
#                          FRONT_HTTPS_PORT=off whatever its host is, as another one serves HTTPS (off)
#
#   FRONT_PROXY_PROTOCOL   on: every connection begins with a line of the PROXY protocol, which names the
#                          client; for a balancer that passes on connections (off)
#
# A name without a pair in the folder is looked for in Redis: `tls:NAME`, a hash of `certificate` and `key`.

https_port=${FRONT_HTTPS_PORT:-off}
certificates=${FRONT_CERTIFICATES:-}
https_redirect=${FRONT_HTTPS_REDIRECT:-off}
proxy_protocol=${FRONT_PROXY_PROTOCOL:-off}

[ "$https_port" = off ] || is_number "$https_port" 1 65535 ||
  fail FRONT_HTTPS_PORT "$https_port" 'a whole number from 1 to 65535, or off'
[ "$https_port" != "$http_port" ] ||
  fail FRONT_HTTPS_PORT "$https_port" 'another port than FRONT_HTTP_PORT'
[ -z "$certificates" ] || matches "$certificates" '/[A-Za-z0-9/_.+@: -]*' ||
  fail FRONT_CERTIFICATES "$certificates" 'an absolute path in plain characters'
case $https_redirect in
  on | off) ;;
  *) fail FRONT_HTTPS_REDIRECT "$https_redirect" 'on or off' ;;
esac

switch FRONT_PROXY_PROTOCOL "$proxy_protocol"

# needs_low_port: whether one of the ports is for those alone who may open it
needs_low_port() {
  [ "$http_port" -lt 1024 ] || { [ "$https_port" != off ] && [ "$https_port" -lt 1024 ]; }
}

listen_on() { # listen_on PORT OPTIONS
  [ "$proxy_protocol" = off ] || set -- "$1" "$2 proxy_protocol"
  [ "$http_host" = all ] || { echo "    listen $http_host:$1$2;" && return; }
  echo "    listen 0.0.0.0:$1$2;"
  [ ! -e /proc/net/if_inet6 ] || echo "    listen [::]:$1$2;"
}

render_tls() {
  listen_on "$https_port" ' ssl default_server backlog=4096'
  cat "$here/tls.conf.in"
}

# To the port of whoever serves HTTPS: this front, which knows for which hosts, or one before it
# on the usual port.
render_redirect() {
  if [ "$https_port" = off ]; then
    cat "$here/redirect.conf"
  else
    echo "    rewrite_by_lua_block { require('autodock.redirect').perhaps() }"
  fi
}

write_tls_settings() {
  [ "$https_port" = off ] && enabled=false || enabled=true
  case $https_port in
    443 | off) shown_port= ;;
    *) shown_port=:$https_port ;;
  esac
  echo "return { folder = '$certificates', enabled = $enabled, shown_port = '$shown_port' }"
}

# Who asks: behind what passes on connections its line says it, else the first address that is not
# trusted, read from the end of X-Forwarded-For.
render_real_ip() {
  if [ "$proxy_protocol" = on ]; then
    echo '    set_real_ip_from 0.0.0.0/0;'
    echo '    set_real_ip_from ::/0;'
    echo '    real_ip_header proxy_protocol;'
  elif [ -n "$trusted" ]; then
    for network in $(printf '%s' "$trusted" | tr , ' '); do
      echo "    set_real_ip_from $network;"
    done
    echo '    real_ip_header X-Forwarded-For;'
    echo '    real_ip_recursive on;'
  fi
}

# Whose headers are believed, if its address is trusted: who sends the requests, and not what passes on
# connections before it.
peer_variable() {
  # shellcheck disable=SC2016 # nginx's
  case $proxy_protocol in on) echo '$remote_addr' ;; *) echo '$realip_remote_addr' ;; esac
}

render_listen() {
  listen_on "$http_port" ' default_server backlog=4096' > "$run/listen"
  listen_on "$http_port" '' > "$run/listen-ping"
  echo '    http2 on;' >> "$run/listen"
  [ "$https_port" = off ] || render_tls >> "$run/listen"
  render_real_ip >> "$run/listen"
  [ "$https_redirect" = off ] || render_redirect >> "$run/listen"
  write_tls_settings > "$run/lua/autodock/tls_settings.lua"
}
