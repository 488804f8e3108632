#!/bin/bash
# Docker Compose: `up` that makes a container anew ends the old one without its pre_stop hook.
#
# Version: docker-compose 2.40.3 (Debian testing) with docker.io 20.10.24 (Debian 12).
# Guess: wherever Compose stops a container of its own accord, the hook runs before the signal: so also at a deploy, when
# `up` replaces a container by one of a new configuration or image.
# Seen: `stop`, `restart`, `up --scale` to fewer, `rm --stop` and `down` run it. `up` that recreates, after a change or by
# `--force-recreate`, sends the stop signal alone, and says nothing of it: a hook that takes the container out of a
# balancer first does so at each end but the one that is the most common.
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
mkdir told
cat >compose.yaml <<'END'
name: finding
services:
  web:
    image: finding
    command: [/bin/busybox, sh, -c, 'trap "echo signal >> /told/log; exit 0" TERM; touch /ready; while :; do sleep 0.1; done']
    environment: { PATH: /bin, RELEASE: "${RELEASE:-1}" }
    network_mode: none
    volumes: ['./told:/told']
    pre_stop: [{ command: [/bin/busybox, sh, -c, 'echo hook >> /told/log'] }]
END
compose() { unpacked/usr/libexec/docker/cli-plugins/docker-compose "$@" >said 2>&1 || { cat said; return 1; }; }
ready() { compose exec -T web /bin/busybox sh -c 'until [ -e /ready ]; do sleep 0.1; done'; }
# told ARGUMENT...: what a container that is up hears by this command
told() {
  RELEASE=1 compose up --detach
  ready
  : >told/log
  compose "$@"
  echo "$*: $(paste -sd ' ' told/log)"
}
{
  told stop
  told restart
  RELEASE=2 told up --detach
  told up --detach --force-recreate
  compose up --detach --scale web=2
  : >told/log
  compose up --detach --scale web=1
  echo "up --scale to fewer: $(paste -sd ' ' told/log)"
  told rm --stop --force
  told down
} | tee seen
diff - seen <<'END'
stop: hook signal
restart: hook signal
up --detach: signal
up --detach --force-recreate: signal
up --scale to fewer: hook signal
rm --stop --force: hook signal
down: hook signal
END
