# shellcheck shell=bash
# autodock on all nodes of a swarm: what the stack of deploy/stack.yaml needs, whether it can run, and how it does.
# Needs engine.sh, compose.sh, base.sh and ports.sh; compose.sh's PROJECT is the stack's name.
# shellcheck disable=SC2153

readonly STACK_NETWORK=autodock STACK_SERVICES=(redis docker-proxy hipache autodock)

# swarm_info FIELD: what the engine says of its swarm.
swarm_info() { "$DOCKER" info --format "{{.Swarm.$1}}" 2>/dev/null; }

# check_swarm: ends the program where this node cannot start the stack.
check_swarm() {
  case $(swarm_info LocalNodeState) in
    active) ;;
    locked) fail "this node's swarm is locked" "Unlock it (docker swarm unlock), then run deploy/${0##*/} --swarm again." ;;
    pending | error) fail "this node is not in its swarm: $(swarm_info Error)" "See docker info, and the engine's log." ;;
    *) fail "this engine is in no swarm" \
      "Make one: docker swarm init --advertise-addr ADDRESS, an address at which the other nodes reach this one;" \
      "then join them with the command that it prints, and run deploy/${0##*/} --swarm here again." ;;
  esac
  step swarm "node $(swarm_info NodeAddr)"
}

# check_manager: ends the program on a worker.
check_manager() {
  [ "$(swarm_info ControlAvailable)" = true ] || fail "this node is a worker, and the stack is started on a manager" \
    "Run deploy/${0##*/} --swarm on one of: $("$DOCKER" info --format '{{range .Swarm.RemoteManagers}}{{.Addr}} {{end}}')" \
    "(where no registry has the images, run deploy/up --swarm --images here: it makes them, and nothing else)"
}

# check_only_stack: two of them would want the same ports, network and volumes.
check_only_stack() {
  local service other
  for service in $("$DOCKER" service ls -q --filter label=autodock.part); do
    other=$("$DOCKER" service inspect --format '{{index .Spec.Labels "com.docker.stack.namespace"}}' "$service")
    [ "$other" = "$PROJECT" ] || fail "the stack $other runs autodock on this swarm already, and one swarm has one" \
      "Update that one (COMPOSE_PROJECT_NAME=$other deploy/up --swarm), or take it away first (COMPOSE_PROJECT_NAME=$other deploy/down --swarm)."
  done
}

# use_network: makes the overlay that services join, and refuses one that they could not join.
use_network() {
  local is
  is=$("$DOCKER" network inspect --format '{{.Scope}} {{.Driver}} {{.Attachable}}' "$STACK_NETWORK" 2>/dev/null) || true
  case $is in
    'swarm overlay true') ;;
    '')
      "$DOCKER" network create --driver overlay --attachable "$STACK_NETWORK" >>"$LOG" 2>&1 \
        || fail_log "the network $STACK_NETWORK cannot be made" "The log shows what the engine said."
      step network "$STACK_NETWORK, an attachable overlay" ;;
    'swarm overlay false') fail "the overlay $STACK_NETWORK is not attachable: only services could join it" \
      "Take its services away, then: docker network rm $STACK_NETWORK; deploy/up --swarm makes it anew." ;;
    *) fail "the network $STACK_NETWORK is not an overlay of the swarm (scope and driver: ${is% *})" \
      "Give it another name, or take it away: docker network rm $STACK_NETWORK; deploy/up --swarm makes it anew." ;;
  esac
}

# nodes_with LABEL: the ids of nodes where it is true.
nodes_with() {
  "$DOCKER" node ls -q | xargs "$DOCKER" node inspect --format "{{.ID}} {{index .Spec.Labels \"$1\"}}" \
    | sed -n 's/ true$//p'
}

