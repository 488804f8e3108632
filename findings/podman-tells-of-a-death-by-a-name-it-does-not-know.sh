#!/bin/bash
# podman: events are told as `die`, and a filter by `die` finds none of them; one by `died` does.
#
# Version: podman 4.3.1 (Debian 12), API 1.41, rootful service on a unix socket, events in a file.
# Guess: the names that `GET /events` tells are those that its filter takes, as with Docker, in whose API a death is `die`.
# Seen: the end of a container is told as `"Action": "die"`. `{"event": ["die"]}` tells nothing, `{"event": ["died"]}`, which
# is podman's own word, tells it, as `die`. All other names are the same on both sides. So a client that asks for
# `start` and `die`, as for Docker, hears of every start and of no end.
#
# Needs Debian 12 as root with apt, dpkg, ip, iptables, curl and jq. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
NAMESPACE=finding-$$
cleanup() {
  [ -z "${SERVICE:-}" ] || kill "$SERVICE" 2>/dev/null || true
  wait 2>/dev/null || true
  awk -v dir="$DIR/" 'index($5, dir) == 1 {print $5}' /proc/self/mountinfo | sort -r | xargs -r -n1 umount -l
  ip netns del "$NAMESPACE" 2>/dev/null || true
  rm -rf "$DIR"
}
trap cleanup EXIT

mkdir -p "$DIR/unpacked" "$DIR/networks"
cd "$DIR"
apt-get -qq download -o APT::Sandbox::User=root 'podman=4.3.1*' conmon runc netavark golang-github-containers-common \
  golang-github-containers-image libgpgme11 libassuan0 libsubid4 libdevmapper1.02.1 busybox-static
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
export LD_LIBRARY_PATH=$DIR/unpacked/usr/lib/x86_64-linux-gnu:$DIR/unpacked/lib/x86_64-linux-gnu
export CONTAINERS_CONF=$DIR/containers.conf CONTAINERS_STORAGE_CONF=$DIR/storage.conf
# Limits as low as whoever is in a container may set them.
cat >"$CONTAINERS_CONF" <<END
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[network]
network_backend = "netavark"
network_config_dir = "$DIR/networks"
[engine]
conmon_path = ["$DIR/unpacked/usr/bin/conmon"]
helper_binaries_dir = ["$DIR/unpacked/usr/lib/podman"]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[engine.runtimes]
runc = ["$DIR/unpacked/usr/sbin/runc"]
END
cat >"$CONTAINERS_STORAGE_CONF" <<END
[storage]
driver = "vfs"
runroot = "$DIR/run"
graphroot = "$DIR/graph"
END
echo '{"default":[{"type":"insecureAcceptAnything"}]}' >policy.json
podman() { "$DIR/unpacked/usr/bin/podman" "$@"; }

# Its bridge and its rules stay in a namespace of its own.
ip netns add "$NAMESPACE"
ip -n "$NAMESPACE" link set lo up
nsenter --net="/run/netns/$NAMESPACE" "$DIR/unpacked/usr/bin/podman" system service --time 0 "unix://$DIR/podman.sock" >log 2>&1 &
SERVICE=$!
api() { curl -sf --unix-socket "$DIR/podman.sock" -H 'Content-Type: application/json' "$@"; }
for _ in $(seq 50); do
  api http://d/_ping >/dev/null && break
  sleep 0.2
done
api http://d/v1.41/version | jq -r '"podman \(.Version), API \(.ApiVersion)"'
mkdir -p root/bin && cp unpacked/bin/busybox root/bin/ && tar -C root -cf image.tar .
podman import --signature-policy "$DIR/policy.json" image.tar finding >/dev/null
SINCE=$(date +%s)
api -X POST 'http://d/v1.41/containers/create?name=short' -d '{"Image": "finding", "Cmd": ["/bin/busybox", "true"]}' >/dev/null
api -X POST http://d/v1.41/containers/short/start

# Up to a moment ahead: of a span that is past this podman tells nothing.
told() {
  api -G "http://d/v1.41/events?since=$SINCE&until=$(($(date +%s) + 2))" --data-urlencode "filters=$1" \
    | jq -rs '[.[].Action] | join(" ") | if . == "" then "nothing" else . end'
}
for _ in $(seq 20); do
  told '{"container": ["short"]}' | grep -q die && break
done
api -X DELETE 'http://d/v1.41/containers/short?force=1'
for name in create start die died remove; do echo "$name: $(told "{\"container\": [\"short\"], \"event\": [\"$name\"]}")"; done | tee seen
diff - seen <<'END'
create: create
start: start
die: nothing
died: die
remove: remove
END
