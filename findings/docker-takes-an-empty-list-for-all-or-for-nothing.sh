#!/bin/bash
# Docker: a filter by an empty list of ids, names or labels is no filter, and one by an empty list of networks matches nothing.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 26.1.5 and 28.5.2 do the same.
# Guess: the values of a filter are alternatives; where there is none, nothing matches: so of a list of ids that is put
# together, and may be empty, come the containers that it names.
# Seen: `{"id": []}` lists every container, and so do name, label, status, publish, health and before; network,
# ancestor and volume list none. `{"label": []}` is every network, and of events by `{"container": []}` all are told. So who
# asks for those that they know of gets strangers just when they know of none.
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

api -X POST 'http://d/v1.41/containers/create?name=web' -d '{"Image": "finding", "Cmd": ["/bin/busybox", "sleep", "1000"]}' >/dev/null
SINCE=$(date +%s)
api -X POST http://d/v1.41/containers/web/start

# by PATH FILTERS: how many there are
by() { api -G "http://d/v1.41/$1" --data-urlencode "filters=$2" | jq -s 'if (.[0] | type) == "array" then .[0] else . end | length'; }
{
  for name in id name label status publish health before network ancestor volume; do
    echo "containers by no $name: $(by containers/json "{\"$name\": []}")"
  done
  for name in id name label driver; do echo "networks by no $name: $(by networks "{\"$name\": []}")"; done
  echo "containers by the id of none: $(by containers/json '{"id": ["no-such-id"]}')"
  EVENTS="events?since=$SINCE&until=$(($(date +%s) + 1))"
  echo "events of no container: $(by "$EVENTS" '{"container": [], "event": ["start"]}'), of web: $(by "$EVENTS" \
    '{"container": ["web"], "event": ["start"]}'), of another: $(by "$EVENTS" '{"container": ["another"], "event": ["start"]}')"
} | tee seen
api -X DELETE 'http://d/v1.41/containers/web?force=1'
diff - seen <<'END'
containers by no id: 1
containers by no name: 1
containers by no label: 1
containers by no status: 1
containers by no publish: 1
containers by no health: 1
containers by no before: 1
containers by no network: 0
containers by no ancestor: 0
containers by no volume: 0
networks by no id: 3
networks by no name: 3
networks by no label: 3
networks by no driver: 3
containers by the id of none: 0
events of no container: 1, of web: 1, of another: 0
END
