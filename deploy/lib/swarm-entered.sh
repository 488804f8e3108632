# shellcheck shell=bash
# Whether a Redis that is not the stack's is entered, as controller and front of this node say. Needs swarm-redis.sh.

# check_outer_redis: whether this node's controller enters a Redis that is not the stack's. A controller waits for its Redis
# for as long as it takes, and counts as healthy meanwhile.
check_outer_redis() {
  local controller said=''
  has_outer_redis || return 0
  controller=$("$DOCKER" ps -q --filter "label=com.docker.swarm.service.name=${PROJECT}_autodock" | head -n 1)
  # A node that is drained has none.
  [ -n "$controller" ] || return 0
  for _ in 1 2 3; do
    said=$("$DOCKER" exec "$controller" autodock hosts 2>&1 >/dev/null) && return
    sleep 1
  done
  fail "the stack runs, and its controllers do not enter their Redis ($REDIS_SHOWN): $(tail -n 1 <<<"$said")" \
    "Nothing is routed until they do. If Redis is away, they go on by themselves when it is back. To take another one:" \
    "deploy/down --swarm, then AUTODOCK_REDIS_URL=… deploy/up --swarm."
}

# check_outer_redis_of_front: whether this node's front enters it, by what it says itself. It checks certificates by itself, by
# names alone, and answers from the routes that it knew while it has no Redis.
check_outer_redis_of_front() {
  local front said=''
  has_outer_redis || return 0
  front=$("$DOCKER" ps -q --filter "label=com.docker.swarm.service.name=${PROJECT}_hipache" | head -n 1)
  [ -n "$front" ] || return 0
  for _ in 1 2 3; do
    said=$("$DOCKER" exec "$front" bash -c "$FRONT_STATUS" 2>/dev/null | front_without_redis) || return 0
    sleep 1
  done
  fail "the stack runs, and its fronts do not enter their Redis ($REDIS_SHOWN): $said" \
    "$(front_redis_remedy "$said")" "Until they do, they answer by the routes that they knew, if any."
}

# What asks the front for its status, within its container, which has no HTTP client.
# shellcheck disable=SC2016 # its bash expands it
readonly FRONT_STATUS='exec 3<> "/dev/tcp/127.0.0.1/${FRONT_STATUS_PORT:-1339}" && printf "GET /status HTTP/1.0\r\n\r\n" >&3 && timeout 10 cat <&3'

# front_without_redis: what the status says why, as the settings of a stack are called; ends with 1 if Redis is there.
front_without_redis() {
  sed -nE 's/.*"redis":\{"reachable":false,"why":("([^"]*)"|null).*/\2/p' \
    | sed -E 's/FRONT_REDIS_TLS_(CA|CERT|KEY)/AUTODOCK_REDIS_TLS_\1/g; s/\bFRONT_REDIS\b/AUTODOCK_REDIS_URL/g' | grep .
}

front_redis_remedy() {
  case $1 in
    *FRONT_REDIS_TLS_NAME*) echo "Say the name that its certificate holds: FRONT_REDIS_TLS_NAME=NAME deploy/up --swarm (or in deploy/.env)." ;;
    *AUTODOCK_REDIS_TLS_* | *AUTODOCK_REDIS_URL*) echo "Mend that setting (in deploy/.env, for example), then deploy/up --swarm again." ;;
    *) echo "If Redis is away, they go on by themselves when it is back; see docker service logs ${PROJECT}_hipache." ;;
  esac
}
