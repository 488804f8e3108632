#!/bin/bash
# Docker: events filtered by `container=web` are those of everything whose name begins with `web`, networks and volumes too.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 26.1.5 and 28.5.2 do the same.
# Guess: the filter is the name of a container, or the beginning of its ID, as `docker inspect web` takes it, and as the
# list by `network=web` takes that of a network: of `web2` it tells nothing, nor of what is no container.
# Seen: told are `web`, `web2`, the network `web_default` and the volume `website`; the filters `network=web` and
# `volume=web` tell exactly the same. So a script that waits for `web` to start takes the start of `web2` for it, and one
# that reads `exitCode` gets events that have none. Only by comparing `Actor.Attributes.name` it is sure.
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
api() { curl -sf --unix-socket "$DIR/docker.sock" -H 'Content-Type: application/json' "$@"; }
for _ in $(seq 100); do
  api http://d/_ping >/dev/null && break
  sleep 0.3
done
api http://d/v1.41/version | jq -r '"docker \(.Version), API \(.ApiVersion)"'
tar -C root -c . | api -X POST -H 'Content-Type: application/x-tar' --data-binary @- \
  'http://d/v1.41/images/create?fromSrc=-&repo=finding' >/dev/null

SINCE=$(date +%s)
for network in web web_default; do
  api -X POST http://d/v1.41/networks/create -d "{\"Name\": \"$network\"}" >/dev/null
done
api -X POST http://d/v1.41/volumes/create -d '{"Name": "website"}' >/dev/null
# start NAME NETWORK
start() {
  api -X POST "http://d/v1.41/containers/create?name=$1" -d "{\"Image\": \"finding\", \"StopSignal\": \"KILL\",
    \"Cmd\": [\"/bin/busybox\", \"sleep\", \"1000\"], \"HostConfig\": {\"NetworkMode\": \"$2\"}}" >/dev/null
  api -X POST "http://d/v1.41/containers/$1/start"
}
start web web
start web2 web_default
start cobweb web_default
told() {
  api -G "http://d/v1.41/events?since=$SINCE&until=$(($(date +%s) + 1))" --data-urlencode "filters=$1" \
    | jq -rs '[.[] | "\(.Type) \(.Actor.Attributes.name // .Actor.ID)"] | unique | join(", ")'
}
{
  for filter in container network volume; do echo "events by $filter=web: $(told "{\"$filter\": [\"web\"]}")"; done
  echo "starts by container=web: $(told '{"container": ["web"], "type": ["container"], "event": ["start"]}')"
  echo "list by network=web: $(api -G http://d/v1.41/containers/json --data-urlencode 'filters={"network": ["web"]}' \
    | jq -r '[.[].Names[0]] | join(", ")')"
} | tee seen
for name in web web2 cobweb; do api -X DELETE "http://d/v1.41/containers/$name?force=1"; done
diff - seen <<'END'
events by container=web: container web, container web2, network web, network web_default, volume website
events by network=web: container web, container web2, network web, network web_default, volume website
events by volume=web: container web, container web2, network web, network web_default, volume website
starts by container=web: container web, container web2
list by network=web: /web
END
