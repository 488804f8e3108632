# shellcheck shell=bash
# A Docker engine that answers, and a client that talks to it. Sets DOCKER.
#
# A client that answers --version does not mean that an engine is there: the engine is asked.

find_engine() {
  command -v docker >/dev/null || install_client
  if ! ask_engine; then
    [ -z "${DOCKER_HOST:-}" ] || fail "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST ($ENGINE_ERROR)" \
      "Correct or unset DOCKER_HOST."
    case $ENGINE_ERROR in
      *'permission denied'*) fail "this user may not talk to the Docker engine" \
        "Run deploy/up with sudo, or add the user to the group docker." ;;
      *"is podman's") fail "$ENGINE_ERROR, and autodock's services run on Docker" \
        "Install Docker in its place; or run the controller alone on podman: docs/configuration.md#podman." ;;
    esac
    install_engine
    start_engine
  fi
  export FRONT_OWNER=${FRONT_OWNER:-$("$DOCKER" info --format '{{.ID}}' 2>/dev/null)}
  step engine "Docker $ENGINE_VERSION"
}

# ask_engine: sets DOCKER and ENGINE_VERSION, or ENGINE_ERROR.
# Where there are several clients, one that can build is preferred: Debian's docker.io builds with
# BuildKit by itself, newer clients need buildx.
ask_engine() {
  local client version
  DOCKER='' ENGINE_ERROR='there is no docker client'
  while read -r client; do
    if is_podman "$client"; then
      ENGINE_ERROR="the command $client is podman's"
    elif version=$(timeout 20 "$client" version --format '{{.Server.Version}}' 2>&1) && [ -n "$version" ]; then
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
  local socket
  socket=$(engine_socket)
  [ -z "$socket" ] || export AUTODOCK_DOCKER_SOCKET=${AUTODOCK_DOCKER_SOCKET:-$socket}
}

# engine_socket: where this client asks its engine, if that is on this host.
engine_socket() {
  "$DOCKER" context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null | sed -n 's|^unix://||p' || true
}

# is_podman CLIENT: podman under Docker's name, of the package podman-docker.
is_podman() { "$1" --version 2>/dev/null | grep '^podman ' >/dev/null; }

can_build() {
  local version
  version=$("$1" version --format '{{.Client.Version}}' 2>/dev/null)
  [ "${version%%.*}" -lt 23 ] || "$1" buildx version >/dev/null 2>&1
}

# install_client: with an engine, unless one is here, or elsewhere.
install_client() {
  local engine=${DOCKER_HOST:+at $DOCKER_HOST}
  engine=${engine:-$(command -v dockerd || true)}
  if [ -z "$engine" ]; then
    install_engine
    return
  fi
  can_apt || fail "there is no docker client (the command docker) for the engine $engine" \
    "Install it: the package docker-cli (Debian 13 and newer), docker-ce-cli (docker.com), docker.io (elsewhere);" \
    "on Debian and Ubuntu, deploy/up run as root does it."
  during engine "installing the docker client" install_packages client_packages \
    || fail_log "the docker client could not be installed" "Install it by hand, then run deploy/up again."
}

install_engine() {
  ! command -v dockerd >/dev/null || return 0
  can_apt || fail "no Docker engine answers on this host (${ENGINE_ERROR:-there is no docker client})" \
    "Install Docker (https://docs.docker.com/engine/install/) and start it;" \
    "on Debian and Ubuntu, deploy/up run as root does both."
  during engine "installing a Docker engine" install_packages engine_packages \
    || fail_log "no Docker engine could be installed" "Install one by hand, then run deploy/up again."
}

start_engine() {
  [ "$(id -u)" -eq 0 ] || fail "the Docker engine is not running" \
    "Start it (sudo systemctl start docker), or run deploy/up with sudo."
  local log=/var/log/dockerd.log known before
  known="Its own log: $log"
  [ ! -d /run/systemd/system ] || known="Its own log: journalctl -u docker"
  before=$(stat -c %s "$log" 2>/dev/null || echo 0)
  during engine "starting the engine" launch_engine "$log" || {
    ask_engine || true
    [ -d /run/systemd/system ] || ! is_starting || known="Process $(cat /var/run/docker.pid) is one that something else started."
    fail_log "the Docker engine did not start: $(engine_cause "$log" "$before")" "$known"
  }
  ask_engine || fail "the Docker engine does not answer ($ENGINE_ERROR)" "$known"
}

# launch_engine LOG: by systemd where it runs, else by itself. It is waited for as long as it is there: with many
# containers, or on a busy host, it takes its time.
launch_engine() {
  local pid=''
  if [ -d /run/systemd/system ]; then
    systemctl start docker || return 1
  elif ! is_starting; then
    launch_dockerd "$1"
  fi
  for _ in $(seq 450); do
    ask_engine && return
    if [ -n "$pid" ] && ! kill -0 "$pid" 2>/dev/null; then
      # As systemd would: on a busy host containerd may not start in the time that the engine gives it.
      tail -n 1 "$1" | grep -q 'timeout waiting for containerd to start$' || break
      launch_dockerd "$1"
    fi
    sleep 0.2
  done
  [ ! -s "$1" ] || tail -n 20 "$1"
  return 1
}

# launch_dockerd LOG: in the background, so that it outlives this shell (and does not keep its lock). Sets pid.
launch_dockerd() {
  # An engine that was killed left it behind.
  rm -f /var/run/docker.pid
  setsid dockerd >>"$1" 2>&1 </dev/null 9>&- &
  pid=$!
}

# is_starting: whether an engine that will have the usual socket runs. The list of processes does not tell: a
# dockerd in it may be in another namespace, or have another socket.
is_starting() {
  local pid
  pid=$(cat /var/run/docker.pid 2>/dev/null) && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]
}

# engine_cause LOG BYTES: what an engine that ended said at last, after so many bytes (its own lines begin with a
# time, that one does not); else why it cannot be asked.
engine_cause() {
  local cause
  cause=$(tail -c "+$(($2 + 1))" "$1" 2>/dev/null | grep -v '^time=' | grep . | tail -n 1) || true
  echo "${cause:-$ENGINE_ERROR}"
}
