# shellcheck shell=bash
# Whether a stack can run here: each check ends the program with the cause and the remedy. Needs swarm.sh and ports.sh.

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
    | grep -x "$1" >/dev/null
}

free_port() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
