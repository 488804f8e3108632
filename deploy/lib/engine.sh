# shellcheck shell=bash
# A Docker engine that answers, and a client that talks to it. Sets DOCKER.
#
# A client that answers --version does not mean that an engine is there: the engine is asked.

find_engine() {
  if ! ask_engine; then
    [ -z "${DOCKER_HOST:-}" ] || fail "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST ($ENGINE_ERROR)" \
      "Correct or unset DOCKER_HOST."
    case $ENGINE_ERROR in
      *'permission denied'*) fail "this user may not talk to the Docker engine" \
        "Run deploy/up with sudo, or add the user to the group docker." ;;
    esac
    install_engine
    start_engine
  fi
  step engine "Docker $ENGINE_VERSION"
}

# ask_engine: sets DOCKER and ENGINE_VERSION, or ENGINE_ERROR.
# Where there are several clients, one that can build is preferred: Debian's docker.io builds with
# BuildKit by itself, newer clients need buildx.
ask_engine() {
  local client version
  DOCKER='' ENGINE_ERROR='there is no docker client'
  while read -r client; do
    if version=$(timeout 20 "$client" version --format '{{.Server.Version}}' 2>&1) && [ -n "$version" ]; then
      [ -n "$DOCKER" ] && ! can_build "$client" || DOCKER=$client ENGINE_VERSION=$version
      ! can_build "$DOCKER" || break
    else
      ENGINE_ERROR=$(tail -n 1 <<<"${version:-no answer within 20 s}")
    fi
  done < <(type -ap docker | awk '!seen[$0]++')
  [ -n "$DOCKER" ] || return 1
  # For what looks docker up by itself.
  PATH=${DOCKER%/*}:$PATH
  find_socket
}

# find_socket: which socket docker-proxy mounts, if this client's engine is not at the usual place.
find_socket() {
  local host
  host=$("$DOCKER" context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null) || return 0
  case $host in
    unix://*) export AUTODOCK_DOCKER_SOCKET=${AUTODOCK_DOCKER_SOCKET:-${host#unix://}} ;;
  esac
}

can_build() {
  local version
  version=$("$1" version --format '{{.Client.Version}}' 2>/dev/null)
  [ "${version%%.*}" -lt 23 ] || "$1" buildx version >/dev/null 2>&1
}

install_engine() {
  command -v dockerd >/dev/null && return
  can_apt || fail "no Docker engine answers on this host ($ENGINE_ERROR)" \
    "Install Docker (https://docs.docker.com/engine/install/) and start it;" \
    "on Debian and Ubuntu, deploy/up run as root does both."
  during engine "installing docker.io" apt_install docker.io iptables \
    || fail_log "docker.io could not be installed" "Install a Docker engine by hand, then run deploy/up again."
}

start_engine() {
  [ "$(id -u)" -eq 0 ] || fail "the Docker engine is not running" \
    "Start it (sudo systemctl start docker), or run deploy/up with sudo."
  local log=/var/log/dockerd.log
  [ ! -d /run/systemd/system ] || log='journalctl -u docker'
  during engine "starting the engine" launch_engine "$log" \
    || fail_log "the Docker engine did not start" "Its own log: $log"
  ask_engine || fail "the Docker engine does not answer ($ENGINE_ERROR)" "Its own log: $log"
}

# launch_engine LOG: by systemd where it runs, else by itself in the background, so that it outlives this
# shell (and does not keep its lock).
launch_engine() {
  if [ -d /run/systemd/system ]; then
    systemctl start docker
  elif ! pidof dockerd >/dev/null; then
    # An engine that was killed left it behind.
    rm -f /var/run/docker.pid
    setsid dockerd >>"$1" 2>&1 </dev/null 9>&- &
  fi
  for _ in $(seq 150); do
    ask_engine && return
    sleep 0.2
  done
  [ ! -f "$1" ] || tail -n 20 "$1"
  return 1
}
