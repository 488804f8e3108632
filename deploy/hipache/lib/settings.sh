# The settings of the front but for Redis, read and checked. Sourced by `start`.
# shellcheck shell=sh
# shellcheck disable=SC2034 # they are used where they are rendered

http_port=${FRONT_HTTP_PORT:-80}
http_host=${FRONT_HTTP_HOST:-all}
status_port=${FRONT_STATUS_PORT:-1339}
workers=${FRONT_WORKERS:-auto}
dead_ttl=${FRONT_DEAD_TTL:-30}
dead_on_5xx=${FRONT_DEAD_ON_5XX:-on}
dead_on_500=${FRONT_DEAD_ON_500:-on}
retries=${FRONT_RETRIES:-3}
hold_requests=${FRONT_HOLD_REQUESTS:-1024}
answer_head_size=${FRONT_ANSWER_HEAD_SIZE:-64}
upload_window=${FRONT_UPLOAD_WINDOW:-768}
uploads=${FRONT_UPLOADS:-512}
retry_after=${FRONT_RETRY_AFTER:-5}
statuses=${FRONT_STATUSES:-own}
pages=${FRONT_PAGES:-$here/pages}
trusted=${FRONT_TRUSTED:-}
owner=${FRONT_OWNER:-}
debug=${FRONT_DEBUG:-off}
swarm=${FRONT_SWARM:-off}
backend_tls_verify=${FRONT_BACKEND_TLS_VERIFY:-on}
backend_tls_ca=${FRONT_BACKEND_TLS_CA:-/etc/ssl/certs/ca-certificates.crt}
access_log=${FRONT_ACCESS_LOG:-on}
metrics_vhost=${FRONT_METRICS_VHOST:-off}
user=${FRONT_USER:-www-data}
run=${FRONT_RUN:-/run/nginx}

own_files=100 # of a worker, beside its connections

number FRONT_HTTP_PORT "$http_port" 1 65535
number FRONT_STATUS_PORT "$status_port" 1 65535
number FRONT_DEAD_TTL "$dead_ttl" 1 86400
number FRONT_RETRIES "$retries" 0 100
number FRONT_HOLD_REQUESTS "$hold_requests" 1 10000
number FRONT_ANSWER_HEAD_SIZE "$answer_head_size" 4 1024
number FRONT_UPLOAD_WINDOW "$upload_window" 64 16384
number FRONT_UPLOADS "$uploads" 1 65535
number FRONT_RETRY_AFTER "$retry_after" 0 86400
if [ "$workers" = auto ]; then
  workers=$(nproc)
  [ "$workers" -le 8 ] || workers=8
fi
number FRONT_WORKERS "$workers" 1 512
# Each worker has its share, two more for each request that may wait (it gets another one, to its backend), and
# needs so many open files.
connections=${FRONT_CONNECTIONS:-16384}
number FRONT_CONNECTIONS "$connections" 64 10000000
worker_connections=$(((connections + workers - 1) / workers + 2 * hold_requests))
# shellcheck disable=SC3045 # every sh that runs nginx has it
open_files=$(ulimit -Hn)
if [ "$open_files" != unlimited ] && [ $((worker_connections + own_files)) -gt "$open_files" ]; then
  worker_connections=$((open_files - own_files))
  [ -z "${FRONT_CONNECTIONS:-}" ] || fail FRONT_CONNECTIONS "$connections" \
    "at most $(((worker_connections - 2 * hold_requests) * workers)), as a process may open $open_files files here (ulimit -n)"
  [ "$worker_connections" -ge 100 ] || fail FRONT_CONNECTIONS "$connections" \
    "that a process may open more than $open_files files (ulimit -n)"
  fewer_connections="each worker has $worker_connections connections at most, as it may open $open_files files here"
fi
switch FRONT_DEAD_ON_5XX "$dead_on_5xx"
switch FRONT_DEAD_ON_500 "$dead_on_500"
switch FRONT_DEBUG "$debug"
switch FRONT_SWARM "$swarm"
switch FRONT_BACKEND_TLS_VERIFY "$backend_tls_verify"
switch FRONT_ACCESS_LOG "$access_log"
switch FRONT_METRICS_VHOST "$metrics_vhost"
case $statuses in own | hipache) ;; *) fail FRONT_STATUSES "$statuses" 'own or hipache' ;; esac

read_timeout_ms=$(milliseconds FRONT_READ_TIMEOUT "${FRONT_READ_TIMEOUT:-60s}")
half_ms=$((read_timeout_ms / 2))
[ "$half_ms" -le 3000 ] || half_ms=3000
connect_timeout_ms=$(milliseconds FRONT_CONNECT_TIMEOUT "${FRONT_CONNECT_TIMEOUT:-${half_ms}ms}")
# Retries end with the first read timeout: a connection must fail before it to be tried elsewhere.
[ "$connect_timeout_ms" -lt "$read_timeout_ms" ] ||
  fail FRONT_CONNECT_TIMEOUT "$FRONT_CONNECT_TIMEOUT" 'less than FRONT_READ_TIMEOUT'
case ${FRONT_HOLD:-10s} in
  0) hold_ms=0 ;;
  *) hold_ms=$(milliseconds FRONT_HOLD "${FRONT_HOLD:-10s}") ;;
esac
idle_timeout_ms=$(milliseconds FRONT_IDLE_TIMEOUT "${FRONT_IDLE_TIMEOUT:-24h}")
header_timeout_ms=$(milliseconds FRONT_HEADER_TIMEOUT "${FRONT_HEADER_TIMEOUT:-60s}")
client_timeout_ms=$(milliseconds FRONT_CLIENT_TIMEOUT "${FRONT_CLIENT_TIMEOUT:-1h}")
keepalive_ms=$(milliseconds FRONT_KEEPALIVE "${FRONT_KEEPALIVE:-75s}")
backend_keepalive_ms=$(milliseconds FRONT_BACKEND_KEEPALIVE "${FRONT_BACKEND_KEEPALIVE:-4s}")
shutdown_ms=$(milliseconds FRONT_SHUTDOWN_TIMEOUT "${FRONT_SHUTDOWN_TIMEOUT:-1h}")

matches "$http_host" 'all|[0-9.]+|\[[0-9a-fA-F:.]+\]' ||
  fail FRONT_HTTP_HOST "$http_host" 'all, an IPv4 address, or an IPv6 address in brackets'
matches "$trusted" '[0-9a-fA-F.:/, ]*' ||
  fail FRONT_TRUSTED "$trusted" 'addresses or networks, separated by commas'
matches "$owner" '[!-~]{0,200}' ||
  fail FRONT_OWNER "$owner" 'letters, digits and marks without spaces'
[ -z "${FRONT_USER:-}" ] || id -u "$user" > /dev/null 2>&1 ||
  fail FRONT_USER "$user" 'a user of this system'
folder FRONT_PAGES "$pages"
folder FRONT_RUN "$run"
[ -d "$pages" ] || fail FRONT_PAGES "$pages" 'a folder that exists'
[ -z "${FRONT_BACKEND_TLS_CA:-}" ] || readable FRONT_BACKEND_TLS_CA "$backend_tls_ca"
