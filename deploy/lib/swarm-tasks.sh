# shellcheck shell=bash
# How the services of a stack come up, and what keeps their tasks from running. Needs swarm.sh.

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
  name_ended_task
  fail_log "not all run within $seconds s: $(stack_states | tr '\n' ';')" \
    "See docker stack ps --no-trunc $PROJECT; AUTODOCK_UP_TIMEOUT=600 waits longer."
}

stack_runs_within() {
  local deadline=$((SECONDS + $1)) now errors before=''
  while [ "$SECONDS" -lt "$deadline" ]; do
    # Before the states: what waits for a port is known to be updated then.
    errors=$(task_errors) || true
    now=$(stack_states)
    [ "$now" = "$before" ] || echo "$now"
    before=$now
    [ -z "$(lasting "$errors" "$now")" ] || return 1
    # What is paused goes on by nobody's waiting; the others' updates end first.
    if ! grep -qE ' (updating|rollback_[a-z]*)$' <<<"$now"; then
      ! grep -q ' paused$' <<<"$now" || return 1
      ! all_run "$now" || return 0
    fi
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

# lasting ERRORS STATES: those of them that an update does not end. The port of a front is that of the one before it until
# this has ended what it began.
lasting() {
  local passing='^$'
  ! grep -q ' updating$' <<<"$2" || passing='host-mode port already in use'
  grep -v -e "$passing" <<<"$1"
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

# ended_task: the newest task of this run that ended by itself: its id, or nothing. For one that ended well, as what is
# unhealthy does when it is told to, an update is paused as well. (The one that Swarm names with that is soon forgotten.)
ended_task() {
  "$DOCKER" stack ps -q --no-trunc "$PROJECT" | xargs -r "$DOCKER" inspect --type task --format '{{.CreatedAt}}|{{.Status.State}}|{{.ID}}' \
    | awk -F '|' -v since="$SWARM_SINCE" '$1 >= since && $2 ~ /^(failed|complete)$/' | sort | tail -n 1 | cut -d '|' -f 3
}

# name_ended_task: ends the program with what it said last, if there is one.
name_ended_task() {
  local id service node words
  id=$(ended_task) || return 0
  [ -n "$id" ] || return 0
  IFS='|' read -r service node < <("$DOCKER" inspect --type task --format '{{.ServiceID}}|{{.NodeID}}' "$id") || return 0
  service=$("$DOCKER" service inspect --format '{{.Spec.Name}}' "$service") || return 0
  node=$("$DOCKER" node inspect --format '{{.Description.Hostname}} ({{.Status.Addr}})' "$node" 2>/dev/null) || node='a node that is gone'
  words=$(timeout 20 "$DOCKER" service logs --raw --tail 1 "$id" 2>&1 | tail -n 1 | tr -d '\000-\037' | cut -c 1-300)
  fail "a task of $service ended on $node${words:+, and said last: $words}" \
    "See docker service logs ${id:0:12} and docker service ps --no-trunc $service; what was not updated runs as before." \
    "If it was a bad moment (a busy node, Redis away), deploy/up --swarm again goes on."
}
