# shellcheck shell=bash
# Whether the ports are free, before the engine says it in its own words.

# check_ports_differ: of two services with one port only one would start. (The bus has 1338, too, but by UDP.)
check_ports_differ() {
  local name port
  local -A taken=()
  while read -r name port; do
    [ -z "${taken[$port]:-}" ] || fail "port $port is given to both ${taken[$port]} and $name" "Set one of them to another port."
    taken[$port]=$name
  done < <(wanted_ports)
}

# wanted_ports: a line for each, with its setting.
wanted_ports() {
  echo "AUTODOCK_HTTP_PORT ${AUTODOCK_HTTP_PORT:-1338}"
  [ "$HOSTS" != joined ] || return 0
  [ "$HOSTS" != first ] || echo "AUTODOCK_REDIS_PORT $(redis_port)"
  echo "FRONT_HTTP_PORT ${FRONT_HTTP_PORT:-80}"
  [ "${FRONT_HTTPS_PORT:-}" = off ] || echo "FRONT_HTTPS_PORT ${FRONT_HTTPS_PORT:-443}"
  echo "FRONT_STATUS_PORT ${FRONT_STATUS_PORT:-1339}"
  ! wants_https || printf '%s\n' "AUTODOCK_HTTPS_PORT ${AUTODOCK_HTTPS_PORT:-443}" \
    "AUTODOCK_HTTPS_HEALTH_PORT ${AUTODOCK_HTTPS_HEALTH_PORT:-1340}"
  ! wants_prometheus || echo "AUTODOCK_PROMETHEUS_PORT ${AUTODOCK_PROMETHEUS_PORT:-9090}"
  ! wants_grafana || echo "AUTODOCK_GRAFANA_PORT ${AUTODOCK_GRAFANA_PORT:-3000}"
}

# Also beside services that run: they may be told to move, and Caddy may have taken a port over from the front.
check_ports() {
  local page=${AUTODOCK_HTTP_PORT:-1338} redis
  publishes autodock "$page" || check_port "$page" AUTODOCK_HTTP_PORT 13380 "the status page"
  [ "$HOSTS" != joined ] || return 0
  redis=$(redis_port)
  [ "$HOSTS" = alone ] || publishes redis "$redis" || check_port "$redis" AUTODOCK_REDIS_PORT 16380 "Redis"
  check_front_ports_here
}

check_front_ports_here() {
  local https=${FRONT_HTTPS_PORT:-443} caddy=${AUTODOCK_HTTPS_PORT:-443}
  local prometheus=${AUTODOCK_PROMETHEUS_PORT:-9090}
  # A front that is told to move is made anew, and leaves all that it had.
  local any='FRONT_[A-Z]*_PORT'
  local http=${FRONT_HTTP_PORT:-80} status=${FRONT_STATUS_PORT:-1339}
  runs_with hipache "$any" "$http" || check_port "$http" FRONT_HTTP_PORT 8080 "the front"
  runs_with hipache "$any" "$status" || check_port "$status" FRONT_STATUS_PORT 13390 "the front's status"
  [ "$https" = off ] || runs_with hipache "$any" "$https" \
    || check_port "$https" FRONT_HTTPS_PORT off "the front's HTTPS"
  # A front that is to leave HTTPS to Caddy is made anew, and makes room for it.
  ! wants_https || runs_with caddy AUTODOCK_HTTPS_PORT "$caddy" \
    || { [ "$https" = off ] && runs_with hipache FRONT_HTTPS_PORT "$caddy"; } \
    || check_port "$caddy" AUTODOCK_HTTPS_PORT 8443 "HTTPS"
  ! wants_prometheus || runs_with prometheus AUTODOCK_PROMETHEUS_PORT "$prometheus" \
    || check_port "$prometheus" AUTODOCK_PROMETHEUS_PORT 19090 Prometheus
}

# check_grafana_port: once it is known whether it is left out, which is long after the other ports.
check_grafana_port() {
  local grafana=${AUTODOCK_GRAFANA_PORT:-3000}
  ! wants_grafana || runs_with grafana GF_SERVER_HTTP_PORT "$grafana" \
    || check_port "$grafana" AUTODOCK_GRAFANA_PORT 13000 Grafana
}

# runs_with SERVICE VARIABLE VALUE (the variable is a pattern): whether the service that runs was given that.
runs_with() { told_of "$1" '{{range .Config.Env}}{{println .}}{{end}}' | grep -x "$2=$3" >/dev/null; }

# publishes SERVICE PORT: whether the service that runs was given that port of the host.
publishes() {
  told_of "$1" '{{range .HostConfig.PortBindings}}{{range .}}{{println .HostPort}}{{end}}{{end}}' | grep -x "$2" >/dev/null
}

# told_of SERVICE FORMAT: of its containers that run.
told_of() {
  local containers
  containers=$(running_containers "$1")
  # shellcheck disable=SC2086 # several, if it was scaled
  [ -z "$containers" ] || "$DOCKER" inspect --format "$2" $containers
}

# check_port PORT VARIABLE OTHER WHAT
check_port() {
  if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && ! gets_free "$1"; then
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
