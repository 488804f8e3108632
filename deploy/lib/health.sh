# shellcheck shell=bash
# Whether the services are healthy, by what the engine's own checks say.
# shellcheck disable=SC2153 # PROJECT is compose.sh's

# running_containers SERVICE [FILTER]: their ids.
running_containers() {
  "$DOCKER" ps -q --filter status=running --filter "label=com.docker.compose.project=$PROJECT" \
    --filter "label=com.docker.compose.service=$1" ${2:+--filter "$2"}
}

# states: one line a service: its name, and its health or else its state. `failing` is what was started
# several times and never got well.
states() {
  # shellcheck disable=SC2016 # the variables are the template's
  "$DOCKER" ps -aq --filter "label=com.docker.compose.project=$PROJECT" --filter label=com.docker.compose.oneoff=False \
    | xargs -r "$DOCKER" inspect --format '{{index .Config.Labels "com.docker.compose.service"}} {{
        $health := "none"}}{{with .State.Health}}{{$health = .Status}}{{end}}{{
        if and .State.Running (eq $health "healthy")}}healthy{{
        else if ge .RestartCount 3}}failing{{
        else if .State.Restarting}}restarting{{
        else if .State.Running}}{{$health}}{{
        else}}{{.State.Status}}{{end}}' \
    | sort
}

wait_until_healthy() {
  local seconds=${AUTODOCK_UP_TIMEOUT:-90}
  during health "waiting until all are healthy" all_healthy_within "$seconds" && return
  unhealthy || fail_log "not healthy within $seconds s: $(states | tr '\n' ';')" "AUTODOCK_UP_TIMEOUT=300 waits longer."
}

all_healthy_within() {
  local deadline=$((SECONDS + $1)) now before=''
  while [ "$SECONDS" -lt "$deadline" ]; do
    now=$(states | tr '\n' ' ')
    [ "$now" = "$before" ] || echo "$now"
    before=$now
    case $now in
      *' unhealthy '* | *' exited '* | *' failing '* | *' dead '*) return 1 ;;
      *' starting '* | *' created '* | *' restarting '* | '') ;;
      *) return 0 ;;
    esac
    sleep 0.3
  done
  return 1
}

# unhealthy: ends the program with the first service that is to blame and what it said; returns 1 if none is.
unhealthy() {
  local service state container
  while read -r service state; do
    case $state in unhealthy | exited | failing | dead) ;; *) continue ;; esac
    container=$(compose ps -q "$service" | head -n 1)
    echo "--- the last lines of $service:" >&2
    "$DOCKER" logs --tail 15 "$container" >&2
    "$DOCKER" inspect --format '{{with .State.Health}}{{range .Log}}{{.Output}}{{end}}{{end}}' "$container" | tail -n 2 >&2
    echo "---" >&2
    fail "$service is $state" "What it said stands above; more: $(shown_compose) logs $service"
  done < <(states)
  return 1
}
