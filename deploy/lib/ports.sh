# shellcheck shell=bash
# Whether the ports are free, before the engine says it in its own words.

check_ports() {
  local https=${FRONT_HTTPS_PORT:-443}
  if ! is_running hipache; then
    check_port "${FRONT_HTTP_PORT:-80}" FRONT_HTTP_PORT 8080 "the front"
    check_port "${FRONT_STATUS_PORT:-1339}" FRONT_STATUS_PORT 13390 "the front's status"
  fi
  # Also beside a front that runs: Caddy may have taken the port over from it.
  [ "$https" = off ] || front_serves "$https" || check_port "$https" FRONT_HTTPS_PORT off "the front's HTTPS"
  # A front that is to leave HTTPS to Caddy is made anew, and makes room for it.
  ! wants_https || is_running caddy || { [ "$https" = off ] && front_serves "${AUTODOCK_HTTPS_PORT:-443}"; } \
    || check_port "${AUTODOCK_HTTPS_PORT:-443}" AUTODOCK_HTTPS_PORT 8443 "HTTPS"
  ! wants_prometheus || is_running prometheus \
    || check_port "${AUTODOCK_PROMETHEUS_PORT:-9090}" AUTODOCK_PROMETHEUS_PORT 19090 Prometheus
  ! wants_grafana || is_running grafana || check_port "${AUTODOCK_GRAFANA_PORT:-3000}" AUTODOCK_GRAFANA_PORT 13000 Grafana
  is_running autodock || check_port "${AUTODOCK_HTTP_PORT:-1338}" AUTODOCK_HTTP_PORT 13380 "the status page"
}

# front_serves PORT: whether it is the front that runs now that serves HTTPS there.
front_serves() {
  local containers
  containers=$(running_containers hipache)
  # shellcheck disable=SC2086 # several, if it was scaled
  [ -n "$containers" ] \
    && "$DOCKER" inspect --format '{{range .Config.Env}}{{println .}}{{end}}' $containers | grep -x "FRONT_HTTPS_PORT=$1" >/dev/null
}

# check_port PORT VARIABLE OTHER WHAT
check_port() {
  if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
    fail "port $1, for $4, is taken$(holder "$1")" \
      "Stop what holds it, or choose another port: $2=$3 deploy/up" \
      "(to keep that choice, write $2=$3 into deploy/.env)"
  fi
}

# holder PORT: " by NAME (pid N)" as far as it can be known.
holder() {
  local container process
  container=$("$DOCKER" ps --filter "publish=$1" --format '{{.Names}}' | head -n 1)
  if [ -n "$container" ]; then
    echo " by the container $container"
    return
  fi
  process=$(ss -Hltnp "sport = :$1" 2>/dev/null | sed -nE 's/.*users:\(\("([^"]+)",pid=([0-9]+).*/\1 (pid \2)/p' | head -n 1)
  echo "${process:+ by $process}"
}
