#!/bin/bash
# podman: a filter of events by two labels tells what has either of them, and one by a label's name tells nothing.
#
# Version: podman 4.3.1 (Debian 12), API 1.41, rootful service on a unix socket, events in a file.
# Guess: `{"label": ["app=shop", "stage=live"]}` on `GET /events` is what has both, as with Docker and as in podman's own
# list of containers by the same filter; `{"label": ["app"]}` is what has that label, whatever its value.
# Seen: the list of containers does both. Events are told of a container that has one of the two labels, and of none by a
# name alone, though each event has the label among its attributes. So a client that watches what it lists hears of
# strangers, or of nobody.
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
SINCE=$(date +%s)
podman create --name both --label app=shop --label stage=live empty x >/dev/null
podman create --name half --label app=shop empty x >/dev/null
podman create --name none empty x >/dev/null

listed() {
  api -G 'http://d/v1.41/containers/json?all=1' --data-urlencode "filters=$1" | jq -r '[.[].Names[0][1:]] | sort | join(" ")'
}
# Up to a moment ahead: of a span that is past this podman tells nothing.
told() {
  api -G "http://d/v1.41/events?since=$SINCE&until=$(($(date +%s) + 2))" --data-urlencode "filters=$1" \
    | jq -rs '[.[] | select(.Action == "create").Actor.Attributes.name] | sort | join(" ")'
}
for filter in '{"label": ["app=shop"]}' '{"label": ["app=shop", "stage=live"]}' '{"label": ["app"]}'; do
  echo "$filter: listed '$(listed "$filter")', told '$(told "$filter")'"
done | tee seen
diff - seen <<'END'
{"label": ["app=shop"]}: listed 'both half', told 'both half'
{"label": ["app=shop", "stage=live"]}: listed 'both', told 'both half'
{"label": ["app"]}: listed 'both half', told ''
END
