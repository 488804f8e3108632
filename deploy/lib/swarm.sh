# shellcheck shell=bash
# autodock on all nodes of a swarm, by the stack of deploy/stack.yaml. Needs engine.sh, compose.sh and the other
# swarm-*.sh; compose.sh's PROJECT is the stack's name.
# shellcheck disable=SC2034,SC2153 # they are used, and set, in the other files

readonly STACK_NETWORK=autodock STACK_SERVICES=(redis docker-proxy hipache autodock)

# swarm_info FIELD: what the engine says of its swarm.
swarm_info() { "$DOCKER" info --format "{{.Swarm.$1}}" 2>/dev/null; }

# nodes_with LABEL: the ids of nodes where it is true.
nodes_with() {
  "$DOCKER" node ls -q | xargs "$DOCKER" node inspect --format "{{.ID}} {{index .Spec.Labels \"$1\"}}" \
    | sed -n 's/ true$//p'
}

# check_nodes: which node has Redis, as far as labels tell, and which ones a front.
check_nodes() {
  local with
  with=$(nodes_with autodock.redis)
  [ "$(wc -l <<<"$with")" -eq 1 ] || fail "several nodes have the label autodock.redis=true, and the volume of Redis is on one: $(tr '\n' ' ' <<<"$with")" \
    "Take it from the others: docker node update --label-rm autodock.redis NODE"
  [ -n "${AUTODOCK_FRONT_NODES:-}" ] || [ -z "$(nodes_with autodock.front)" ] \
    || export AUTODOCK_FRONT_NODES='node.labels.autodock.front == true'
}

# use_redis_node: the Redis of the stack is on this node where no other one has its volume.
use_redis_node() {
  [ -z "$(nodes_with autodock.redis)" ] || return 0
  "$DOCKER" node update --label-add autodock.redis=true "$(swarm_info NodeID)" >>"$LOG"
  step redis "on this node from now on, with its volume (label autodock.redis=true)"
}

# certificates: a file for the stack with the secrets that are labelled autodock.certificate, if there are any.
certificates() {
  local name file lines file_of_stack=$ROOT/.cache/deploy/stack.certificates.yaml
  lines=$(certificate_secrets)
  [ -n "$lines" ] || return 1
  {
    printf "version: '3.9'\nservices:\n  hipache:\n    secrets:\n"
    while read -r name file; do printf '      - { source: %s, target: /certificates/%s }\n' "$name" "$file"; done <<<"$lines"
    printf 'secrets:\n'
    while read -r name file; do printf '  %s: { external: true }\n' "$name"; done <<<"$lines"
  } >"$file_of_stack"
  echo "$file_of_stack"
}

# certificate_secrets: their names, and what file each is for the front: that of its name, or the one that its label says,
# as Swarm changes no secret, and a renewed certificate has to be another one. Of several for one file the newest counts.
certificate_secrets() {
  "$DOCKER" secret ls -q --filter label=autodock.certificate \
    | xargs -r "$DOCKER" secret inspect --format '{{.CreatedAt}}|{{.Spec.Name}}|{{index .Spec.Labels "autodock.certificate"}}' \
    | sort -r | awk -F '|' '{ file = $3 ~ /^[A-Za-z0-9._-]+\.(crt|key)$/ ? $3 : $2 } !seen[file]++ { print $2, file }'
}

deploy_stack() {
  local options=(--resolve-image never) files=(-c "$ROOT/deploy/stack.yaml") file
  [ -z "${AUTODOCK_REGISTRY:-}" ] || options=(--resolve-image always --with-registry-auth)
  file=$(certificates) || true
  ! has_outer_redis || files+=(-c "$ROOT/deploy/stack.outside.yaml")
  for file in ${file:+"$file"} ${REDIS_TLS_FILE:+"$REDIS_TLS_FILE"}; do files+=(-c "$file"); done
  during start "starting the stack" "$DOCKER" stack deploy "${options[@]}" "${files[@]}" "$PROJECT" \
    || fail_log "the stack could not be started" "The log shows what the engine said."
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
  ! has_outer_redis || read_redis_url
  check_same_redis
  check_nodes
  check_front_ports
  # All from here on changes the swarm.
  use_network
  make_stack_images
  has_outer_redis || use_redis_node
  # What it refuses is to leave no secrets.
  use_redis_certificates
  use_redis
  use_metrics_token
  # As the engine writes times.
  SWARM_SINCE=$(date -u '+%F %T')
  deploy_stack
  wait_until_stack_runs
  check_outer_redis
  check_outer_redis_of_front
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
