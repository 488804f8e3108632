#!/bin/bash
# podman: of ports that are published one after the other its Docker-compatible list has the first alone.
#
# Version: podman 4.3.1 (Debian 12), API 1.41, rootful service on a unix socket.
# Guess: `Ports` of `GET /containers/json` has an entry for each port that is published, as Docker's has, and as podman's own
# inspection of the same container.
# Seen: 8080 to 80 and 8081 to 81, published one by one, are one port in the list, 8080 to 80, without a sign that there
# are more; the inspection has both, and both answer. 8080 to 80 and 8090 to 90 are two. `podman ps` shows
# `8080-8081->80-81/tcp`: podman keeps neighbours as a range, of which the list leaves out the length. So who reads the
# list for the host's port of 81 finds that it is not published.
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
# publish NAME HOST_PORT:PORT...
publish() {
  local name=$1
  shift
  jq -n --args '{Image: "finding", Cmd: ["/bin/busybox", "sleep", "1000"], StopSignal: "KILL", HostConfig: {PortBindings:
    ([$ARGS.positional[] | split(":") | {"\(.[1])/tcp": [{HostPort: .[0]}]}] | add)}}' "$@" \
    | api -X POST "http://d/v1.41/containers/create?name=$name" -d @- >/dev/null
  api -X POST "http://d/v1.41/containers/$name/start"
  echo "$name, listed: $(api http://d/v1.41/containers/json | jq -r --arg name "/$name" '.[] | select(.Names[0] == $name).Ports
    | map("\(.PublicPort):\(.PrivatePort)") | sort | join(" ")')"
  echo "$name, inspected: $(api "http://d/v1.41/containers/$name/json" | jq -r '.NetworkSettings.Ports | to_entries
    | map("\(.value[0].HostPort):\(.key | rtrimstr("/tcp"))") | sort | join(" ")')"
  api -X DELETE "http://d/v1.41/containers/$name?force=1"
}
{
  publish neighbours 8080:80 8081:81
  publish apart 8080:80 8090:90
} | tee seen
diff - seen <<'END'
neighbours, listed: 8080:80
neighbours, inspected: 8080:80 8081:81
apart, listed: 8080:80 8090:90
apart, inspected: 8080:80 8090:90
END
