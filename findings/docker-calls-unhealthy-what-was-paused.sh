#!/bin/bash
# Docker: a container that was healthy is unhealthy once it is unpaused, until its next probe, and no event tells of it.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 26.1.5 and 28.5.2 do the same.
# Guess: a pause keeps health as it keeps all else: nothing is probed meanwhile, and `docker unpause` finds what was there;
# or else health begins anew with `starting`, as after a start.
# Seen: from the pause on the engine says `unhealthy`, without a failed probe (`FailingStreak` is 0) and without an event,
# and it goes on to say so of the container that runs again, for a whole interval (30 s by default). Then the probe
# succeeds, and comes an event `health_status: healthy`, with none of `unhealthy` before it. So does a stop: of all that
# was stopped in good order, the filter `health=unhealthy` tells. Whoever restarts or takes off what is unhealthy
# (autoheal, a proxy) hits what somebody paused for a backup.
#
# Needs Debian 12 as root with apt, dpkg, ip, iptables, curl and jq. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
NAMESPACE=finding-$$
cleanup() {
  [ -z "${ENGINE:-}" ] || kill "$ENGINE" 2>/dev/null || true
  wait 2>/dev/null || true
  awk -v dir="$DIR/" 'index($5, dir) == 1 {print $5}' /proc/self/mountinfo | sort -r | xargs -r -n1 umount -l
  ip netns del "$NAMESPACE" 2>/dev/null || true
  rm -rf "$DIR"
}
trap cleanup EXIT

cd "$DIR"
apt-get -qq download -o APT::Sandbox::User=root 'docker.io=20.10.24*' containerd 'runc=1.1.5*' busybox-static
mkdir unpacked
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
mkdir -p root/bin
cp unpacked/bin/busybox root/bin/busybox

# A namespace of its own, as a second engine would take docker0 away from the first; nsenter keeps the control groups.
ip netns add "$NAMESPACE"
ip -n "$NAMESPACE" link set lo up
export PATH=$DIR/unpacked/usr/sbin:$DIR/unpacked/usr/bin:$PATH
echo '{}' >daemon.json
nsenter --net="/run/netns/$NAMESPACE" dockerd --config-file "$DIR/daemon.json" --data-root "$DIR/data" \
  --exec-root "$DIR/exec" --pidfile "$DIR/pid" --host "unix://$DIR/docker.sock" >log 2>&1 &
ENGINE=$!
api() { curl -sf --unix-socket "$DIR/docker.sock" -H 'Content-Type: application/json' "$@"; }
for _ in $(seq 100); do
  api http://d/_ping >/dev/null && break
  sleep 0.3
done
api http://d/v1.41/version | jq -r '"docker \(.Version), API \(.ApiVersion)"'
tar -C root -c . | api -X POST -H 'Content-Type: application/x-tar' --data-binary @- \
  'http://d/v1.41/images/create?fromSrc=-&repo=finding' >/dev/null

api -X POST 'http://d/v1.41/containers/create?name=well' -d '{"Image": "finding", "StopSignal": "KILL",
  "Cmd": ["/bin/busybox", "sleep", "1000"],
  "Healthcheck": {"Test": ["CMD", "/bin/busybox", "true"], "Interval": 8000000000}}' >/dev/null
SINCE=$(date +%s)
api -X POST http://d/v1.41/containers/well/start
state() { api http://d/v1.41/containers/well/json | jq -r '.State | "\(.Status), \(.Health.Status), failed \(.Health.FailingStreak)"'; }
probed() {
  for _ in $(seq 100); do
    state | grep -q ' healthy' && return
    sleep 0.3
  done
}
unhealthy() { api -G 'http://d/v1.41/containers/json?all=1' --data-urlencode 'filters={"health": ["unhealthy"]}' | jq length; }
step() { echo "$1: $(state); by the filter unhealthy: $(unhealthy)"; }
{
  probed
  step 'probed'
  api -X POST http://d/v1.41/containers/well/pause
  step 'paused'
  api -X POST http://d/v1.41/containers/well/unpause
  step 'unpaused'
  probed
  step 'probed again'
  echo "events: $(api -G "http://d/v1.41/events?since=$SINCE&until=$(($(date +%s) + 1))" \
    --data-urlencode 'filters={"event": ["health_status", "pause", "unpause"]}' | jq -rs '[.[].Action] | join(", ")')"
  api -X POST http://d/v1.41/containers/well/stop
  step 'stopped'
} | tee seen
api -X DELETE 'http://d/v1.41/containers/well?force=1'
diff - seen <<'END'
probed: running, healthy, failed 0; by the filter unhealthy: 0
paused: paused, unhealthy, failed 0; by the filter unhealthy: 1
unpaused: running, unhealthy, failed 0; by the filter unhealthy: 1
probed again: running, healthy, failed 0; by the filter unhealthy: 0
events: health_status: healthy, pause, unpause, health_status: healthy
stopped: exited, unhealthy, failed 0; by the filter unhealthy: 1
END
