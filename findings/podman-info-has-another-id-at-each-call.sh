#!/bin/bash
# podman: `GET /info` tells another `ID` at each call.
#
# Version: podman 4.3.1 (Debian 12), API 1.41, rootful service on a unix socket.
# Guess: `ID` names the engine and stays, as Docker's does over restarts and upgrades: it is what clients tell two
# engines apart by.
# Seen: two calls over one running service, a moment apart, give two random UUIDs; all else in the answer that could
# name the engine (`Name`) is the host name. A client that compares the ID takes podman for a new engine each time.
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
identity() { api http://d/v1.41/info | jq -r '"\(.Name) \(.ID)"'; }
read -r NAME_BEFORE ID_BEFORE < <(identity)
read -r NAME_AFTER ID_AFTER < <(identity)
UUID='^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
[[ $ID_BEFORE =~ $UUID && $ID_AFTER =~ $UUID ]] || { echo "the IDs are no UUIDs"; exit 1; }
echo "same name: $([ "$NAME_BEFORE" = "$NAME_AFTER" ] && echo yes || echo no); same ID: $([ "$ID_BEFORE" = "$ID_AFTER" ] && echo yes || echo no)"
[ "$NAME_BEFORE" = "$NAME_AFTER" ] && [ "$ID_BEFORE" != "$ID_AFTER" ]
