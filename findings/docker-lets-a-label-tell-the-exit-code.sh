#!/bin/bash
# Docker: in events a label called `exitCode` or `signal` takes the place of the engine's word, and a filter by label picks by such words.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 28.5.2 (API 1.51) does the same.
# Guess: labels and what the engine says of an event are kept apart, or where they share a name, the engine's word stands,
# as it does for `name` and `image`; and the filter `label` of `GET /events` picks by labels, as that of lists does.
# Seen: the labels are among `Actor.Attributes`, and one called `exitCode`, `signal`, `execID` or `oldName` is what is told: a
# container with the label `exitCode=0` that ends with 3 tells 0, in `die` and in every other event. The other way round,
# `{"label": ["exitCode=4"]}` tells the deaths with 4, and `{"label": ["name=plain"]}` all events of the container plain,
# though neither has a label. The list finds nothing by these.
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

SINCE=$(date +%s)
# run NAME CODE LABELS
run() {
  jq -n --arg code "$2" --argjson labels "$3" '{Image: "finding", Labels: $labels, HostConfig: {NetworkMode: "none"},
    Cmd: ["/bin/busybox", "sh", "-c", "trap \"exit $0\" HUP; while :; do sleep 0.1; done", $code], Env: ["PATH=/bin"]}' \
    | api -X POST "http://d/v1.41/containers/create?name=$1" -d @- >/dev/null
  api -X POST "http://d/v1.41/containers/$1/start"
  for _ in $(seq 50); do
    api -X POST "http://d/v1.41/containers/$1/kill?signal=HUP" >/dev/null
    [ "$(api "http://d/v1.41/containers/$1/json" | jq .State.Running)" = true ] || return 0
    sleep 0.2
  done
}
# told FILTERS WHAT
told() {
  api -G "http://d/v1.41/events?since=$SINCE&until=$(($(date +%s) + 1))" --data-urlencode "filters=$1" \
    | jq -rs "[.[] | $2] | unique | join(\", \") | if . == \"\" then \"nothing\" else . end"
}
ATTRIBUTES='.Actor.Attributes'
run labelled 3 '{"exitCode": "0", "signal": "15", "name": "other", "image": "other"}'
run plain 4 '{}'
{
  echo "inspect: $(for name in labelled plain; do
    api "http://d/v1.41/containers/$name/json" | jq -r '"\(.Name[1:]) ended with \(.State.ExitCode)"'
  done | paste -sd ,)"
  echo "die: $(told '{"event": ["die"]}' "$ATTRIBUTES | \"\(.name) of \(.image): \(.exitCode)\"")"
  echo "kill: $(told '{"event": ["kill"]}' "$ATTRIBUTES | \"\(.name): signal \(.signal)\"")"
  for label in exitCode=4 exitCode=3 name=plain; do
    echo "events by the label $label: $(told "{\"label\": [\"$label\"]}" "\"\(.Action) of \($ATTRIBUTES.name)\"")"
    echo "containers by it: $(api -G 'http://d/v1.41/containers/json?all=1' \
      --data-urlencode "filters={\"label\": [\"$label\"]}" | jq length)"
  done
} | tee seen
for name in labelled plain; do api -X DELETE "http://d/v1.41/containers/$name?force=1"; done
diff - seen <<'END'
inspect: labelled ended with 3,plain ended with 4
die: labelled of finding: 0, plain of finding: 4
kill: labelled: signal 15, plain: signal 1
events by the label exitCode=4: die of plain
containers by it: 0
events by the label exitCode=3: nothing
containers by it: 0
events by the label name=plain: create of plain, die of plain, kill of plain, start of plain
containers by it: 0
END
