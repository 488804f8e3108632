#!/bin/bash
# Docker: to connect a stopped container to a network that it is on already is answered with 200, and changes nothing.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 26.1.5 and 28.5.2 do the same.
# Guess: a second `POST /networks/NAME/connect` with another alias is refused, as it is of a container that runs ("endpoint
# with name ... already exists"), or the new alias takes the place of the old one.
# Seen: of a container that is stopped it is taken, without a word, and the first alias stays: after its start the
# container is found by that one alone. So who gives a stopped container a new alias or a fixed address believes it has it.
# It must be disconnected first.
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

api -X POST http://d/v1.41/networks/create -d '{"Name": "web"}' >/dev/null
for name in runs stopped; do
  api -X POST "http://d/v1.41/containers/create?name=$name" -d '{"Image": "finding",
    "Cmd": ["/bin/busybox", "sleep", "1000"]}' >/dev/null
done
api -X POST http://d/v1.41/containers/runs/start

# connect CONTAINER ALIAS: what is answered, and what it is known by
connect() {
  local status
  status=$(api -X POST -o answer -w '%{http_code}' http://d/v1.41/networks/web/connect \
    -d "{\"Container\": \"$1\", \"EndpointConfig\": {\"Aliases\": [\"$2\"]}}")
  # The engine adds the first letters of the container's id.
  echo "$1 as $2: $status, aliases $(api "http://d/v1.41/containers/$1/json" \
    | jq -r '.Id[:12] as $id | .NetworkSettings.Networks.web.Aliases - [$id] | join(" ")')"
}
disconnect() { api -X POST http://d/v1.41/networks/web/disconnect -d "{\"Container\": \"$1\"}"; }
found() {
  local id
  id=$(api -X POST http://d/v1.41/containers/stopped/exec \
    -d "{\"AttachStdout\": true, \"Cmd\": [\"/bin/busybox\", \"nslookup\", \"$1\"]}" | jq -r .Id)
  api -X POST "http://d/v1.41/exec/$id/start" -d '{}' --output answer
  [ "$(api "http://d/v1.41/exec/$id/json" | jq .ExitCode)" = 0 ] && echo yes || echo no
}
{
  for name in runs stopped; do for alias in old new; do connect "$name" "$alias"; done; done
  api -X POST http://d/v1.41/containers/stopped/start
  disconnect runs
  echo "started, found as old: $(found old), as new: $(found new)"
  api -X POST 'http://d/v1.41/containers/stopped/kill'
  disconnect stopped
  echo "disconnected first: $(connect stopped new)"
} | tee seen
for name in runs stopped; do api -X DELETE "http://d/v1.41/containers/$name?force=1"; done
diff - seen <<'END'
runs as old: 200, aliases old
runs as new: 403, aliases old
stopped as old: 200, aliases old
stopped as new: 200, aliases old
started, found as old: yes, as new: no
disconnected first: stopped as new: 200, aliases new
END
