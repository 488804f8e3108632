#!/bin/bash
# Docker Compose: what `docker run` makes of a committed container is one of the service to Compose: it counts it, stops it, removes it.
#
# Version: docker-compose 2.40.3 (Debian testing) with docker.io 20.10.24 (Debian 12).
# Guess: Compose minds the containers that it made. One that somebody runs by hand, under a name of its own, of an image
# that `docker commit` took from `web-1` for a look at what is wrong there, is none of its business.
# Seen: the image has the labels of the container, those of Compose among them, and hands them on to all that runs of it.
# `ps` lists it as `web`. `up` stops and removes it as one too many; by `--scale web=2` it is the second; where it is the only
# one, `up` takes it for the service as it should be, and starts nothing; `down` removes it.
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
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $MIRROR testing main" >sources.list
OPTIONS=(-qq -o "Dir::Etc::sourcelist=$DIR/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$DIR/lists"
  -o "Dir::Cache=$DIR/cache" -o APT::Sandbox::User=root)
apt-get "${OPTIONS[@]}" update
apt-get "${OPTIONS[@]}" download 'docker-compose=2.40.3*'
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
    network_mode: none
    stop_grace_period: 0s
END
compose() { unpacked/usr/libexec/docker/cli-plugins/docker-compose "$@" >said 2>&1 || { cat said; return 1; }; }
run_copy() {
  api -X POST 'http://d/v1.41/containers/create?name=copy' -d '{"Image": "snapshot", "HostConfig": {"NetworkMode": "none"}}' >/dev/null
  api -X POST http://d/v1.41/containers/copy/start
}
names() { api 'http://d/v1.41/containers/json?all=1' | jq -r '[.[].Names[0][1:]] | sort | join(", ") | if . == "" then "none" else . end'; }
{
  compose up --detach
  api -X POST 'http://d/v1.41/commit?container=finding-web-1&repo=snapshot' >/dev/null
  run_copy
  compose ps --format '{{.Name}} of {{.Service}}'
  sort said
  compose up --detach
  echo "up: $(names)"
  run_copy
  compose up --detach --scale web=2
  echo "up of two: $(names)"
  api -X DELETE 'http://d/v1.41/containers/finding-web-1?force=1'
  compose up --detach
  echo "up where it is alone: $(names)"
  compose down
  echo "down: $(names)"
} | tee seen
diff - seen <<'END'
copy of web
finding-web-1 of web
up: finding-web-1
up of two: copy, finding-web-1
up where it is alone: copy
down: none
END
