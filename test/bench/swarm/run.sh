#!/bin/bash
# What deploys and failures of a swarm cost under traffic; see main.ts. Three nodes, with engines of Debian suites, in
# namespaces of this machine. Needs what `npm run test:swarm` needs; takes half an hour, and less with rows of one's own:
#   bash test/bench/swarm/run.sh --only "rolling update" --only killed --minutes 10
#   bash test/bench/swarm/run.sh --traefik FILE   also through a Traefik 3, by its binary, at its defaults
set -euo pipefail
cd "$(dirname "$0")/../../.."

# What an engine is started with, in one folder; it runs containers by the system's runc.
programs_of() {
  local home=$PWD/.cache/engines/$1
  [ -x "$home/unpacked/usr/sbin/dockerd" ] || bash test/setup/unpack.sh "$1" "$home/unpacked" docker.io containerd >&2
  mkdir -p "$home/programs"
  ln -sf "$home"/unpacked/usr/sbin/* "$home"/unpacked/usr/bin/* "$(command -v runc)" "$home/programs/"
  echo "$home/programs"
}

old=$(programs_of trixie)
new=$(programs_of sid)
exec bash test/setup/node.sh test/bench/swarm/main.ts --engine "$old" --engine "$new" --engine "$old" "$@"
