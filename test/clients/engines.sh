#!/bin/bash
# In a bare Debian 12 (test/bare/machine.sh): clients and engines of several Debian suites beside each other, none of
# them installed, so that a machine can be given one pair after another.
#
#   engines.sh unpack            unpacks them into /opt/SUITE, and Compose 1.29 beside them
#   engines.sh start SUITE       ends the engine that runs, and starts that one on the same data, as an upgrade does
#   engines.sh pair DIR SUITE BUILDX COMPOSE    makes a folder with the client of that suite, and below it what it is
#                                told by DOCKER_CONFIG: buildx and Compose of these suites (- for none)
set -euo pipefail

PLUGINS=usr/libexec/docker/cli-plugins

unpack() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q update
  # Debian 12 has Compose 1.29, which is Python. What engines run beside them is the system's.
  apt-get -q install -y --no-install-recommends docker-compose iptables runc ca-certificates libdevmapper1.02.1 tini
  ln -s tini-static /usr/bin/docker-init
  bash test/setup/unpack.sh bookworm /opt/bookworm docker.io containerd
  bash test/setup/unpack.sh trixie /opt/trixie docker.io containerd docker-cli docker-buildx docker-compose
  bash test/setup/unpack.sh sid /opt/sid docker.io containerd docker-cli docker-buildx docker-compose
  mkdir -p /opt/bookworm/usr/local/bin
  mv /usr/bin/docker-compose /opt/bookworm/usr/local/bin/
}

start() {
  local suite=$1 pid version
  if pid=$(cat /var/run/docker.pid 2>/dev/null); then
    kill "$pid"
    for _ in $(seq 300); do [ -d "/proc/$pid" ] || break; sleep 0.1; done
  fi
  PATH=/opt/$suite/usr/sbin:/opt/$suite/usr/bin:$PATH setsid dockerd >/var/log/dockerd.log 2>&1 </dev/null &
  for _ in $(seq 1200); do
    if version=$(/opt/sid/usr/bin/docker version --format '{{.Server.Version}}' 2>/dev/null); then
      echo "$version"
      return
    fi
    sleep 0.1
  done
  tail -n 20 /var/log/dockerd.log >&2
  return 1
}

pair() {
  local dir=$1 client=$2 buildx=$3 compose=$4
  mkdir -p "$dir/bin" "$dir/config/cli-plugins"
  ln -s "/opt/$client/usr/bin/docker" "$dir/bin/docker"
  [ "$buildx" = - ] || ln -s "/opt/$buildx/$PLUGINS/docker-buildx" "$dir/config/cli-plugins/"
  if [ "$compose" = bookworm ]; then
    ln -s /opt/bookworm/usr/local/bin/docker-compose "$dir/bin/"
  else
    ln -s "/opt/$compose/$PLUGINS/docker-compose" "$dir/config/cli-plugins/"
  fi
}

"$@"
