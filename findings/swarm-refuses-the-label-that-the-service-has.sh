#!/bin/bash
# Docker Swarm: `{{.Service.Labels.color}}` in a service's environment is refused, whatever labels it has; by `index` it works.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 28.5.2 does the same.
# Guess: the placeholder `.Service.Labels`, which the documentation of `docker service create` lists, gives a label's value
# as Go templates do, by its name; a label that the service does not have is refused.
# Seen: all are refused, in environment, host name and mounts: "map has no entry for key", as the template is tried with a
# service that has no labels. `{{index .Service.Labels "color"}}`, or `{{with .Service.Labels}}{{.color}}{{end}}`, passes, and is filled in;
# and so does a label that is missing, with nothing in its place. A later change of the label reaches no task by itself.
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
api -X POST http://d/v1.41/swarm/init -d '{"ListenAddr": "127.0.0.1:2377", "AdvertiseAddr": "127.0.0.1"}' >/dev/null
# create NAME SPEC: says what it is answered
create() {
  jq -n --arg name "$1" --argjson spec "$2" '{Name: $name, Labels: {color: "red"},
    TaskTemplate: {ContainerSpec: ({Image: "finding", Command: ["/bin/busybox", "sleep", "1000"]} + $spec)}}' \
    | api -X POST http://d/v1.41/services/create -d @- | jq -r 'if .ID then "taken" else .message | sub("^.*: "; "refused: ") end'
}
told() {
  for _ in $(seq 100); do
    id=$(api 'http://d/v1.41/containers/json' | jq -r '.[0].Id // empty')
    [ -z "$id" ] || break
    sleep 0.2
  done
  api "http://d/v1.41/containers/$id/json" | jq -r '.Config.Env | join(", ")'
}
update() { # JQ: changes the specification of the service `index`
  service=$(api http://d/v1.41/services/index)
  api -X POST "http://d/v1.41/services/index/update?version=$(jq .Version.Index <<<"$service")" \
    -d "$(jq ".Spec | $1" <<<"$service")" | jq -r '.message // "taken"'
}
{
  echo "environment: $(create by-name '{"Env": ["COLOR={{.Service.Labels.color}}"]}')"
  echo "host name: $(create host '{"Hostname": "{{.Service.Labels.color}}"}')"
  echo "by index: $(create index '{"Env": ["COLOR={{index .Service.Labels \"color\"}}",
    "WITH={{with .Service.Labels}}{{.color}}{{end}}", "NONE={{index .Service.Labels \"none\"}}", "SLOT={{.Task.Slot}}"]}')"
  told
  echo "another label: $(update '.Labels.color = "blue"')"
  told
} | tee seen
api -X DELETE http://d/v1.41/services/index
for id in $(api http://d/v1.41/containers/json | jq -r '.[].Id'); do api -X DELETE "http://d/v1.41/containers/$id?force=1"; done
diff - seen <<'END'
environment: refused: map has no entry for key "color"
host name: refused: map has no entry for key "color"
by index: taken
COLOR=red, WITH=red, NONE=, SLOT=1
another label: taken
COLOR=red, WITH=red, NONE=, SLOT=1
END
