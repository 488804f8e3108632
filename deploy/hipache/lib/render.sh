# Writes what nginx and the Lua parts read, out of the settings. Sourced by `start`.
# shellcheck shell=sh
# shellcheck disable=SC2154 # from settings.sh and redis.sh

# As a string of Lua: anything but a line feed may stand in it.
lua_string() {
  printf "'%s'" "$(printf '%s' "$1" | sed "s/[\\\\']/\\\\&/g")"
}

lua_boolean() {
  case $1 in on) echo true ;; *) echo false ;; esac
}

write_settings() {
  cat << END
return {
  redis_host = '$redis_host',
  redis_port = $redis_port,
  redis_sentinels = $redis_sentinels,
  redis_master = '$redis_master',
  redis_db = '$redis_db',
  redis_username = $(lua_string "$redis_username"),
  redis_password = $(lua_string "$redis_password"),
  redis_tls = $(lua_boolean "$redis_tls"),
  redis_tls_name = '$redis_tls_name',
  redis_tls_shown = $([ -z "$redis_tls_cert" ] && echo false || echo true),
  redis_timeout_ms = $redis_timeout_ms,
  prefix = '$prefix',
  owner = $(lua_string "$owner"),
  run = '$run',
  cache = $(lua_boolean "$cache"),
  cache_size = $cache_size,
  cache_ttl = $cache_ttl_ms / 1000,
  known_hosts = $known_hosts,
  last_known = $last_known,
  dead_ttl = '$dead_ttl',
  dead_on_5xx = $(lua_boolean "$dead_on_5xx"),
  dead_on_500 = $(lua_boolean "$dead_on_500"),
  debug = $(lua_boolean "$debug"),
  swarm = $(lua_boolean "$swarm"),
  tries = $retries + 1,
  hold = $hold_ms / 1000,
  hold_requests = $hold_requests,
  connect_timeout_ms = $connect_timeout_ms,
  backend_tls_verify = $(lua_boolean "$backend_tls_verify"),
  idle_timeout = $idle_timeout_ms / 1000,
  retry_after = '$retry_after',
  statuses = '$statuses',
  pages = '$pages',
  shipped_pages = '$here/pages',
  metrics_vhost = $(lua_boolean "$metrics_vhost"),
  metrics_token = $(lua_string "$metrics_token"),
  workers = $workers,
  worker_connections = $worker_connections,
}
END
}

write_trusted() {
  for network in $(printf '%s' "$trusted" | tr , ' '); do
    echo "    $network 1;"
  done
}

write_backend_tls() {
  cat << END
    proxy_ssl_server_name on;
    proxy_ssl_name \$backend_tls_name;
    proxy_ssl_protocols TLSv1.2 TLSv1.3;
    proxy_ssl_verify_depth 4;
    proxy_ssl_verify $backend_tls_verify;
END
  [ "$backend_tls_verify" = off ] || [ ! -r "$backend_tls_ca" ] ||
    echo "    proxy_ssl_trusted_certificate '$backend_tls_ca';"
}

# The same for what is spoken to by Lua (interim.lua).
write_relay_tls() {
  echo '    lua_ssl_protocols TLSv1.2 TLSv1.3;'
  echo '    lua_ssl_verify_depth 4;'
  [ ! -r "$backend_tls_ca" ] || echo "    lua_ssl_trusted_certificate '$backend_tls_ca';"
}

write_redis_tls() {
  [ "$redis_tls" = on ] || return 0
  cat << END
  lua_ssl_protocols TLSv1.2 TLSv1.3;
  lua_ssl_verify_depth 4;
  lua_ssl_trusted_certificate '$redis_tls_ca';
END
  [ -z "$redis_tls_cert" ] || cat << END
  lua_ssl_certificate '$redis_tls_cert';
  lua_ssl_certificate_key '$redis_tls_key';
END
}

# What backends are told and allowed by HTTP is so by gRPC as well.
write_grpc() {
  sed -nE '/ (Connection|Upgrade|X-Autodock-Relay) /d
    s/^ *proxy_((set|hide|pass)_header|(connect|send|read)_timeout|next_upstream(_timeout)?|buffer_size) /grpc_\1 /p' \
    "$run/nginx.conf" "$here/sent.conf" "$1"
}

# fill MARKER FILE: a script for sed that puts the file in the marker's place
fill() {
  printf '/^@%s@$/{r %s\nd\n}\n' "$1" "$2"
}

render() {
  mkdir -p "$run/lua/autodock"
  write_settings > "$run/lua/autodock/settings.lua"
  render_listen
  write_trusted > "$run/trusted"
  write_backend_tls > "$run/backend-tls"
  write_relay_tls > "$run/relay-tls"
  write_redis_tls > "$run/redis-tls"
  write_metrics_server > "$run/metrics"
  case $access_log in on) log="$run/access.log front buffer=32k flush=1s" ;; *) log=off ;; esac
  [ -z "$trusted" ] && forwarded=own || forwarded=trusted
  # A small folder of their own where there is one: clients can fill it, and nothing else is to run out of room then.
  bodies=$run/body
  [ "$run" != /run/nginx ] || [ ! -w /run/bodies ] || bodies=/run/bodies
  case $debug in on) explain='require("autodock.debug").explain()' ;; *) explain= ;; esac
  {
    fill LISTEN "$run/listen"
    fill LISTEN_PING "$run/listen-ping"
    fill TRUSTED "$run/trusted"
    fill BACKEND_TLS "$run/backend-tls"
    fill RELAY_TLS "$run/relay-tls"
    fill REDIS_TLS "$run/redis-tls"
    fill METRICS_SERVER "$run/metrics"
    cat << END
s|^@USER@\$|$([ "$(id -u)" != 0 ] || echo 'user root;')|
s|@DEBUG@|$explain|
s|@PEER@|$(peer_variable)|
s|@HERE@|$here|g
s|@RUN@|$run|g
s|@BODIES@|$bodies|
s|@WORKERS@|$workers|
s|@WORKER_CONNECTIONS@|$worker_connections|
s|@ACCESS_LOG@|$log|
s|@STATUS_PORT@|$status_port|
s|@FORWARDED@|$forwarded|g
s|@ID@|$(cut -c 25-36 /proc/sys/kernel/random/uuid)|g
s|@CONNECT_TIMEOUT_MS@|$connect_timeout_ms|
s|@READ_TIMEOUT_MS@|$read_timeout_ms|
s|@RETRY_TIMEOUT_MS@|$((read_timeout_ms - 5))|
s|@HEADER_TIMEOUT_MS@|$header_timeout_ms|
s|@CLIENT_TIMEOUT_MS@|$client_timeout_ms|
s|@ANSWER_HEAD_SIZE@|$answer_head_size|
s|@UPLOAD_WINDOW@|$upload_window|
s|@UPLOADS@|$uploads|
s|@KEEPALIVE_MS@|$keepalive_ms|
s|@BACKEND_KEEPALIVE_MS@|$backend_keepalive_ms|
s|@SHUTDOWN_MS@|$shutdown_ms|
END
  } > "$run/render.sed"
  sed -f "$run/render.sed" "$here/nginx.conf.in" > "$run/nginx.conf"
  write_grpc "$here/forwarded-$forwarded.conf" > "$run/grpc.conf"
}
