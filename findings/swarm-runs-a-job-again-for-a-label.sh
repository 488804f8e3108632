#!/bin/bash
# Docker Swarm: to give a label to a job's service runs the job once more; to a service that is no job it changes no task.
#
# Version: docker.io 20.10.24 (Debian 12), API 1.41. 28.5.2 does the same.
# Guess: a job that is completed runs again when its tasks are to be others, or by `ForceUpdate`, as a service replaces its
# tasks only then: a label of the service is none of theirs.
# Seen: each accepted update is a new iteration (`JobStatus.JobIteration`), and it runs: for a label, or for the specification as
# it is. So whatever notes something in the labels of services runs migrations a second time.
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
for name in job service; do
  jq -n --arg name "$name" '{Name: $name, Mode: (if $name == "job" then {ReplicatedJob: {}} else {Replicated: {Replicas: 1}} end),
    TaskTemplate: {RestartPolicy: {Condition: "none"}, ContainerSpec: {Image: "finding",
    Command: (["/bin/busybox"] + (if $name == "job" then ["true"] else ["sleep", "1000"] end))}}}' | api -X POST http://d/v1.41/services/create -d @- >/dev/null
done
# tell WHEN RUNS: waits for so many of the job to be complete, then tells how many tasks there are
tell() {
  for _ in $(seq 100); do
    complete=$(tasks job | jq '[.[] | select(.Status.State == "complete")] | length')
    [ "$complete" -lt "$2" ] || break
    sleep 0.2
  done
  echo "$1: the job ran $complete times, iteration $(api http://d/v1.41/services/job | jq '.JobStatus.JobIteration.Index // 0'), tasks of the service $(tasks service | jq length)"
}
tasks() { api -G http://d/v1.41/tasks --data-urlencode "filters={\"service\": [\"$1\"]}"; }
# update JQ: of the specifications
update() {
  for name in job service; do
    api "http://d/v1.41/services/$name" >"$name"
    api -X POST "http://d/v1.41/services/$name/update?version=$(jq .Version.Index "$name")" -d "$(jq ".Spec | $1" "$name")" | jq -r '.message // empty'
  done
}
{
  tell created 1
  update '.Labels.owner = "somebody"'
  tell 'with a label' 2
  update .
  tell 'as it is' 3
} | tee seen
for name in job service; do api -X DELETE "http://d/v1.41/services/$name"; done
for id in $(api 'http://d/v1.41/containers/json?all=1' | jq -r '.[].Id'); do api -X DELETE "http://d/v1.41/containers/$id?force=1"; done
diff - seen <<'END'
created: the job ran 1 times, iteration 0, tasks of the service 1
with a label: the job ran 2 times, iteration 1, tasks of the service 1
as it is: the job ran 3 times, iteration 2, tasks of the service 1
END
