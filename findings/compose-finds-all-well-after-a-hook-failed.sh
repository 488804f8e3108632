#!/bin/bash
# Docker Compose: a post_start hook that failed stops `up` once; the next `up` finds all well, and never runs it again.
#
# Version: docker-compose 2.40.3 (Debian testing) with docker.io 20.10.24 (Debian 12).
# Guess: a service whose hook failed is not up: it is stopped, or the hook is run again by the next `up`, and until it has
# ended well nothing is started that depends on the service.
# Seen: `up` says "hook exited with status 3", ends with 1, leaves the container running and what depends on it created.
# The same `up` once more ends with 0, the dependent starts, the hook did not run. So it is with a loop that repeats `up` until
# it succeeds, and with `up --wait`. A hook whose program is not in the image is passed over at once, with 0.
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
x-service: &service
  image: finding
  command: /bin/busybox sleep 1000
  environment: { PATH: /bin }
  network_mode: none
  stop_grace_period: 0s
services:
  web:
    <<: *service
    post_start: [{ command: [/bin/busybox, sh, -c, 'echo run >> /runs; exit 3'] }]
  dependent:
    <<: *service
    depends_on: [web]
  missing:
    <<: *service
    profiles: [missing]
    post_start: [{ command: [/bin/no-such-program] }]
END
compose() {
  local code=0
  unpacked/usr/libexec/docker/cli-plugins/docker-compose "$@" >said 2>&1 || code=$?
  echo "$*: exit $code$(grep -v Container said | sed 's/^/, /')"
}
listed() {
  api 'http://d/v1.41/containers/json?all=1' | jq -r '[.[] | "\(.Names[0] | ltrimstr("/finding-")) \(.State)"] | sort | join(", ")'
}
{
  compose up --detach
  listed
  compose up --detach
  listed
  compose up --detach --wait
  compose exec -T web /bin/busybox cat /runs >/dev/null
  echo "the hook: $(cat said)"
  compose up --detach missing
  compose --profile missing down
} | tee seen
diff - seen <<'END'
up --detach: exit 1, web hook exited with status 3
dependent-1 created, web-1 running
up --detach: exit 0
dependent-1 running, web-1 running
up --detach --wait: exit 0
the hook: run
up --detach missing: exit 0
--profile missing down: exit 0
END
