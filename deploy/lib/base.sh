# shellcheck shell=bash
# Where the base images come from: the registry if it answers, else they are made here.
#
# Needs $ROOT, say.sh, and engine.sh and compose.sh done. Everything that is built takes its base as a
# build argument, so the two ways differ in nothing but these names.

readonly LOCAL=autodock-base
readonly OLD_DAYS=30
# Whether all is to be made anew.
UPDATE=no

update_all() { UPDATE=yes; }

is_update() { [ "$UPDATE" = yes ]; }

# choose_base: makes sure that every base image is on this host. AUTODOCK_BASE=registry or local forces one.
choose_base() {
  local mode=${AUTODOCK_BASE:-auto}
  if [ "$mode" != local ] && ! is_update && have_images; then
    step images "the public base images are here"
  elif [ "$mode" = auto ] && has_image "$LOCAL:debian" && ! have_images; then
    use_local_base
  elif [ "$mode" = local ] || ! pull_images; then
    [ "$mode" != registry ] || fail "the base images cannot be pulled: $(pull_error)" "See $LOG, or AUTODOCK_BASE=auto builds them here."
    ! is_update || [ "$mode" = local ] || ! have_images \
      || fail "the base images cannot be pulled: $(pull_error)" "deploy/up without --update goes on with those that are here."
    use_local_base
  fi
}

has_image() { "$DOCKER" image inspect "$1" >/dev/null 2>&1; }

# The images that the Compose file builds from, read from it: they are written down nowhere else.
base_images() { compose config | sed -nE 's/^ +(BASE|CADDY|GRAFANA|NODE|PROMETHEUS|REDIS)_IMAGE: //p' | sort -u; }

have_images() {
  local image
  for image in $(base_images); do has_image "$image" || return 1; done
}

pull_images() {
  local image
  for image in $(base_images); do
    { ! is_update && has_image "$image"; } || during images "pulling $image" pull "$image" || return 1
  done
}

# pull IMAGE: fails at once when nothing answers within 20 s, and then takes the time that it needs.
# The engine is asked, not the network: it may have a mirror or a proxy of its own.
pull() {
  local out pid status=0
  out=$(mktemp)
  "$DOCKER" pull "$1" >"$out" 2>&1 &
  pid=$!
  for _ in $(seq 100); do
    if [ -s "$out" ] || ! kill -0 "$pid" 2>/dev/null; then break; fi
    sleep 0.2
  done
  [ -s "$out" ] || kill "$pid" 2>/dev/null || true
  wait "$pid" || status=$?
  cat "$out"
  [ -s "$out" ] || echo "no answer within 20 s"
  rm -f "$out"
  return "$status"
}

uses_local_base() { [ "${AUTODOCK_DEBIAN_IMAGE:-}" = "$LOCAL:debian" ]; }

pull_error() { tail -n 1 "$LOG" | sed 's/^Error response from daemon: //'; }

use_local_base() {
  if is_update || ! has_image "$LOCAL:debian"; then
    is_update || [ "${AUTODOCK_BASE:-auto}" = local ] || step images "the public base images cannot be pulled ($(pull_error))"
    make_debian
  fi
  make_redis_and_node
  ! wants_https || make_one caddy Caddy
  ! wants_prometheus || make_one prometheus Prometheus
  export AUTODOCK_DEBIAN_IMAGE=$LOCAL:debian AUTODOCK_NODE_IMAGE=$LOCAL:node AUTODOCK_REDIS_IMAGE=$LOCAL:redis
  export AUTODOCK_CADDY_IMAGE=$LOCAL:caddy AUTODOCK_PROMETHEUS_IMAGE=$LOCAL:prometheus
  step images "made on this host ($LOCAL); AUTODOCK_BASE=registry asks the registry again"
  tell_age
  ! wants_grafana || leave_out_grafana
}

# tell_age: for who goes on for months with what was made once.
tell_age() {
  local made days
  made=$("$DOCKER" image inspect -f '{{.Created}}' "$LOCAL:debian")
  days=$((($(date +%s) - $(date -d "$made" +%s)) / 86400))
  [ "$days" -lt "$OLD_DAYS" ] || step images "they are $days days old; deploy/up --update makes them anew, with security updates"
}

# leave_out_grafana: Debian has none. Where its image is on this host all the same, it is used.
leave_out_grafana() {
  local image profiles=,$COMPOSE_PROFILES,
  image=$(compose config | sed -nE 's/^ +GRAFANA_IMAGE: //p')
  ! has_image "$image" || return 0
  profiles=${profiles//,monitoring,/,prometheus,}
  profiles=${profiles#,}
  export COMPOSE_PROFILES=${profiles%,}
  step grafana "left out: Debian has none. Bring $image here (docker load, or AUTODOCK_GRAFANA_IMAGE) and run this again"
}
