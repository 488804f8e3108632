#!/bin/bash
# engine.sh start SUITE    the Docker engine of a Debian suite beside the machine's own; prints its folder
# engine.sh stop SUITE     ends it and removes its data; the unpacked packages stay in .cache
#
# Needs Debian and root. Nothing is installed: docker.io and containerd come from the mirror that the system
# uses, through an apt index in a folder of its own, and are only unpacked. Each engine has a network namespace
# of its own, for a second engine would take docker0 away from the first: its containers are reached from
# inside (nsenter --net=/run/netns/<name>). It runs containers by the system's runc.
set -euo pipefail
cd "$(dirname "$0")/../.."

SUITE=$2
# Real, as mounts are told by their real paths.
HOME_DIR=$(realpath -m ".cache/engines/$SUITE")
ROOT=$HOME_DIR/unpacked
RUN=$HOME_DIR/run
NAMESPACE=autodock-$SUITE
SOCKET=$RUN/docker.sock

unpack() { bash test/setup/unpack.sh "$SUITE" "$ROOT" docker.io containerd; }

answers() {
  curl -sf --max-time 5 --unix-socket "$SOCKET" http://docker/_ping >/dev/null
}

start() {
  [ -x "$ROOT/usr/sbin/dockerd" ] || unpack >&2
  mkdir -p "$RUN/bin"
  echo '{}' >"$RUN/daemon.json"
  ln -sf "$(command -v runc)" "$RUN/bin/runc"
  ip netns add "$NAMESPACE"
  ip -n "$NAMESPACE" link set lo up
  # nsenter, not `ip netns exec`: that hides the mounts of the control groups.
  PATH=$RUN/bin:$ROOT/usr/sbin:$ROOT/usr/bin:$PATH setsid nsenter --net="/run/netns/$NAMESPACE" \
    dockerd --config-file "$RUN/daemon.json" --data-root "$RUN/data" --exec-root "$RUN/exec" \
    --pidfile "$RUN/pid" --host "unix://$SOCKET" >"$RUN/log" 2>&1 </dev/null &
  local attempt
  for attempt in $(seq 120); do
    answers && return 0
    sleep 0.5
  done
  echo "The engine of $SUITE does not answer after $attempt attempts:" >&2
  tail -20 "$RUN/log" >&2
  return 1
}

stop() {
  local pid attempt mount
  pid=$(cat "$RUN/pid" 2>/dev/null || true)
  if [ -n "$pid" ] && kill "$pid" 2>/dev/null; then
    for attempt in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.2
    done
  fi
  awk -v dir="$RUN/" 'index($5, dir) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
    while read -r mount; do umount -l "$mount"; done
  ip netns del "$NAMESPACE" 2>/dev/null || true
  rm -rf "$RUN"
}

case $1 in
  start | stop) "$1" ;;
  *) sed -n '2,3p' "$0" >&2; exit 1 ;;
esac
