#!/bin/bash
# Docker: a container that could not start keeps the address that it was given, in the list too, while another one has it.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 26.1.5 and 28.5.2 do the same.
# Guess: only what runs has an address; of a container that is created, or has ended, `IPAddress` is "", so that an address
# in the list of all containers leads to one of them.
# Seen: that is so before a start and after an end. When a first start fails because its host port is taken, the container
# is `created` as before, with `IPAddress` filled in. The engine gives that address to whoever starts next, and tells it of
# both: who maps addresses to containers (an access log, a proxy) without looking at the state as well takes
# one for the other.
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

create() {
  api -X POST "http://d/v1.41/containers/create?name=$1" -d '{"Image": "finding", "Cmd": ["/bin/busybox", "sleep", "1000"],
    "StopSignal": "KILL", "ExposedPorts": {"80/tcp": {}}, "HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": "'"$2"'"}]}}}' >/dev/null
}
start() { api -X POST "http://d/v1.41/containers/$1/start" -o answer -w '%{http_code}'; }
listed() {
  api 'http://d/v1.41/containers/json?all=1' | jq -r '[.[] | "\(.Names[0][1:]) \(.State) \(.NetworkSettings.Networks.bridge.IPAddress |
    if . == "" then "without" else . end)"] | sort | join(", ")'
}
create first 8080
create second 8080
create third 8090
{
  echo "created: $(listed)"
  echo "first starts, $(start first): $(listed)"
  echo "second starts, $(start second): $(listed)"
  echo "third starts, $(start third): $(listed)"
  api -X POST http://d/v1.41/containers/first/stop
  echo "first is stopped: $(listed)"
} | tee seen
for name in first second third; do api -X DELETE "http://d/v1.41/containers/$name?force=1"; done
diff - seen <<'END'
created: first created without, second created without, third created without
first starts, 204: first running 172.17.0.2, second created without, third created without
second starts, 500: first running 172.17.0.2, second created 172.17.0.3, third created without
third starts, 204: first running 172.17.0.2, second created 172.17.0.3, third running 172.17.0.3
first is stopped: first exited without, second created 172.17.0.3, third running 172.17.0.3
END
