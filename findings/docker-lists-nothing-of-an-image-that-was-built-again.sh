#!/bin/bash
# Docker: once a tag has moved on to a new build, `ancestor=TAG` lists none of the containers that were made of it and run.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 28.5.2 (API 1.51) does the same.
# Guess: the filter takes what a container was made of, by the words that it was made with, which `inspect` goes on to say:
# to see what still runs of an image before a deploy, or to take away the old ones after it, one asks by its tag.
# Seen: the tag is looked up when the list is asked for. From the build on, the old ones are not listed by it; their `Image`
# in the list is a number, while `inspect` says `web:1` as before and events say `web:1` and are found by it. A
# new container of the tag is the only one that the filter knows. By the number of the old image all old ones are found.
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

# A namespace of its own, as a second engine would take docker0 away from the first; nsenter keeps the control groups.
ip netns add "$NAMESPACE"
ip -n "$NAMESPACE" link set lo up
export PATH=$DIR/unpacked/usr/sbin:$DIR/unpacked/usr/bin:$PATH
echo '{}' >daemon.json
nsenter --net="/run/netns/$NAMESPACE" dockerd --config-file "$DIR/daemon.json" --data-root "$DIR/data" \
  --exec-root "$DIR/exec" --pidfile "$DIR/pid" --host "unix://$DIR/docker.sock" >log 2>&1 &
ENGINE=$!
api() { curl -s --unix-socket "$DIR/docker.sock" -H 'Content-Type: application/json' "$@"; }
for _ in $(seq 100); do
  api http://d/_ping >/dev/null && break
  sleep 0.3
done
api http://d/v1.41/version | jq -r '"docker \(.Version), API \(.ApiVersion)"'
tar -C root -c . | api -X POST -H 'Content-Type: application/x-tar' --data-binary @- \
  'http://d/v1.41/images/create?fromSrc=-&repo=finding' >/dev/null

run() {
  api -X POST "http://d/v1.41/containers/create?name=$1" -d '{"Image": "web:1", "Cmd": ["/bin/busybox", "sleep", "1000"],
    "HostConfig": {"NetworkMode": "none"}}' >/dev/null
  api -X POST "http://d/v1.41/containers/$1/start"
}
of() {
  api -G http://d/v1.41/containers/json --data-urlencode "filters={\"ancestor\": [\"$1\"]}" \
    | jq -r '[.[].Names[0][1:]] | sort | join(", ") | if . == "" then "none" else . end'
}
# tell WHEN
tell() {
  echo "$1: of web:1 $(of web:1), of the first build $(of "$FIRST")"
  api http://d/v1.41/containers/old/json | jq -r '"  inspect of old: \(.Config.Image)"'
  api http://d/v1.41/containers/json | jq -r '.[] | select(.Names[0] == "/old").Image' \
    | sed -E 's/^[0-9a-f]{12}$|^sha256:.*/a number/; s/^/  list of old: /'
}
FIRST=$(api http://d/v1.41/images/finding/json | jq -r .Id)
SINCE=$(date +%s)
api -X POST 'http://d/v1.41/images/finding/tag?repo=web&tag=1'
run old
{
  tell first
  # What a build does: another image by the same name.
  api -X POST 'http://d/v1.41/commit?container=old&repo=web&tag=1&comment=second' >/dev/null
  tell 'built again'
  run new
  tell 'and run'
  api -X DELETE 'http://d/v1.41/containers/old?force=1'
  api -G "http://d/v1.41/events?since=$SINCE&until=$(($(date +%s) + 1))" --data-urlencode 'filters={"image": ["web:1"], "event": ["die"]}' \
    | jq -r '"  events by web:1: \(.Action) of \(.Actor.Attributes.name)"'
  api -X DELETE 'http://d/v1.41/containers/new?force=1'
} | tee seen
diff - seen <<'END'
first: of web:1 old, of the first build old
  inspect of old: web:1
  list of old: web:1
built again: of web:1 none, of the first build old
  inspect of old: web:1
  list of old: a number
and run: of web:1 new, of the first build new, old
  inspect of old: web:1
  list of old: a number
  events by web:1: die of old
END
