#!/bin/bash
# Docker Swarm: after a rollback of its own a service has nothing to be rolled back to; after one by hand it has.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 26.1.5 and 28.5.2 do the same.
# Guess: a rollback leaves the service with what it was rolled back from as its `PreviousSpec`, whoever asked for it: so
# one can see afterwards what failed, and a second rollback leads there again.
# Seen: that is so after a rollback by hand. After the one that `UpdateConfig.FailureAction: rollback` makes,
# `UpdateStatus` says `rollback_completed`, `PreviousSpec` is gone, and a rollback by hand is refused with "does not have a
# previous spec": what was asked for and failed is to be had from no part of the service any more.
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

# A service that does this, and is rolled back when its tasks do not stay for a second.
spec() {
  jq -n --args '{Name: "web", UpdateConfig: {Monitor: 1000000000, FailureAction: "rollback"}, TaskTemplate: {ContainerSpec:
    {Image: "finding", Command: (["/bin/busybox"] + $ARGS.positional), StopGracePeriod: 0}}}' "$@"
}
service() { api http://d/v1.41/services/web | jq -r "$1"; }
# update SPEC [PARAMETER]: what it answers, if it is refused
update() {
  api -X POST "http://d/v1.41/services/web/update?version=$(service .Version.Index)${2:-}" -d "$1" | jq -r '.message // "taken"'
}
wait_for() {
  for _ in $(seq 300); do
    [ "$(service '.UpdateStatus.State')" != "$1" ] || return 0
    sleep 0.2
  done
  echo "no $1: $(service '.UpdateStatus')" >&2
  return 1
}
PREVIOUS='"\(.UpdateStatus.State); previous: \((.PreviousSpec // {}).TaskTemplate.ContainerSpec.Command // ["none"] | join(" "))"'

api -X POST http://d/v1.41/services/create -d "$(spec sleep 1000)" >/dev/null
update "$(spec sleep 2000)" >/dev/null
wait_for completed
update "$(service .Spec)" '&rollback=previous' >/dev/null
wait_for rollback_completed
BY_HAND=$(service "$PREVIOUS")
update "$(spec false)" >/dev/null
wait_for rollback_completed
OF_ITS_OWN=$(service "$PREVIOUS")
AGAIN=$(update "$(service .Spec)" '&rollback=previous')
{
  echo "by hand: $BY_HAND"
  echo "of its own: $OF_ITS_OWN"
  echo "once more, by hand: ${AGAIN/service * does/service does}"
} | tee seen
diff - seen <<'END'
by hand: rollback_completed; previous: /bin/busybox sleep 2000
of its own: rollback_completed; previous: none
once more, by hand: rpc error: code = FailedPrecondition desc = service does not have a previous spec
END
