# shellcheck shell=bash
# Several hosts on one Redis. The first one opens its Redis by TLS, to who has a certificate of its own authority, and
# makes a line for each host that joins (first.sh); that one runs a controller alone (join.sh). What is secret lies in
# volumes:
#   PROJECT_authority    the authority's key, which no service mounts
#   PROJECT_redis-host   what Redis shows, and its users
#   PROJECT_keys         how front and controller enter; on a host that joined, what the line held
#   PROJECT_joining      what a line holds that is not known to be good yet
# Needs say.sh, host.sh, compose.sh and base.sh.
# shellcheck disable=SC2153 # PROJECT is compose.sh's

# What this host is to others: alone, first or joined.
HOSTS=alone

# use_hosts WANTS-TO-BE-FIRST: what it was, or is to become.
use_hosts() {
  if has_volume authority; then
    HOSTS=first
  elif has_volume keys; then
    HOSTS=joined
  fi
  [ -z "$1" ] || [ "$HOSTS" != joined ] || fail "this host has joined another one, whose Redis it uses" \
    "Run deploy/up --host on that one, or leave it first: $(shown_project)deploy/down --volumes."
  [ -z "${LINE:-}" ] || [ "$HOSTS" != first ] || fail "this host has a Redis that others join" \
    "Run deploy/up --join on the other one."
  [ -z "$1" ] || HOSTS=first
  [ -z "${LINE:-}" ] || HOSTS=joined
  [ "$HOSTS" = alone ] || ! has_option userns || fail "the engine remaps users (userns-remap), and keys are one user's alone" \
    "Take userns-remap out of /etc/docker/daemon.json to have several hosts."
}

has_volume() { "$DOCKER" volume inspect "${PROJECT}_$1" >/dev/null 2>&1; }

# make_volumes NAME...: as Compose would, so that it takes them for its own.
make_volumes() {
  local name
  for name in "$@"; do
    "$DOCKER" volume create --label "com.docker.compose.project=$PROJECT" --label "com.docker.compose.volume=$name" \
      "${PROJECT}_$name" >>"$LOG" || fail_log "the volume ${PROJECT}_$name cannot be made" "The log shows what the engine said."
  done
}

# remove_host_volumes: what Compose leaves, as no service has it.
remove_host_volumes() {
  local name
  for name in authority keys joining; do remove_volume "$name"; done
}

# remove_volume NAME: if there is such a one.
remove_volume() { "$DOCKER" volume rm "${PROJECT}_$1" >>"$LOG" 2>&1 || true; }

# compose_image SERVICE: what Compose calls its image.
compose_image() {
  local image
  for image in "$PROJECT-$1" "${PROJECT}_$1"; do
    if has_image "$image"; then
      echo "$image"
      return
    fi
  done
}

# in_image SERVICE OPTION... -- COMMAND...: runs it once in the service's image, with the input of this shell. Secrets go
# by input and volumes: a command line is seen by everybody.
in_image() {
  local image options=(--rm -i --log-driver none)
  image=$(compose_image "$1")
  shift
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  ! has_option selinux || options+=(--security-opt label=disable)
  "$DOCKER" run "${options[@]}" --entrypoint "$2" "$image" "${@:3}"
}

# in_volumes SERVICE VOLUME... -- COMMAND...: the same as root without a network, with these volumes in /NAME.
in_volumes() {
  local service=$1 options=(--network none --user '0:0')
  shift
  while [ "$1" != -- ]; do
    options+=(-v "${PROJECT}_$1:/$1")
    shift
  done
  in_image "$service" "${options[@]}" "$@"
}