# use_nodes: which node has Redis, and which ones a front.
use_nodes() {
  local with
  with=$(nodes_with autodock.redis)
  if [ -z "$with" ] && ! has_outer_redis; then
    "$DOCKER" node update --label-add autodock.redis=true "$(swarm_info NodeID)" >>"$LOG"
    step redis "on this node from now on, with its volume (label autodock.redis=true)"
  elif [ "$(wc -l <<<"$with")" -gt 1 ]; then
    fail "several nodes have the label autodock.redis=true, and the volume of Redis is on one: $(tr '\n' ' ' <<<"$with")" \
      "Take it from the others: docker node update --label-rm autodock.redis NODE"
  fi
  [ -n "${AUTODOCK_FRONT_NODES:-}" ] || [ -z "$(nodes_with autodock.front)" ] \
    || export AUTODOCK_FRONT_NODES='node.labels.autodock.front == true'
}

# has_front: whether this node gets one, as far as labels tell.
has_front() {
  local label
  label=$("$DOCKER" node inspect --format '{{index .Spec.Labels "autodock.front"}}' self)
  [ "$label" = true ] || { [ "$label" != false ] && [ -z "${AUTODOCK_FRONT_NODES:-}" ]; }
}

# check_front_ports: of this node; what the others say comes with their tasks.
check_front_ports() {
  [ "${FRONT_HTTPS_PORT:-}" != off ] || fail "FRONT_HTTPS_PORT is off, and the stack publishes it on each node" \
    "Choose a port that is free: FRONT_HTTPS_PORT=8443 deploy/up --swarm"
  has_front || return 0
  check_front_port "${FRONT_HTTP_PORT:-80}" FRONT_HTTP_PORT 8080
  check_front_port "${FRONT_HTTPS_PORT:-443}" FRONT_HTTPS_PORT 8443
}

# check_front_port PORT VARIABLE OTHER
check_front_port() {
  published_by_front "$1" || free_port "$1" || fail "port $1, for the front, is taken on this node$(holder "$1")" \
    "Stop what holds it (autodock without --swarm: deploy/down), choose another one: $2=$3 deploy/up --swarm," \
    "or have no front here: docker node update --label-add autodock.front=false $(swarm_info NodeID)"
}

published_by_front() {
  "$DOCKER" service inspect --format '{{range .Endpoint.Ports}}{{println .PublishedPort}}{{end}}' "${PROJECT}_hipache" 2>/dev/null \
    | grep -qx "$1"
}

free_port() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# has_outer_redis: whether it is not one of the stack's.
has_outer_redis() { [ -n "${AUTODOCK_REDIS_URL:-}" ]; }

# use_redis: how controllers and fronts enter it, as secrets of the swarm.
use_redis() {
  local url=redis:6379 password
  if has_outer_redis; then
    read_redis_url
  else
    password=$(od -An -N 32 -tx1 /dev/urandom | tr -d ' \n')
    AUTODOCK_REDIS_URL_MADE=redis://:$password@$url REDIS_PASSWORD=$password REDIS_SHOWN=$url
  fi
  if has_secret autodock_redis_password && has_secret autodock_redis_url; then
    [ "$(secret_label autodock_redis_url)" = "$REDIS_SHOWN" ] || fail "this stack's Redis is $(secret_label autodock_redis_url), and not $REDIS_SHOWN" \
      "Take the stack away first (deploy/down --swarm --volumes), then run deploy/up --swarm again."
    return
  fi
  "$DOCKER" secret rm autodock_redis_password autodock_redis_url >/dev/null 2>&1 || true
  make_secret autodock_redis_password "$REDIS_PASSWORD"
  make_secret autodock_redis_url "$AUTODOCK_REDIS_URL_MADE"
  step redis "its password is a secret of the swarm"
}

# read_redis_url: redis://[USER]:PASSWORD@HOST[:PORT][/DB], for the front in pieces.
read_redis_url() {
  [[ $AUTODOCK_REDIS_URL =~ ^redis://([^:@/]*):([^@]+)@([^:@/]+)(:([0-9]+))?(/([0-9]+))?$ ]] \
    || fail "AUTODOCK_REDIS_URL is not one that all nodes can use" \
      "Write redis://:PASSWORD@HOST:6379 (or redis://USER:PASSWORD@HOST:6379/DB), with a host that every node reaches."
  export FRONT_REDIS_USERNAME=${FRONT_REDIS_USERNAME:-${BASH_REMATCH[1]}} FRONT_REDIS_DB=${FRONT_REDIS_DB:-${BASH_REMATCH[7]:-0}}
  export AUTODOCK_FRONT_REDIS=${BASH_REMATCH[3]}:${BASH_REMATCH[5]:-6379} AUTODOCK_REDIS_REPLICAS=0
  AUTODOCK_REDIS_URL_MADE=$AUTODOCK_REDIS_URL REDIS_PASSWORD=${BASH_REMATCH[2]} REDIS_SHOWN=$AUTODOCK_FRONT_REDIS
}

has_secret() { "$DOCKER" secret inspect "$1" >/dev/null 2>&1; }

secret_label() { "$DOCKER" secret inspect --format '{{index .Spec.Labels "autodock.redis"}}' "$1"; }

# make_secret NAME VALUE: by stdin, as a command line is seen by everybody.
make_secret() {
  printf %s "$2" | "$DOCKER" secret create --label "autodock.redis=$REDIS_SHOWN" "$1" - >>"$LOG" 2>&1 \
    || fail_log "the secret $1 cannot be made" "The log shows what the engine said."
}

# use_images: what they are called. The tag is of what they are made from: the same on every node that has the same
# files, and another one with every change, without which a stack would not be updated.
use_images() {
  local files=(Dockerfile package.json package-lock.json tsconfig.json build src deploy/redis deploy/docker-proxy deploy/hipache)
  AUTODOCK_TAG=${AUTODOCK_TAG:-$(cd "$ROOT" && find "${files[@]}" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)}
  # An engine asks the registry of an image at every start, for 20 s where names cannot be resolved, before it takes
  # its own. Nobody is on this port, which it learns at once.
  AUTODOCK_IMAGES=${AUTODOCK_REGISTRY:-localhost:1}/autodock
  export AUTODOCK_TAG AUTODOCK_IMAGES
}

swarm_compose() { compose -f "$ROOT/deploy/compose.swarm.yaml" "$@"; }

image_of() { echo "$AUTODOCK_IMAGES-$1:$AUTODOCK_TAG"; }

have_stack_images() {
  local service
  for service in "${STACK_SERVICES[@]}"; do has_image "$(image_of "$service")" || return 1; done
}

# make_stack_images: on this node; those of other nodes come from the registry, or are made there by --images.
make_stack_images() {
  if have_stack_images; then
    step build "the images are here ($AUTODOCK_TAG)"
  else
    find_compose
    choose_base
    use_npm_settings
    AUTODOCK_VERSION=$(sed -nE 's/^ *"version": "(.*)",$/\1/p' "$ROOT/package.json")
    export AUTODOCK_VERSION
    during build "building the services" compose_build swarm_compose "${STACK_SERVICES[@]}" \
      || fail_log "the images could not be built" "The log shows which step failed; run deploy/up --swarm again to go on from there."
  fi
  [ -z "${AUTODOCK_REGISTRY:-}" ] || push_images
}

push_images() {
  local service
  for service in "${STACK_SERVICES[@]}"; do
    during push "pushing $(image_of "$service")" "$DOCKER" push "$(image_of "$service")" \
      || fail_log "$AUTODOCK_REGISTRY does not take the images" "Log in (docker login), or correct AUTODOCK_REGISTRY."
  done
}

# certificates: a file for the stack with the secrets that are labelled autodock.certificate, by their names.
certificates() {
  local name names file=$ROOT/.cache/deploy/stack.certificates.yaml
  names=$("$DOCKER" secret ls --filter label=autodock.certificate --format '{{.Name}}')
  {
    printf "version: '3.9'\nservices:\n  hipache:\n    secrets:\n"
    for name in $names; do printf '      - { source: %s, target: /certificates/%s }\n' "$name" "$name"; done
    printf 'secrets:\n'
    for name in $names; do printf '  %s: { external: true }\n' "$name"; done
  } >"$file"
  [ -n "$names" ] && echo "$file"
}

deploy_stack() {
  local options=(--resolve-image never) file
  [ -z "${AUTODOCK_REGISTRY:-}" ] || options=(--resolve-image always --with-registry-auth)
  file=$(certificates) || true
  during start "starting the stack" "$DOCKER" stack deploy "${options[@]}" -c "$ROOT/deploy/stack.yaml" ${file:+-c "$file"} "$PROJECT" \
    || fail_log "the stack could not be started" "The log shows what the engine said."
}

# stack_states: one line a service: its name, and how many of its tasks run, of how many; `updating` while they change.
stack_states() {
  local name count
  "$DOCKER" service ls --filter "label=com.docker.stack.namespace=$PROJECT" --format '{{.Name}} {{.Replicas}}' \
    | while read -r name count _; do
      echo "${name#"${PROJECT}"_} $count $("$DOCKER" service inspect --format '{{with .UpdateStatus}}{{.State}}{{end}}' "$name")"
    done
}

wait_until_stack_runs() {
  local seconds=${AUTODOCK_UP_TIMEOUT:-180}
  during health "waiting until all run" stack_runs_within "$seconds" && return
  name_task_error
  fail_log "not all run within $seconds s: $(stack_states | tr '\n' ';')" \
    "See docker stack ps --no-trunc $PROJECT; AUTODOCK_UP_TIMEOUT=600 waits longer."
}

stack_runs_within() {
  local deadline=$((SECONDS + $1)) now before=''
  while [ "$SECONDS" -lt "$deadline" ]; do
    now=$(stack_states)
    [ "$now" = "$before" ] || echo "$now"
    before=$now
    [ -z "$(task_errors)" ] || return 1
    if ! grep -qE ' (updating|paused|rollback_[a-z]*)$' <<<"$now" && all_run "$now"; then return; fi
    sleep 0.5
  done
  return 1
}

# all_run STATES: no service lacks a task, and each of the four is there (Redis may be meant to have none).
all_run() {
  [ "$(wc -l <<<"$1")" -eq "${#STACK_SERVICES[@]}" ] \
    && awk '{ split($2, n, "/"); if (n[1] != n[2] || (n[2] == 0 && $1 != "redis")) exit 1 }' <<<"$1"
}

# task_errors: of tasks of this run that no waiting mends: `SERVICE|NODE|ERROR`.
task_errors() {
  "$DOCKER" stack ps -q --no-trunc "$PROJECT" 2>/dev/null | xargs -r "$DOCKER" inspect --type task \
    --format '{{.CreatedAt}}|{{.ServiceID}}|{{.NodeID}}|{{.Status.Err}}' 2>/dev/null \
    | awk -F '|' -v since="$SWARM_SINCE" '$1 >= since' | cut -d '|' -f 2- \
    | grep -E 'No such image|address already in use|port is already allocated|host-mode port already in use|bind source path does not exist' \
    | sort -u
}

# name_task_error: ends the program with the first of them, and what to do.
name_task_error() {
  local service id node error name port
  IFS='|' read -r service id error < <(task_errors) || return 0
  name=$("$DOCKER" service inspect --format '{{.Spec.Name}}' "$service")
  node=$("$DOCKER" node inspect --format '{{.Description.Hostname}} ({{.Status.Addr}})' "$id" 2>/dev/null) || node='which Swarm would take'
  case $error in
    *'No such image'*)
      fail "node $node has no image for $name, and no registry is set" \
        "Make them there: deploy/up --swarm --images, from the same files; or take them there:" \
        "docker save $(for service in "${STACK_SERVICES[@]}"; do image_of "$service"; done | tr '\n' ' ')| ssh NODE docker load;" \
        "or set a registry that all nodes reach: AUTODOCK_REGISTRY=registry.example.com deploy/up --swarm" ;;
    *'bind source path'*)
      fail "node $node has no engine's socket at ${AUTODOCK_DOCKER_SOCKET:-/var/run/docker.sock}" \
        "Say where it is on every node: AUTODOCK_DOCKER_SOCKET=/PATH deploy/up --swarm" ;;
    *)
      port=$(sed -nE 's/.*0\.0\.0\.0:([0-9]+).*/\1/p' <<<"$error")
      fail "on node $node, port ${port:-${FRONT_HTTP_PORT:-80} or ${FRONT_HTTPS_PORT:-443}}, for the front, is taken" \
        "Stop what holds it there, choose another one (FRONT_HTTP_PORT, FRONT_HTTPS_PORT), or have no front there:" \
        "docker node update --label-add autodock.front=false ${id:-NODE}; then deploy/up --swarm again" ;;
  esac
}

