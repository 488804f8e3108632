# shellcheck shell=bash
# Services of a profile that is not asked for any more. Compose would let them go on, with the ports that they have.
# Needs settings.sh and health.sh.

# left_services: which of them there are.
left_services() {
  local service
  for service in caddy prometheus grafana; do
    is_wanted "$service" || [ -z "$(containers_of "$service")" ] || echo "$service"
  done
}

is_wanted() {
  case $1 in
    caddy) wants_https ;;
    prometheus) wants_prometheus ;;
    grafana) wants_grafana ;;
  esac
}

# gets_free PORT: whether one of them listens there.
gets_free() {
  local service
  for service in $(left_services); do
    case $service in
      caddy) runs_with caddy 'AUTODOCK_HTTPS_[A-Z_]*PORT' "$1" && return ;;
      prometheus) runs_with prometheus AUTODOCK_PROMETHEUS_PORT "$1" && return ;;
      grafana) runs_with grafana GF_SERVER_HTTP_PORT "$1" && return ;;
    esac
  done
  return 1
}

# stop_what_is_left: right before what may want their ports starts. What they have written stays in its volume.
stop_what_is_left() {
  local service
  for service in $(left_services); do
    during stop "stopping $service, for which no profile asks" remove_containers_of "$service" \
      || fail_log "$service could not be stopped" "The log shows what the engine said."
  done
}

remove_containers_of() {
  local containers
  containers=$(containers_of "$1")
  # shellcheck disable=SC2086 # several, if it was scaled
  "$DOCKER" stop $containers && "$DOCKER" rm $containers
}
