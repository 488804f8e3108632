#!/bin/bash
# Docker Compose: of a scaled service a number that became free is not given again, and what is stopped is kept before what runs.
#
# Version: docker-compose 2.26.1 (Debian 13) with docker.io 20.10.24 (Debian 12).
# Guess: `up --scale web=3` is web-1, web-2 and web-3: of these it makes what is missing. Scaled down, it takes away what does
# not run before it takes away what does.
# Seen: once web-1 is removed, the next `up` makes web-4, and after the next loss web-5: a replica has its number from the
# highest one that there is. Scaled down from three to two while one of them is stopped, Compose removes the one with the
# highest number, which was running and answering, and starts the stopped one in its place.
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

# Compose is of a newer Debian: from an index of its own; the system's sources stay as they are.
mkdir -p lists/partial cache/archives/partial
# shellcheck disable=SC2016 # apt-get's own form
MIRROR=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $MIRROR trixie main" >sources.list
OPTIONS=(-qq -o "Dir::Etc::sourcelist=$DIR/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$DIR/lists"
  -o "Dir::Cache=$DIR/cache" -o APT::Sandbox::User=root)
apt-get "${OPTIONS[@]}" update
apt-get "${OPTIONS[@]}" download 'docker-compose=2.26.1*'
dpkg-deb -x docker-compose_*.deb unpacked

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

export DOCKER_HOST=unix://$DIR/docker.sock DOCKER_CONFIG=$DIR/config
cat >compose.yaml <<'END'
name: finding
services:
  web:
    image: finding
    command: /bin/busybox sleep 1000
    network_mode: bridge
    stop_grace_period: 0s
END
scale() {
  unpacked/usr/libexec/docker/cli-plugins/docker-compose up --detach --scale "web=$1" 2>up.log || { cat up.log; exit 1; }
}
listed() {
  api 'http://d/v1.41/containers/json?all=1' | jq -r '[.[] | "\(.Names[0] | ltrimstr("/finding-")) \(.State)"] | sort | join(", ")'
}
{
  scale 3
  echo "three: $(listed)"
  api -X DELETE 'http://d/v1.41/containers/finding-web-1?force=1'
  scale 3
  echo "web-1 removed, three again: $(listed)"
  api -X DELETE 'http://d/v1.41/containers/finding-web-2?force=1'
  scale 3
  echo "web-2 removed, three again: $(listed)"
  api -X POST 'http://d/v1.41/containers/finding-web-3/stop?t=0'
  echo "web-3 stopped: $(listed)"
  scale 2
  echo "two: $(listed)"
} | tee seen
for id in $(api 'http://d/v1.41/containers/json?all=1' | jq -r '.[].Id'); do api -X DELETE "http://d/v1.41/containers/$id?force=1"; done
diff - seen <<'END'
three: web-1 running, web-2 running, web-3 running
web-1 removed, three again: web-2 running, web-3 running, web-4 running
web-2 removed, three again: web-3 running, web-4 running, web-5 running
web-3 stopped: web-3 exited, web-4 running, web-5 running
two: web-3 running, web-4 running
END
