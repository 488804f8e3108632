#!/bin/bash
# Docker Swarm: a list of tasks by two services is an error when one of them is gone, not the other one's tasks.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 26.1.5 and 28.5.2 do the same.
# Guess: a filter of `GET /tasks` narrows the list, as filters do elsewhere: a service, a node or a network that does
# not exist matches nothing, and what the other values match is listed.
# Seen: `{"service": ["here", "gone"]}` answers 404 "service gone not found", and `{"node": [...]}` likewise; `GET /services`
# by the same two names has the one that is there, and `GET /containers/json` by a network that is gone is `[]`. So whoever
# watches the tasks of several services by one filter loses sight of all of them when one is removed.
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
api -X POST http://d/v1.41/services/create -d '{"Name": "here", "TaskTemplate": {"ContainerSpec": {"Image": "finding",
  "Command": ["/bin/busybox", "sleep", "1000"]}}}' >/dev/null

# What a list by a filter answers: status, and how many there are, or the message.
by() { api -G -w ' %{http_code}' "http://d/v1.41/$1" --data-urlencode "filters=$2" \
  | jq -rs '"\(.[1]) \(.[0] | if type == "array" then length else .message end)"'; }
for _ in $(seq 100); do
  [ "$(by tasks '{"service": ["here"]}')" = '200 1' ] && break
  sleep 0.2
done
{
  echo "tasks of here: $(by tasks '{"service": ["here"]}')"
  echo "tasks of here and gone: $(by tasks '{"service": ["here", "gone"]}')"
  echo "tasks on a node that is gone: $(by tasks '{"node": ["gone"]}')"
  echo "services here and gone: $(by services '{"name": ["here", "gone"]}')"
  echo "containers on a network that is gone: $(by containers/json '{"network": ["gone"]}')"
} | tee seen
diff - seen <<'END'
tasks of here: 200 1
tasks of here and gone: 404 service gone not found
tasks on a node that is gone: 404 node gone not found
services here and gone: 200 1
containers on a network that is gone: 200 0
END
