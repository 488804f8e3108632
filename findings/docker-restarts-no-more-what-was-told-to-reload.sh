#!/bin/bash
# Docker: `docker kill --signal HUP`, the order to read a configuration again, takes a container out of its restart policy.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 26.1.5 and 28.5.2 do the same.
# Guess: a policy is given up by what stops a container: `docker stop`, or a `kill` that ends it. A signal that the program
# catches and lives on after is none of its business.
# Seen: the engine notes down any `kill` as a stop by hand. Whoever was sent HUP and later ends by itself is not started
# again by `always`, unless the image or the container names a STOPSIGNAL, as nginx' does; and one of `unless-stopped` does
# not come back, with a STOPSIGNAL or without, when the engine is started anew. `inspect` tells the policy as before. So a
# reload from outside (`docker kill`, `docker compose kill`, docker-gen's `-notify-sighup`) costs what is reloaded its
# policy until its next start. The same signal from within, by `docker exec`, does not.
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
for name in touch rm sleep; do ln -s busybox "root/bin/$name"; done

# A namespace of its own, as a second engine would take docker0 away from the first; nsenter keeps the control groups.
ip netns add "$NAMESPACE"
ip -n "$NAMESPACE" link set lo up
export PATH=$DIR/unpacked/usr/sbin:$DIR/unpacked/usr/bin:$PATH
echo '{}' >daemon.json
start_engine() {
  nsenter --net="/run/netns/$NAMESPACE" dockerd --config-file "$DIR/daemon.json" --data-root "$DIR/data" \
    --exec-root "$DIR/exec" --pidfile "$DIR/pid" --host "unix://$DIR/docker.sock" >>log 2>&1 &
  ENGINE=$!
  for _ in $(seq 100); do
    api http://d/_ping >/dev/null && break
    sleep 0.3
  done
}
api() { curl -s --unix-socket "$DIR/docker.sock" -H 'Content-Type: application/json' "$@"; }
start_engine
api http://d/v1.41/version | jq -r '"docker \(.Version), API \(.ApiVersion)"'
tar -C root -c . | api -X POST -H 'Content-Type: application/x-tar' --data-binary @- \
  'http://d/v1.41/images/create?fromSrc=-&repo=finding' >/dev/null

# A program that catches HUP, and ends by itself once there is /fails.
PROGRAM='trap "touch /reloaded" HUP; trap "exit 0" TERM QUIT; touch /ready
  until [ -e /fails ]; do sleep 0.1; done; rm /fails; exit 1'
# start NAME POLICY [STOPSIGNAL]
start() {
  jq -n --arg program "$PROGRAM" --arg policy "$2" --arg signal "${3:-}" '{Image: "finding", StopSignal: $signal,
    Cmd: ["/bin/busybox", "sh", "-c", $program], Env: ["PATH=/bin"], HostConfig: {RestartPolicy: {Name: $policy}}}' \
    | api -X POST "http://d/v1.41/containers/create?name=$1" -d @- >/dev/null
  api -X POST "http://d/v1.41/containers/$1/start"
  inside "$1" 'until [ -e /ready ]; do sleep 0.1; done'
}
# inside NAME SCRIPT: runs it in the container, and waits for its end
inside() {
  local id
  id=$(jq -n --arg script "$2" '{AttachStdout: true, Cmd: ["/bin/busybox", "sh", "-c", $script]}' \
    | api -X POST "http://d/v1.41/containers/$1/exec" -d @- | jq -r .Id)
  api -X POST "http://d/v1.41/exec/$id/start" -d '{}'
}
told_by_kill() {
  api -X POST "http://d/v1.41/containers/$1/kill?signal=HUP"
  inside "$1" 'until [ -e /reloaded ]; do sleep 0.1; done'
}
state() { api "http://d/v1.41/containers/$1/json" | jq -r '"\(.State.Status), \(.HostConfig.RestartPolicy.Name)"'; }
# become NAME STATUS: waits for it for 20 s
become() {
  for _ in $(seq 100); do
    [ "$(api "http://d/v1.41/containers/$1/json" | jq -r 'if .RestartCount > 0 then "again " else "" end + .State.Status')" != "$2" ] || return 0
    sleep 0.2
  done
}

for name in alone told by-exec; do start "$name" always; done
start told-quit always QUIT
start kept unless-stopped QUIT
start kept-told unless-stopped QUIT
for name in told told-quit kept-told; do told_by_kill "$name"; done
inside by-exec 'kill -HUP 1; until [ -e /reloaded ]; do sleep 0.1; done'
for name in alone told told-quit by-exec; do inside "$name" 'touch /fails'; done
for name in alone told-quit by-exec; do become "$name" 'again running'; done
become told exited
{
  echo 'ended by itself'
  for name in alone told told-quit by-exec; do echo "$name: $(state "$name")"; done
} >seen
kill "$ENGINE"
wait "$ENGINE" || true
start_engine
become kept running
{
  echo 'engine started anew'
  for name in kept kept-told; do echo "$name: $(state "$name")"; done
} >>seen
for name in alone told told-quit by-exec kept kept-told; do api -X DELETE "http://d/v1.41/containers/$name?force=1"; done
cat seen
diff - seen <<'END'
ended by itself
alone: running, always
told: exited, always
told-quit: running, always
by-exec: running, always
engine started anew
kept: running, unless-stopped
kept-told: exited, unless-stopped
END
