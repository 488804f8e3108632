#!/bin/bash
# Docker Compose: `up` gives a changed secret or config to no container that is there: it says Running, and the old one stays.
#
# Version: docker-compose 2.40.3 (Debian testing) with docker.io 20.10.24 (Debian 12).
# Guess: what a service is given is part of its configuration: as a changed variable or `env_file`, another value of a
# secret by `environment`, or of a config by `content` or `file`, makes the container anew at the next `up`.
# Seen: for an `env_file` it does. A secret by `environment` and a config by `content` are copied into a container when it is
# made, and their values are in no hash: `up` leaves it as it is, with the old ones. One by `file` is mounted: text written
# into the file is seen at once, a file that took its place by `mv`, as editors and certificate tools put it, is not, before
# the container is made anew or started again.
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
    secrets: [password]
    configs: [text, written, moved]
    env_file: [variables]
secrets:
  password: { environment: PASSWORD }
configs:
  text: { content: 'text ${RELEASE}' }
  written: { file: ./written }
  moved: { file: ./moved }
END
compose() { unpacked/usr/libexec/docker/cli-plugins/docker-compose "$@" >said 2>&1 || { cat said; return 1; }; }
inside() { compose exec -T web /bin/busybox "$@" && cat said; }
# up RELEASE: what the container has then
up() {
  local last=${id:-}
  RELEASE=$1 PASSWORD="password $1" compose up --detach
  id=$(api http://d/v1.41/containers/finding-web-1/json | jq -r .Id)
  [ "$id" = "$last" ] && echo "$1, the same container" || echo "$1, another container"
  for file in /run/secrets/password /text /written /moved; do inside cat "$file"; echo; done | grep . | paste -sd ,
}
for name in written moved; do echo "$name one" >"$name"; done
echo RELEASE=one >variables
export RELEASE=one PASSWORD=one
{
  up one
  echo 'written two' >written
  echo 'moved two' >other
  mv other moved
  up two
  echo RELEASE=two >variables
  up two
  compose down
} | tee seen
diff - seen <<'END'
one, another container
password one,text one,written one,moved one
two, the same container
password one,text one,written two,moved one
two, another container
password two,text two,written two,moved two
END
