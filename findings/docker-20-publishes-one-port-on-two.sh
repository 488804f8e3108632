#!/bin/bash
# Docker 20.10: one published port gets two host ports, one for `0.0.0.0` and another one for `::`.
#
# Version: docker.io 20.10.24 (Debian 12), runc 1.1.5, userland proxy on, as it is by default.
# Guess: `docker run -P` picks one free port of the host for a container's port, and publishes it there on both address
# families: `docker port` and `Ports` of the list tell two bindings of one number, of which a client may take any.
# Seen: when a process of the host listens on IPv4 alone at the port that comes next, `0.0.0.0` gets the port after it
# and `::` that one. From then on every further container has two numbers, also when the process has long ended: the
# families count on their own. A client that reads one binding and asks the other family meets another container.
#
# Needs Debian 12 as root with apt, dpkg, ip, iptables, curl, jq and python3. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
NAMESPACE=finding-$$
cleanup() {
  [ -z "${TAKER:-}" ] || kill "$TAKER" 2>/dev/null || true
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
inside() { nsenter --net="/run/netns/$NAMESPACE" "$@"; }
export PATH=$DIR/unpacked/usr/sbin:$DIR/unpacked/usr/bin:$PATH
echo '{}' >daemon.json
inside dockerd --config-file "$DIR/daemon.json" --data-root "$DIR/data" --exec-root "$DIR/exec" --pidfile "$DIR/pid" \
  --host "unix://$DIR/docker.sock" >log 2>&1 &
ENGINE=$!
api() { curl -sf --unix-socket "$DIR/docker.sock" -H 'Content-Type: application/json' "$@"; }
for _ in $(seq 100); do
  api http://d/_ping >/dev/null && break
  sleep 0.3
done
api http://d/v1.41/version | jq -r '"docker \(.Version), API \(.ApiVersion)"'
tar -C root -c . | api -X POST -H 'Content-Type: application/x-tar' --data-binary @- \
  'http://d/v1.41/images/create?fromSrc=-&repo=finding' >/dev/null

# The host's ports for port 80 of another container: that of 0.0.0.0, and that of ::
published() {
  local id
  id=$(api -X POST http://d/v1.41/containers/create -d '{"Image": "finding", "Cmd": ["/bin/busybox", "sleep", "1000"],
    "ExposedPorts": {"80/tcp": {}}, "HostConfig": {"PublishAllPorts": true}}' | jq -r .Id)
  api -X POST "http://d/v1.41/containers/$id/start"
  api "http://d/v1.41/containers/$id/json" | jq -r '.NetworkSettings.Ports["80/tcp"] | map({(.HostIp): .HostPort}) | add |
    "\(.["0.0.0.0"]) \(.["::"])"'
  api -X DELETE "http://d/v1.41/containers/$id?force=1"
}
read -r FIRST_4 FIRST_6 < <(published)
inside python3 -c "
import socket, time
taken = socket.socket(); taken.bind(('0.0.0.0', $((FIRST_4 + 1)))); taken.listen(); time.sleep(1000)" &
TAKER=$!
sleep 1
read -r SECOND_4 SECOND_6 < <(published)
kill "$TAKER"
read -r THIRD_4 THIRD_6 < <(published)
echo "before: $FIRST_4 and $FIRST_6; beside a listener on IPv4: $SECOND_4 and $SECOND_6; after it: $THIRD_4 and $THIRD_6"
[ "$FIRST_4" = "$FIRST_6" ] && [ "$SECOND_4" != "$SECOND_6" ] && [ "$THIRD_4" != "$THIRD_6" ]
