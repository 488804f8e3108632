#!/bin/bash
# Docker Swarm: what a global service loses on a paused node is not started again, and is not counted as missing.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 26.1.5 does the same.
# Guess: a node that is paused is given nothing new, and keeps what it has: a task that ends there is started anew there,
# as a global service can have it nowhere else; or, if not, the service lacks a task, as a replicated one does.
# Seen: a paused node starts nothing, not even what it had. The replicated service waits with a pending task, 0 of 1. The
# global service has no task that waits, and `ServiceStatus`, which `docker service ls` shows, says 0 of 0: it wants as many
# as run. So a pause for a while costs a global service, such as a proxy on every node, without a number that tells.
# Once the node is active again both are started.
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
api() { curl -s --unix-socket "$DIR/docker.sock" -H 'Content-Type: application/json' "$@"; }
for _ in $(seq 100); do
  api http://d/_ping >/dev/null && break
  sleep 0.3
done
api http://d/v1.41/version | jq -r '"docker \(.Version), API \(.ApiVersion)"'
tar -C root -c . | api -X POST -H 'Content-Type: application/x-tar' --data-binary @- \
  'http://d/v1.41/images/create?fromSrc=-&repo=finding' >/dev/null
api -X POST http://d/v1.41/swarm/init -d '{"ListenAddr": "127.0.0.1:2377", "AdvertiseAddr": "127.0.0.1"}' >/dev/null

# start NAME MODE
start() {
  api -X POST http://d/v1.41/services/create -d "{\"Name\": \"$1\", \"Mode\": $2, \"TaskTemplate\": {\"RestartPolicy\": {\"Delay\": 0},
    \"ContainerSpec\": {\"Image\": \"finding\", \"Command\": [\"/bin/busybox\", \"sleep\", \"1000\"]}}}" >/dev/null
}
make_node() {
  local node
  node=$(api http://d/v1.41/nodes | jq '.[0]')
  api -X POST "http://d/v1.41/nodes/$(jq -r .ID <<<"$node")/update?version=$(jq .Version.Index <<<"$node")" \
    -d "$(jq --arg to "$1" '.Spec | .Availability = $to' <<<"$node")"
}
counts() {
  api 'http://d/v1.41/services?status=true' \
    | jq -r 'sort_by(.Spec.Name) | map("\(.Spec.Name) \(.ServiceStatus.RunningTasks) of \(.ServiceStatus.DesiredTasks)") | join(", ")'
}
# become COUNTS: waits for them, and says what they are at last
become() {
  for _ in $(seq 150); do
    [ "$(counts)" != "$1" ] || break
    sleep 0.2
  done
  counts
}
BOTH='global 1 of 1, replicated 1 of 1'
start global '{"Global": {}}'
start replicated '{"Replicated": {"Replicas": 1}}'
{
  echo "active: $(become "$BOTH")"
  make_node pause
  for id in $(api http://d/v1.41/containers/json | jq -r '.[].Id'); do api -X POST "http://d/v1.41/containers/$id/kill"; done
  become 'global 0 of 0, replicated 0 of 1' >/dev/null
  sleep 5
  echo "paused, both killed, 5 s later: $(counts)"
  make_node active
  echo "active again: $(become "$BOTH")"
} | tee seen
diff - seen <<'END'
active: global 1 of 1, replicated 1 of 1
paused, both killed, 5 s later: global 0 of 0, replicated 0 of 1
active again: global 1 of 1, replicated 1 of 1
END