# swarm_up [images]: the whole way; with `images`, only as far as they go.
swarm_up() {
  [ -z "${COMPOSE_PROFILES:-}" ] || fail "COMPOSE_PROFILES is '$COMPOSE_PROFILES', and the stack has no profiles" \
    "Run it without: COMPOSE_PROFILES= deploy/up --swarm"
  use_images
  if [ "${1:-}" = images ]; then
    make_stack_images
    step images "made here; on a manager: deploy/up --swarm"
    return
  fi
  check_swarm
  check_manager
  check_only_stack
  use_network
  use_nodes
  check_front_ports
  make_stack_images
  use_redis
  # As the engine writes times.
  SWARM_SINCE=$(date -u '+%F %T')
  deploy_stack
  wait_until_stack_runs
  swarm_next_steps
}

swarm_next_steps() {
  local port
  port=$(front_port)
  cat <<END

autodock is up on this swarm. To route a service, put it on the front's network and tell it its host name:

  docker service create --network $STACK_NETWORK -e VIRTUALHOST=hello.local nginx:alpine
  $(shown_curl) -H 'Host: hello.local' http://$(swarm_info NodeAddr)$([ "$port" = 80 ] || echo ":$port")/

Why routed   docker exec \$(docker ps -qf label=com.docker.swarm.service.name=${PROJECT}_autodock) autodock explain
Logs         docker service logs -f ${PROJECT}_autodock
END
}

