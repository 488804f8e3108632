#!/bin/bash
# Docker: the list of containers filtered by `publish` and by `expose` has what matches either, though filters add up.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 26.1.5 and 28.5.2 do the same.
# Guess: as any two filters of `GET /containers/json`, these two narrow each other: `expose` 80 and `publish` 8080 are the
# containers with both.
# Seen: a container that exposes 80 and publishes nothing is listed, and so is one that publishes 8080 and does not expose
# 80. `expose` beside a filter of another name, by a label, does narrow the list.
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

# start NAME EXPOSED BINDINGS
start() {
  api -X POST "http://d/v1.41/containers/create?name=$1" -d "{\"Image\": \"finding\", \"Cmd\": [\"/bin/busybox\", \"sleep\", \"1000\"],
    \"Labels\": {\"name\": \"$1\"}, \"ExposedPorts\": {\"$2/tcp\": {}}, \"HostConfig\": {\"PortBindings\": $3}}" >/dev/null
  api -X POST "http://d/v1.41/containers/$1/start"
}
start exposes 80 '{}'
start publishes 90 '{"90/tcp": [{"HostPort": "8080"}]}'
start neither 70 '{}'
by() { api -G http://d/v1.41/containers/json --data-urlencode "filters=$1" | jq -r '[.[].Names[0]] | sort | join(" ") | if . == "" then "none" else . end'; }
{
  echo "expose 80: $(by '{"expose": ["80"]}')"
  echo "publish 8080: $(by '{"publish": ["8080"]}')"
  echo "expose 80 and publish 8080: $(by '{"expose": ["80"], "publish": ["8080"]}')"
  echo "expose 80 and a label of another: $(by '{"expose": ["80"], "label": ["name=publishes"]}')"
} | tee seen
for name in exposes publishes neither; do api -X DELETE "http://d/v1.41/containers/$name?force=1"; done
diff - seen <<'END'
expose 80: /exposes
publish 8080: /publishes
expose 80 and publish 8080: /exposes /publishes
expose 80 and a label of another: none
END
