#!/bin/bash
# podman: `GET /events` up to a moment that is past answers 200 and tells no event.
#
# Version: podman 4.3.1 (Debian 12), API 1.41, rootful service on a unix socket, events in a file.
# Guess: `since` and `until` are a span, and the answer is what happened in it, then its end; with Docker that is how a
# client asks for what it has missed (Docker 20.10 tells all of it, and at once).
# Seen: with an `until` that is two seconds ahead, the same events come, and the end two seconds later. With one that is
# now, or a second ago, the answer is an empty 200. So a client that asks for the past up to now takes it that nothing
# was going on.
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
podman create --name short empty x >/dev/null
podman rm short >/dev/null
sleep 2

# events UNTIL: the status, and what happened
events() {
  curl -s --unix-socket "$DIR/podman.sock" -w '%{http_code}' "http://d/v1.41/events?since=$SINCE&until=$1" \
    | jq -rs '[.[-1], (.[:-1][] | select(.Type == "container") | .Action)] | join(" ")'
}
NOW=$(date +%s)
{
  echo "a second ago: $(events $((NOW - 1)))"
  echo "now: $(events "$NOW")"
  echo "in two seconds: $(events "$(($(date +%s) + 2))")"
} | tee seen
diff - seen <<'END'
a second ago: 200
now: 200
in two seconds: 200 create remove
END