# swarm_down [volumes]: takes the stack away, and with `volumes` what it kept.
swarm_down() {
  local service
  [ "$(swarm_info LocalNodeState)" != inactive ] || fail "this engine is in no swarm, and has no stack" \
    "Run deploy/down --swarm on a manager; what runs without a swarm is taken away by deploy/down."
  check_swarm
  check_manager
  during down "removing the stack" remove_stack || fail_log "the stack could not be removed" "The log shows what the engine said."
  if [ "${1:-}" != volumes ]; then
    step data "kept (deploy/down --swarm --volumes deletes it)"
    return
  fi
  "$DOCKER" secret rm autodock_redis_password autodock_redis_url >>"$LOG" 2>&1 || true
  "$DOCKER" volume rm "${PROJECT}_redis-data" "${PROJECT}_docker-api" >>"$LOG" 2>&1 || true
  service=$("$DOCKER" network rm "$STACK_NETWORK" 2>&1 >/dev/null) \
    || step network "$STACK_NETWORK is kept: services are on it ($(tail -n 1 <<<"$service" | cut -c 1-80))"
  step data "deleted on this node; on another one that had Redis: docker volume rm ${PROJECT}_redis-data"
}

# remove_stack: until its last container has ended.
remove_stack() {
  "$DOCKER" stack rm "$PROJECT" || return 1
  for _ in $(seq 300); do
    [ -n "$("$DOCKER" ps -aq --filter "label=com.docker.stack.namespace=$PROJECT")" ] \
      || [ -n "$("$DOCKER" network ls -q --filter "label=com.docker.stack.namespace=$PROJECT")" ] || return 0
    sleep 0.3
  done
  echo "containers of it are left on this node"
  return 1
}
