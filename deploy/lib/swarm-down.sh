# shellcheck shell=bash
# Takes a stack away. Needs swarm.sh and swarm-checks.sh.

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
  "$DOCKER" secret ls -q --filter label=autodock.metrics | xargs -r "$DOCKER" secret rm >>"$LOG" 2>&1 || true
  "$DOCKER" secret ls -q --filter label=autodock.redis | xargs -r "$DOCKER" secret rm >>"$LOG" 2>&1 || true
  "$DOCKER" volume rm "${PROJECT}_redis-data" "${PROJECT}_docker-api" "$PROJECT-monitoring_data" >>"$LOG" 2>&1 || true
  nodes_with autodock.redis | xargs -rn 1 "$DOCKER" node update --label-rm autodock.redis >>"$LOG" 2>&1 || true
  service=$("$DOCKER" network rm "$STACK_NETWORK" 2>&1 >/dev/null) \
    || step network "$STACK_NETWORK is kept: services are on it ($(tail -n 1 <<<"$service" | cut -c 1-80))"
  step data "deleted on this node; on the others: docker volume rm ${PROJECT}_docker-api, and ${PROJECT}_redis-data where Redis was"
}

# remove_stack: until its last container has ended, on every node that is up.
remove_stack() {
  # On its network, which could not go else.
  ! "$DOCKER" stack ls --format '{{.Name}}' | grep -x "$PROJECT-monitoring" || "$DOCKER" stack rm "$PROJECT-monitoring" || return 1
  "$DOCKER" stack rm "$PROJECT" || return 1
  for _ in $(seq 300); do
    [ -n "$(left_of_stack)" ] || return 0
    sleep 0.3
  done
  echo "this is left of it:"
  left_of_stack
  return 1
}

# left_of_stack: its networks, its containers on this node, and the tasks that other nodes have not ended yet.
left_of_stack() {
  local mine=label=com.docker.stack.namespace=$PROJECT
  "$DOCKER" network ls -q --filter "$mine"
  "$DOCKER" ps -aq --filter "$mine"
  "$DOCKER" stack ps --format '{{.Node}} {{.Name}} {{.CurrentState}}' "$PROJECT" 2>/dev/null \
    | grep -vwF "$("$DOCKER" node ls --format '{{.Hostname}} {{.Status}}' | sed -n 's/ Down$//p' | grep . || echo /)" \
    | grep -E ' (New|Allocated|Pending|Assigned|Accepted|Preparing|Ready|Starting|Running) ' || true
}
