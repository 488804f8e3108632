# shellcheck shell=bash
# What the engine is like, where the services depend on it: its version, and how it shuts containers in.
# Needs $DOCKER and $ENGINE_VERSION; sets ENGINE_OPTIONS.

readonly OLDEST_ENGINE=20.10
ENGINE_OPTIONS=''

# check_socket: Docker would make a folder of a socket that is not there.
check_socket() {
  local socket
  socket=$(engine_socket)
  [ -z "$socket" ] || [ -S "$AUTODOCK_DOCKER_SOCKET" ] \
    || fail "AUTODOCK_DOCKER_SOCKET is '$AUTODOCK_DOCKER_SOCKET', and no socket is there" \
      "The engine that answers is asked at $socket: leave the setting out."
}

# check_folders: Docker would make an empty one of a folder that is not there, and the front would say nothing.
check_folders() {
  local name folder
  [ -n "$(engine_socket)" ] || return 0
  for name in FRONT_CERTIFICATES FRONT_PAGES; do
    folder=$(folder_of "${!name:-}")
    [ -z "$folder" ] || [ -d "$folder" ] || fail "$name is '${!name}', and no folder is there" \
      "Correct the setting, or make the folder: mkdir -p $folder"
  done
}

# folder_of VALUE: the folder that Compose takes it for, unless it is the name of a volume.
folder_of() {
  case $1 in
    /*) echo "$1" ;;
    .*) echo "$ROOT/deploy/$1" ;;
    '~'*) echo "$HOME${1#\~}" ;;
  esac
}

# check_engine: ends the program where the services cannot run.
check_engine() {
  is_at_least "$OLDEST_ENGINE" "$ENGINE_VERSION" || fail "the Docker engine is of version $ENGINE_VERSION" \
    "autodock needs $OLDEST_ENGINE or newer: update it, or point DOCKER_HOST to another one."
  ask_engine_options
  ! has_option rootless || fail "the Docker engine is rootless: what it calls the host's network is its own" \
    "Use the host's engine (DOCKER_HOST=unix:///var/run/docker.sock deploy/up), or run the parts by hand" \
    "with AUTODOCK_ADDRESS=published."
  if has_option userns && { wants_https || wants_prometheus; }; then
    fail "the engine remaps users (userns-remap), and the profiles https, monitoring and prometheus cannot run so" \
      "Start without them (COMPOSE_PROFILES= deploy/up), or take userns-remap out of /etc/docker/daemon.json."
  fi
}

ask_engine_options() {
  ENGINE_OPTIONS=$("$DOCKER" info --format '{{range .SecurityOptions}}{{println .}}{{end}}' 2>/dev/null) || true
}

# use_health_interval: an engine before 25 looks at a new container no sooner than at any other.
use_health_interval() {
  is_at_least 25.0 "$ENGINE_VERSION" || export AUTODOCK_HEALTH_INTERVAL=${AUTODOCK_HEALTH_INTERVAL:-10s}
}

# has_option NAME: whether the engine shuts containers in by that.
has_option() { [[ $ENGINE_OPTIONS == *"name=$1"* ]]; }

# is_at_least OLDEST VERSION
is_at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }
