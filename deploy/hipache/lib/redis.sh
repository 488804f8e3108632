# Where Redis is, how to enter, and what is kept of its answers. Sourced by `start`.
# shellcheck shell=sh
# shellcheck disable=SC2034 # they are used where they are rendered

# can_be_found NAME: whether it has an address; on a node of a swarm, a minute from now at the latest. Nobody finds Redis
# there while it is started anew, and a front that ended for it would end the update that it is part of.
can_be_found() {
  late=$(date +%s)
  [ "${swarm:-off}" = off ] || late=$((late + 60))
  until getent ahosts "$1" > /dev/null; do
    [ "$(date +%s)" -lt "$late" ] || return 1
    [ -n "${told:-}" ] || echo "front: $1 cannot be found, which is waited for" >&2
    told=yes
    sleep 1
  done
}

redis=${FRONT_REDIS:-unix:///run/redis/redis.sock}
prefix=${FRONT_REDIS_PREFIX:-}
redis_db=${FRONT_REDIS_DB:-0}
redis_username=${FRONT_REDIS_USERNAME:-}
redis_password=$(secret FRONT_REDIS_PASSWORD)
cache=${FRONT_CACHE:-on}
cache_size=${FRONT_CACHE_SIZE:-32768}
known_hosts=${FRONT_KNOWN_HOSTS:-50000}

redis_timeout_ms=$(milliseconds FRONT_REDIS_TIMEOUT "${FRONT_REDIS_TIMEOUT:-1s}")
number FRONT_REDIS_DB "$redis_db" 0 65535
switch FRONT_CACHE "$cache"
number FRONT_CACHE_SIZE "$cache_size" 16 1000000
cache_ttl_ms=$(milliseconds FRONT_CACHE_TTL "${FRONT_CACHE_TTL:-60s}")
number FRONT_KNOWN_HOSTS "$known_hosts" 1 1000000
case ${FRONT_LAST_KNOWN:-forever} in
  forever) last_known=math.huge ;;
  0) last_known=0 ;;
  *) last_known="$(milliseconds FRONT_LAST_KNOWN "$FRONT_LAST_KNOWN") / 1000" ;;
esac
matches "$prefix" '[][A-Za-z0-9:_.#@/{}-]*' ||
  fail FRONT_REDIS_PREFIX "$prefix" 'letters, digits and : _ . - # @ / { } [ ]'
matches "$redis_username" '[^ ]*' || fail FRONT_REDIS_USERNAME "$redis_username" 'a name without spaces'
[ -z "$redis_username" ] || [ -n "$redis_password" ] ||
  fail FRONT_REDIS_USERNAME "$redis_username" 'a FRONT_REDIS_PASSWORD beside it'

# A socket, an address, or a name, which is looked up again while the front runs.
redis_port=nil
redis_tls=off
redis_sentinels=nil
redis_master=''
case $redis in
  unix:*)
    redis_host=unix:/$(printf '%s' "${redis#unix:}" | sed 's,^/*,,')
    matches "$redis_host" 'unix:/[A-Za-z0-9/_.+@-]+' ||
      fail FRONT_REDIS "$redis" 'unix:///path, host:port, rediss://host:port (TLS) or redis+sentinel://host:port,host:port/name'
    ;;
  redis+sentinel://* | rediss+sentinel://*)
    case $redis in rediss*) redis_tls=on ;; esac
    redis_host='' where=${redis#*://}
    case $where in *@*)
      fail FRONT_REDIS "${redis%%://*}://(hidden)" 'user and password in FRONT_REDIS_USERNAME and FRONT_REDIS_PASSWORD' ;;
    esac
    one='([A-Za-z0-9_.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?'
    matches "$where" "$one(,$one)*/[A-Za-z0-9_.-]+(/[0-9]{1,4})?" ||
      fail FRONT_REDIS "$redis" 'redis+sentinel://host:port,host:port/name'
    redis_sentinels=$(printf '%s' "${where%%/*}" | tr , '\n' |
      sed -E "s/^(.*[^0-9:].*|[0-9.]+):([0-9]+)\$/{ '\1', \2 },/; t; s/.*/{ '&', 26379 },/" | tr '\n' ' ')
    redis_sentinels="{ $redis_sentinels}"
    redis_master=${where#*/}
    case $redis_master in */*)
      redis_db=${redis_master#*/} redis_master=${redis_master%%/*} ;;
    esac
    ;;
  *)
    case $redis in rediss://*) redis_tls=on ;; esac
    authority=${redis#redis*://}
    redis_port=${authority##*:}
    redis_host=${authority%:*}
    if ! matches "$redis_host" '[A-Za-z0-9_.-]+|\[[0-9a-fA-F:.]+\]' ||
      ! is_number "$redis_port" 1 65535; then
      fail FRONT_REDIS "$redis" 'unix:///path, host:port, rediss://host:port (TLS) or redis+sentinel://host:port,host:port/name'
    fi
    matches "$redis_host" '[0-9.]+|\[.*\]' || can_be_found "$redis_host" ||
      fail FRONT_REDIS "$redis" 'a host name that can be resolved'
    ;;
esac

# By whom Redis is known over TLS, and what is shown to it.
redis_tls_ca=${FRONT_REDIS_TLS_CA:-/etc/ssl/certs/ca-certificates.crt}
redis_tls_cert=${FRONT_REDIS_TLS_CERT:-}
redis_tls_key=${FRONT_REDIS_TLS_KEY:-}
redis_tls_name=${FRONT_REDIS_TLS_NAME:-}
for name in CA CERT KEY NAME; do
  value=$(eval "printf '%s' \"\${FRONT_REDIS_TLS_$name:-}\"")
  [ -n "$value" ] || continue
  [ "$redis_tls" = on ] || fail "FRONT_REDIS_TLS_$name" "$value" 'a FRONT_REDIS that begins with rediss:// or rediss+sentinel://'
  [ "$name" = NAME ] || readable "FRONT_REDIS_TLS_$name" "$value"
done
matches "$redis_tls_name" '[A-Za-z0-9_.:-]*' || fail FRONT_REDIS_TLS_NAME "$redis_tls_name" 'a host name'
[ -z "$redis_tls_cert" ] || [ -n "$redis_tls_key" ] ||
  fail FRONT_REDIS_TLS_CERT "$redis_tls_cert" 'a FRONT_REDIS_TLS_KEY beside it'
[ -z "$redis_tls_key" ] || [ -n "$redis_tls_cert" ] ||
  fail FRONT_REDIS_TLS_KEY "$redis_tls_key" 'a FRONT_REDIS_TLS_CERT beside it'
