#!/bin/bash
# podman: its Docker-compatible API calls the default network `bridge` in one answer and `podman` in another.
#
# Version: podman 4.3.1 (Debian 12), API 1.41, rootful service on a unix socket.
# Guess: the `NetworkID` of a container's endpoint is the `Id` of a network in `GET /networks`, as with Docker; or,
# as podman puts a name there, its `Name`.
# Seen: the endpoint says `"NetworkID": "podman"` below the key `podman`. `GET /networks` has no such id and no such
# name: the network stands there as `"Name": "bridge"`. Every other network has its name in both places.
# So a client that looks up the networks of a container does not find the default one, by whatever key.
#
# Needs Debian 12 as root with apt, dpkg, curl and jq. Exits with 1 if this changes.
set -euo pipefail

DIR=$(mktemp -d)
cleanup() {
  [ -z "${SERVICE:-}" ] || kill "$SERVICE" 2>/dev/null || true
  wait 2>/dev/null || true
  awk -v dir="$DIR/" 'index($5, dir) == 1 {print $5}' /proc/self/mountinfo | sort -r | xargs -r -n1 umount -l
  rm -rf "$DIR"
}
trap cleanup EXIT

mkdir -p "$DIR/unpacked" "$DIR/networks"
cd "$DIR"
apt-get -qq download -o APT::Sandbox::User=root 'podman=4.3.1*' conmon runc netavark golang-github-containers-common \
  golang-github-containers-image libgpgme11 libassuan0 libsubid4 libdevmapper1.02.1
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
export LD_LIBRARY_PATH=$DIR/unpacked/usr/lib/x86_64-linux-gnu:$DIR/unpacked/lib/x86_64-linux-gnu
export CONTAINERS_CONF=$DIR/containers.conf CONTAINERS_STORAGE_CONF=$DIR/storage.conf
cat >"$CONTAINERS_CONF" <<END
[network]
network_backend = "netavark"
network_config_dir = "$DIR/networks"
[engine]
conmon_path = ["$DIR/unpacked/usr/bin/conmon"]
helper_binaries_dir = ["$DIR/unpacked/usr/lib/podman"]
runtime = "runc"
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

podman system service --time 0 "unix://$DIR/podman.sock" >log 2>&1 &
SERVICE=$!
api() { curl -sf --unix-socket "$DIR/podman.sock" -H 'Content-Type: application/json' "$@"; }
for _ in $(seq 50); do
  api http://d/_ping >/dev/null && break
  sleep 0.2
done
api http://d/v1.41/version | jq -r '"podman \(.Version), API \(.ApiVersion)"'
mkdir empty && tar -C empty -cf image.tar .
podman import --signature-policy "$DIR/policy.json" image.tar empty >/dev/null
podman network create web >/dev/null
for network in podman web; do podman create --name "on-$network" --network "$network" empty x >/dev/null; done
endpoint() { api "http://d/v1.41/containers/$1/json" | jq -r '.NetworkSettings.Networks | to_entries[] | "\(.key) with NetworkID \(.value.NetworkID)"'; }
DEFAULT=$(endpoint on-podman)
WEB=$(endpoint on-web)
LISTED=$(api http://d/v1.41/networks | jq -r '[.[].Name] | sort | join(" ")')
echo "on the default network: $DEFAULT; on another: $WEB; listed by name: $LISTED"
[ "$DEFAULT" = 'podman with NetworkID podman' ] && [ "$WEB" = 'web with NetworkID web' ] && [ "$LISTED" = 'bridge web' ]
