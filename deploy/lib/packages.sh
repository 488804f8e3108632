# shellcheck shell=bash
# Which packages bring what is missing. Debian up to 12 and Ubuntu ship engine and client in one, docker.io; from
# Debian 13 on docker.io is the engine alone, and docker-cli the client. docker.com has packages of its own, which
# cannot stand beside the others': what is there decides. Needs apt.sh.

# engine_packages: an engine, and its client where that is another package; and by whom registries are certified, which
# a minimal system lacks.
engine_packages() {
  if is_docker_com; then
    echo docker-ce
  else
    echo docker.io
  fi
  client_packages
  echo iptables ca-certificates
}

# client_packages: what has the command docker, beside an engine that is installed.
client_packages() {
  if is_docker_com; then
    echo docker-ce-cli
  elif is_client_apart; then
    echo docker-cli
  else
    echo docker.io
  fi
}

# compose_packages: Compose 2, and buildx, with which its newer versions build; nothing where there is only version 1.
compose_packages() {
  if is_docker_com; then
    echo docker-compose-plugin
  elif apt_offers docker-compose-v2 2; then
    echo docker-compose-v2
  elif apt_offers docker-compose 2; then
    echo docker-compose
  else
    return 0
  fi
  buildx_packages
}

# buildx_packages: what has buildx, if any has.
buildx_packages() {
  if is_docker_com; then
    echo docker-buildx-plugin
  elif apt_offers docker-buildx 0; then
    echo docker-buildx
  fi
}

# A node of Kubernetes often has containerd.io alone, beside which the others' engine cannot stand.
is_docker_com() { is_installed docker-ce || is_installed docker-ce-cli || is_installed containerd.io; }

# By what docker.io itself says: elsewhere a docker-cli would be another client, in the way of its own. (Read to the
# end, as a reader that leaves early makes a failure of what was found.)
is_client_apart() { apt-cache show docker.io 2>/dev/null | grep -E '^(Depends|Recommends):.*\bdocker-cli\b' >/dev/null; }

is_installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep 'ok installed' >/dev/null; }

# apt_offers PACKAGE MAJOR: whether this version or a newer one can be installed.
apt_offers() {
  local version
  version=$(apt-cache policy "$1" 2>/dev/null | sed -nE 's/^ *Candidate: ([0-9]+:)?([0-9]+).*/\2/p')
  [ -n "$version" ] && [ "$version" -ge "$2" ]
}
