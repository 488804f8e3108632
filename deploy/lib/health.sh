# shellcheck shell=bash
# Whether the services are healthy, by what the engine's own checks say.
# shellcheck disable=SC2153 # PROJECT is compose.sh's

# running_containers SERVICE: their ids, and of those that end and are started again and again, which run now and then.
running_containers() { containers_of "$1" --filter status=running --filter status=restarting; }

# containers_of SERVICE [ARGUMENT OF docker ps]...: their ids, whatever their state is.
containers_of() {
  local service=$1
  shift
  "$DOCKER" ps -aq --filter "label=com.docker.compose.project=$PROJECT" \
    --filter "label=com.docker.compose.service=$service" "$@"
}

# states RESTARTS: one line a service: its name, and its health or else its state. `failing` is what was started again
# so many times and is not well.
states() {
  # shellcheck disable=SC2016 # the variables are the template's
  "$DOCKER" ps -aq --filter "label=com.docker.compose.project=$PROJECT" --filter label=com.docker.compose.oneoff=False \
    | xargs -r "$DOCKER" inspect --format '{{index .Config.Labels "com.docker.compose.service"}} {{
        $health := "none"}}{{with .State.Health}}{{$health = .Status}}{{end}}{{
        if and .State.Running (eq $health "healthy")}}healthy{{
        else if ge .RestartCount '"$1"'}}failing{{
        else if .State.Restarting}}restarting{{
        else if .State.Running}}{{$health}}{{
        else}}{{.State.Status}}{{end}}' \
    | sort
}

wait_until_healthy() {
  local seconds=${AUTODOCK_UP_TIMEOUT:-90}
  during health "waiting until all are healthy" all_healthy_within "$seconds" && return
  unhealthy 3 || fail_log "not healthy within $seconds s: $(states 3 | tr '\n' ';')" "AUTODOCK_UP_TIMEOUT=300 waits longer."
}

all_healthy_within() {
  local deadline=$((SECONDS + $1)) now before=''
  while [ "$SECONDS" -lt "$deadline" ]; do
    now=$(states 3 | tr '\n' ' ')
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

# unhealthy RESTARTS: ends the program with the first service that is to blame and what it said; returns 1 if none is.
unhealthy() {
  local restarts=$1 service state container said checked
  while read -r service state; do
    case $state in unhealthy | exited | failing | dead) ;; *) continue ;; esac
    container=$(compose ps -aq "$service" | head -n 1)
    said=$("$DOCKER" logs --tail 15 "$container" 2>&1)
    checked=$("$DOCKER" inspect --format '{{with .State.Health}}{{range .Log}}{{.Output}}{{end}}{{end}}' "$container" | grep . | tail -n 1) || true
    printf -- '--- the last lines of %s:\n%s\n%s\n---\n' "$service" "$said" "$checked" >&2
    [ "$service" != redis ] || name_newer_data "$said"
    [ "$state" = unhealthy ] || checked=$(grep . <<<"$said" | tail -n 1) || true
    fail "$service is $state: ${checked:-it said nothing}" "What it said stands above; more: $(shown_compose) logs $service"
  done < <(states "$restarts")
  return 1
}

# name_newer_data SAID: ends the program where Redis cannot read what a newer one wrote.
name_newer_data() {
  local format
  format=$(sed -nE "s/.*Can't handle RDB format version ([0-9]+).*/\1/p" <<<"$1" | tail -n 1)
  [ -z "$format" ] || fail "redis cannot read its data: a newer Redis wrote it (format $format)" \
    "Go back to that one: AUTODOCK_REDIS_IMAGE=redis:VERSION deploy/up (keep it in deploy/.env)." \
    "Or give the data up:" \
    "  $(shown_project)deploy/down && docker volume rm ${PROJECT}_redis-data && $(shown_project)deploy/up" \
    "Routes of running containers are written anew. Lost are routes that were added by hand (hipachectl)," \
    "certificates in Redis, drains, and hosts that are off."
}
