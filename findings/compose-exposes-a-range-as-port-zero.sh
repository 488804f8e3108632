#!/bin/bash
# Docker Compose: `expose` of a range of ports exposes port 0, as Docker takes the range without looking into it.
#
# Versions: docker-compose 2.26.1 (Debian 13) with docker.io 20.10.24 (Debian 12). Compose 2.40.3 and engines 26.1.5 and
# 28.5.2 do the same; Compose 1.29.2 exposes the three ports.
# Guess: `expose: ["80-82"]` is the ports 80, 81 and 82 of TCP, as `docker run --expose 80-82` makes them, or it is refused.
# Seen: Compose hands the text on as the name of a port. The engine keeps it in `Config.ExposedPorts` as it is, without
# a protocol, and takes its number for 0: `NetworkSettings.Ports` has `0/tcp`, and in the list of containers the one port
# is 0. So whoever looks for a port to talk to by the list finds none that there is.
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
  range:
    image: finding
    command: /bin/busybox sleep 1000
    container_name: compose
    network_mode: bridge
    expose: ["80-82"]
END
unpacked/usr/libexec/docker/cli-plugins/docker-compose up --detach 2>up.log || { cat up.log; exit 1; }
docker run --detach --name run --expose 80-82 finding /bin/busybox sleep 1000 >/dev/null
ports() {
  api "http://d/v1.41/containers/$1/json" | jq -r '"\(.Config.ExposedPorts | keys | join(" ")); \(.NetworkSettings.Ports | keys | join(" "))"'
}
listed() { api http://d/v1.41/containers/json | jq -r ".[] | select(.Names[0] == \"/$1\") | [.Ports[].PrivatePort] | sort | join(\" \")"; }
for name in run compose; do echo "$name: $(ports $name); listed $(listed $name)"; done | tee seen
for name in run compose; do api -X DELETE "http://d/v1.41/containers/$name?force=1"; done
diff - seen <<'END'
run: 80/tcp 81/tcp 82/tcp; 80/tcp 81/tcp 82/tcp; listed 80 81 82
compose: 80-82; 0/tcp; listed 0
END
